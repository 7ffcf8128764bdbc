"""Symptoms of the learning rate: what a loss does that takes too long or too short steps."""

from __future__ import annotations

import numpy as np

from dlcourse.diagnosis.recording import Evidence, Recording

FEWEST_EPOCHS = 4  # with fewer points a curve has no shape
RISE_PER_EPOCH = 0.002  # of the reference loss: beyond it a curve jumps
SPIKE = 3.0  # how far above its start a loss is thrown
AT_THE_START = 0.98  # of the reference loss
STILL_HIGH = 0.7  # of the reference loss


def diverged(run: Recording) -> Evidence | None:
    """The loss was no finite number any more."""
    if run.finite:
        return None
    losses = np.array([v for key, v in run.history.items() if key.endswith("loss")])
    lost = ~np.isfinite(losses).all(axis=0)
    epoch = run.epochs[lost.argmax()] if lost.any() else run.epochs[-1]
    text = _at_rate(run) + "the loss is no finite number from epoch {epoch} on"
    return Evidence(text, {"epoch": int(epoch), **_rate(run)}, certain=True)


def rate_too_high(run: Recording) -> Evidence | None:
    """The loss was thrown up or jumps about, and stays high."""
    if run.loss.size < FEWEST_EPOCHS or run.learned or run.loss[-1] < 0.5 * run.reference:
        return None
    numbers = {"end": run.loss[-1], "reference": run.reference, **_rate(run)}
    highest = np.max(run.steps.get("loss", run.loss))
    stayed = run.loss[-1] > 0.8 * min(run.loss[0], run.reference)
    if highest > SPIKE * run.first_loss and stayed:
        text = _at_rate(run) + "the loss was thrown up to {highest} and ended at {end}"
        return Evidence(text + _against(run), {"highest": highest, **numbers})
    late = run.loss[run.loss.size // 2 :]
    moves = np.diff(late)
    rises, fall = moves[moves > 0].sum(), late[0] - late[-1]
    if rises < RISE_PER_EPOCH * run.reference * moves.size or rises < fall:
        return None
    text = _at_rate(run) + "the training loss rose in {share} % of the later epochs, by {rises} "
    text += "in all, and ended at {end}" + _against(run)
    numbers |= {"share": 100 * (moves > 0).mean(), "rises": rises}
    return Evidence(text, numbers)


def rate_too_low(run: Recording) -> Evidence | None:
    """The loss falls evenly, on validation data too, and has hardly come anywhere."""
    loss = run.loss
    if loss.size < FEWEST_EPOCHS or run.learned or loss[-1] < STILL_HIGH * run.reference:
        return None
    early, late = loss[0] - loss[loss.size // 2], loss[loss.size // 2] - loss[-1]
    even = 0.5 * early < late < 1.2 * early and (np.diff(loss) < 0).mean() > 0.9
    if not even or _gain(run.val_loss, loss) < 0.5 * (early + late):
        return None
    text = _at_rate(run) + "the training loss fell evenly and slowly: by {early} in the first half "
    text += "of the epochs, by {late} in the second, to {end}" + _against(run)
    numbers = {"early": early, "late": late, "end": loss[-1], "reference": run.reference}
    return Evidence(text, {**numbers, **_rate(run)})


def never_left_the_start(run: Recording) -> Evidence | None:
    """The loss stayed where guessing is."""
    begun = run.guess is not None or "loss" in run.steps  # else nobody knows where it began
    if run.loss.size < FEWEST_EPOCHS or run.learned or not begun:
        return None
    start = run.first_loss if run.guess is None else run.guess
    if run.loss.min() < AT_THE_START * start or np.ptp(run.loss) > 0.01 * run.loss[0]:
        return None
    text = "the training loss stayed between {low} and {high}" + _against(run)
    numbers = {"low": run.loss.min(), "high": run.loss.max(), "reference": run.reference}
    return Evidence(text, numbers)


def plateau_then_drop(run: Recording) -> Evidence | None:
    """The loss stood still for a long time, and then fell."""
    length, start = _longest_plateau(run.loss)
    level = run.loss[start]
    long = length >= max(FEWEST_EPOCHS, 0.2 * run.loss.size)
    high = level > max(run.nothing, 0.5 * run.reference)
    if not (long and high) or run.loss[-1] > 0.6 * level:
        return None
    text = "the training loss stayed near {level} from epoch {first} to {last}, and ended at {end}"
    numbers = {"level": level, "first": int(run.epochs[start]), "end": run.loss[-1]}
    numbers["last"] = int(run.epochs[start + length - 1])
    return Evidence(text, numbers)


def _against(run: Recording) -> str:
    """Say what to hold a loss against."""
    return "; it began at {reference}" if run.guess is None else "; guessing scores {reference}"


def _rate(run: Recording) -> dict[str, float]:
    """Return the highest learning rate that was used, if rates were recorded."""
    return {"rate": run.rates.max()} if run.rates.size else {}


def _at_rate(run: Recording) -> str:
    return "at learning rate {rate} " if _rate(run) else ""


def _gain(val_loss: np.ndarray | None, loss: np.ndarray) -> float:
    followed = loss if val_loss is None else val_loss
    return followed[0] - followed[-1]


def _longest_plateau(loss: np.ndarray) -> tuple[int, int]:
    """Return length and start of the longest stretch whose values differ by 3 % at most."""
    best = (0, 0)
    for start in range(loss.size):
        tail = loss[start:]
        spread = np.maximum.accumulate(tail) - np.minimum.accumulate(tail)
        length = int((spread <= 0.03 * tail[0]).sum())
        best = max(best, (length, start), key=lambda each: each[0])
    return best
