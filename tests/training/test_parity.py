"""Each row of the parity table is equal to `model.fit`, or refused before anything trains."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from parity.row import Row
from parity.table import ROWS, page

from dlcourse.training.loop import TrainingLoop

ROOT = Path(__file__).parents[2]
EQUAL = [row for row in ROWS if row.refused is None]
REFUSED = [row for row in ROWS if row.refused is not None]


def named(row: Row) -> str:
    return f"{row.kind}: {row.name}"


@pytest.mark.parametrize("row", EQUAL, ids=named)
def test_a_training_is_the_one_that_fit_does(row):
    trained, measured = row.train()
    fitted, evaluated = row.fit()
    for mine, theirs in zip(trained, fitted, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=0, atol=1e-6)
    part = "val_" if row.validated else ""
    for key, value in evaluated.items():
        mine = measured[part + key] + (measured["penalty"] if key == "loss" else 0.0)
        assert mine == pytest.approx(value, rel=1e-5, abs=1e-6), key


@pytest.mark.parametrize("row", REFUSED, ids=named)
def test_what_cannot_be_promised_is_refused_before_anything_trains(row, monkeypatch):
    monkeypatch.setattr(TrainingLoop, "_advance", lambda self, epoch: pytest.fail("it trained"))
    with pytest.raises(ValueError, match="Received:") as caught:
        row.train()
    assert row.refused in str(caught.value)


def test_the_table_is_large_and_names_no_row_twice():
    assert len(ROWS) >= 80 and len(set(map(named, ROWS))) == len(ROWS)


def test_every_optimizer_and_loss_of_keras_has_a_row():
    told = " ".join(row.name for row in ROWS)
    for module, base in ((keras.optimizers, keras.Optimizer), (keras.losses, keras.losses.Loss)):
        kinds = [k for k in vars(module).values() if isinstance(k, type) and issubclass(k, base)]
        missing = {kind.__name__ for kind in kinds if kind.__name__ not in told}
        assert missing <= {"Optimizer", "Loss", "LossFunctionWrapper"}, missing


def test_the_page_is_current():
    assert (ROOT / "docs" / "fit-parity.md").read_text() == page()
