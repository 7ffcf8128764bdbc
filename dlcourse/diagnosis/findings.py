"""What a diagnosis found: names, the numbers they were read from, and what to try."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from dlcourse.checks import expect
from dlcourse.display.tables import Table
from dlcourse.results.keys import one_of

WIDTH = 88  # characters a line in a terminal


@dataclass(frozen=True, repr=False)
class Finding:
    """One thing that was found in the runs of one method.

    Args:
        name: the finding, such as "over-fitting".
        label: the method.
        seeds: the seeds whose runs show it.
        runs: how many runs the method has.
        certain: whether it was read off directly; a suspicion was inferred from curves.
        evidence: the numbers it was read from; median [min, max] over these seeds.
        advice: what to try.

    >>> Finding("diverged", "SGD", (0, 2), 3, True, "The loss was NaN.", "A lower rate.")
    SGD: diverged (certain; seeds 0, 2)
      Evidence: The loss was NaN.
      Try: A lower rate.
    """

    name: str
    label: str
    seeds: tuple[int, ...]
    runs: int
    certain: bool
    evidence: str
    advice: str

    @property
    def sureness(self) -> str:
        """Return "certain" or "suspected"."""
        return "certain" if self.certain else "suspected"

    @property
    def where(self) -> str:
        """Return which of the method's runs show it, in words."""
        if len(self.seeds) == self.runs > 1:
            return f"all {self.runs} seeds"
        return f"seed{'s' * (len(self.seeds) > 1)} {', '.join(map(str, self.seeds))}"

    def __repr__(self) -> str:
        parts = (f"Evidence: {self.evidence}", f"Try: {self.advice}")
        indent = {"initial_indent": "  ", "subsequent_indent": "    "}
        lines = [textwrap.fill(part, WIDTH, **indent) for part in parts]
        return "\n".join([f"{self.label}: {self.name} ({self.sureness}; {self.where})", *lines])


@dataclass(frozen=True, repr=False)
class Findings:
    """Everything that a diagnosis found; false if it found nothing.

    Args:
        labels: the methods that were examined.
        seeds: their seeds.
        findings: what was found, method by method.
        unexamined: what could not be looked for, and what would have to be recorded for it.

    >>> Findings(("SGD",), (0, 1), ())
    Nothing found in 2 runs (SGD).
    """

    labels: tuple[str, ...]
    seeds: tuple[int, ...]
    findings: tuple[Finding, ...]
    unexamined: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __getitem__(self, label: str) -> Findings:
        """Return what was found in the runs of one method."""
        expect(label in self.labels, "label", one_of(self.labels), label)
        chosen = tuple(finding for finding in self.findings if finding.label == label)
        return replace(self, labels=(label,), findings=chosen)

    @property
    def names(self) -> tuple[str, ...]:
        """The different findings by name, in the order of the methods."""
        return tuple(dict.fromkeys(finding.name for finding in self.findings))

    def table(self) -> Table:
        """Return one row a finding, without the numbers; for these, look at the findings."""
        rows = [[f.label, f.name, f.sureness, f.where] for f in self.findings]
        return Table(["method", "finding", "how sure", "seen in"], rows, self._caption())

    def __repr__(self) -> str:
        return "\n\n".join([self._caption(), *map(repr, self.findings), *self._gaps()])

    def _repr_html_(self) -> str:
        columns = ["method", "finding", "how sure", "seen in", "evidence", "what to try"]
        rows = [
            [*row, f.evidence, f.advice] for row, f in zip(self.table().rows, self, strict=True)
        ]
        caption = " ".join([self._caption(), *self._gaps()])
        if not rows:
            return f"<p>{escape(caption)}</p>"
        return Table(columns, rows, caption)._repr_html_()

    def _caption(self) -> str:
        count = len(self.labels) * len(self.seeds)
        runs = f"{count} run{'s' * (count > 1)} ({', '.join(self.labels)})"
        if not self.findings:
            return f"Nothing found in {runs}."
        return f"{len(self)} finding{'s' * (len(self) > 1)} in {runs}."

    def _gaps(self) -> Sequence[str]:
        """Say what was not looked for: no finding is no proof of health there."""
        if not self.unexamined:
            return ()
        return (textwrap.fill(f"Not examined: {'; '.join(self.unexamined)}.", WIDTH),)
