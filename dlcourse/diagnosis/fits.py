"""Symptoms of the fit: what training rows and validation rows say of each other."""

from __future__ import annotations

import math

import numpy as np

from dlcourse.diagnosis.rates import FEWEST_EPOCHS
from dlcourse.diagnosis.recording import Evidence, Recording


def over_fitting(run: Recording) -> Evidence | None:
    """Training goes on to gain, and validation gains nothing or loses."""
    if run.val_loss is None or run.loss.size < FEWEST_EPOCHS:
        return None
    loss, val_loss = run.loss, run.val_loss
    middle, best = loss.size // 2, int(val_loss.argmin())
    # A loss that is measured after the first epoch may already be far below that of guessing.
    scale = max(run.reference, math.log(2)) if run.classifies else run.reference
    apart = val_loss[-1] - loss[-1] > 0.07 * scale and val_loss[-1] > 2 * loss[-1]
    rose = val_loss[-1] > 1.15 * val_loss[best] and loss[-1] < loss[best]
    stopped = val_loss[-1] > 0.9 * val_loss[middle] and loss[-1] < 0.6 * loss[middle]
    worse = val_loss[-1] > 1.5 * scale and loss[-1] < 0.5 * scale
    if not (apart and (rose or stopped or worse)):
        return None
    text = "the validation loss was best after epoch {best} at {lowest} and ended at {end}, while "
    text += "the training loss went on to {loss}"
    numbers = {"best": int(run.epochs[best]), "lowest": val_loss[best], "end": val_loss[-1]}
    return Evidence(text, {**numbers, "loss": loss[-1]})


def under_fitting(run: Recording) -> Evidence | None:
    """Training has ended its fall, and is still bad, on validation rows alike."""
    third = -(-run.loss.size // 3)
    if run.guess is None or third < 2 or run.learned or run.loss[-1] < 0.7 * run.guess:
        return None
    if np.ptp(run.loss[-third:]) > 0.02 * run.loss[-1]:
        return None
    text = "the training loss stands still at {end}, where guessing scores {guess}"
    return Evidence(text, {"end": run.loss[-1], "guess": run.guess})


def blind_validation(run: Recording) -> Evidence | None:
    """Training rows are learned, and on validation rows the network never beats a guess."""
    if run.val_loss is None or run.loss.size < FEWEST_EPOCHS:
        return None
    if run.guess is None:
        return _blind_by_curves(run)
    learned = run.loss[-1] < 0.95 * min(run.guess, run.loss[0])
    if not learned or run.val_loss.min() < 0.97 * run.val_guess:
        return None
    text = "the training loss fell to {end}, and the validation loss was never below {best}, where "
    text += "guessing scores {guess}"
    numbers = {"end": run.loss[-1], "best": run.val_loss.min(), "guess": run.val_guess}
    return Evidence(text, numbers)


def _blind_by_curves(run: Recording) -> Evidence | None:
    """Where guessing is not known: an accuracy that a first loss without knowledge explains."""
    if run.val_accuracy is None:
        return None
    guess = math.exp(-run.val_loss[0])
    blind = run.val_accuracy.max() < min(0.7, 1.3 * guess + 0.06)
    gained_nothing = run.val_loss.min() > 0.97 * run.val_loss[0]
    if not (blind and gained_nothing and run.loss[-1] < 0.93 * run.loss[0]):
        return None
    text = "the training loss fell from {start} to {end}, and the validation accuracy was never "
    text += "above {best}"
    numbers = {"start": run.loss[0], "end": run.loss[-1], "best": run.val_accuracy.max()}
    return Evidence(text, numbers)
