"""All rows, and docs/fit-parity.md, which lists them."""

from __future__ import annotations

from itertools import groupby

from parity import callbacks, losses, models, optimizers
from parity.row import Row

ROWS: list[Row] = [*optimizers.ROWS, *models.ROWS, *losses.ROWS, *callbacks.ROWS]

BEGINS = """\
# Trained as `model.fit` trains it, or refused by name

Every training of this course is the one that `model.fit` does on the same batches; only the loop
over the batches is compiled. Each row below is a test that trains both ways and compares: "equal"
means that after training no weight differs by more than 1e-6, and (optimizers and callbacks apart,
which may move weights after the last measurement) that losses and metrics are those of
`model.evaluate`. What cannot be promised is refused before anything trains, by an error that
names what to do instead; the words that the error contains stand in the row.

The table is made by `python tools/fit_parity.py` from `tests/training/parity/`.
"""


def page() -> str:
    """Return the text of docs/fit-parity.md."""
    equal = sum(row.refused is None for row in ROWS)
    parts = [BEGINS, f"{len(ROWS)} rows: {equal} equal, {len(ROWS) - equal} refused."]
    for kind, rows in groupby(ROWS, key=lambda row: row.kind):
        parts.append(f"\n## {kind}\n\n| what | outcome |\n|---|---|")
        parts += [f"| {row.name} | {outcome(row)} |" for row in rows]
    return "\n".join(parts) + "\n"


def outcome(row: Row) -> str:
    """Return what the table says of a row."""
    return "equal" if row.refused is None else f"refused: “{row.refused}”"
