"""Answers to the exercises of lesson 15."""

from __future__ import annotations

import operator
from functools import partial

import numpy as np

from dlcourse import replay_early_stopping
from exercise_cases import Case


def untouched(scores, patience, min_delta): ...


def in_a_loop(s, p, d, *, start=float("-inf"), better=operator.gt, over=operator.ge):
    """The rule for scores, a patience and a min_delta, with what a learner may get wrong."""
    best, kept, wait = start, 0, 0
    for epoch, score in enumerate(s, start=1):
        wait += 1
        if better(score - d, best):
            best, kept, wait = score, epoch, 0
        elif over(wait, p):
            break
    return epoch, kept


def by_distance(scores, patience, min_delta):
    kept = 0
    for place in range(1, len(scores)):
        if scores[place] > scores[kept] + min_delta:
            kept = place
        if place > kept and place - kept >= patience:
            return place + 1, kept + 1
    return len(scores), kept + 1


def replayed(scores, patience, min_delta, *, restore_best_weights=True, mode="max"):
    stop = replay_early_stopping(
        scores, patience=patience, min_delta=min_delta,
        mode=mode, restore_best_weights=restore_best_weights,
    )  # fmt: skip
    return int(stop.epochs_run), int(stop.kept_epoch)


def total_count(scores, patience, min_delta):
    best, kept, wait = float("-inf"), 0, 0
    for epoch, score in enumerate(scores, start=1):
        if score - min_delta > best:
            best, kept = score, epoch
        else:
            wait += 1
            if wait >= patience:
                break
    return epoch, kept


def epoch_before(scores, patience, min_delta):
    kept, wait = 1, 0
    for epoch in range(2, len(scores) + 1):
        wait += 1
        if scores[epoch - 1] - min_delta > scores[epoch - 2]:
            kept, wait = epoch, 0
        elif wait >= patience:
            break
    return epoch, kept


def best_moves_always(scores, patience, min_delta):
    best, kept, wait = float("-inf"), 0, 0
    for epoch, score in enumerate(scores, start=1):
        wait += 1
        if score - min_delta > best:
            kept, wait = epoch, 0
        elif wait >= patience:
            break
        best = max(best, score)
    return epoch, kept


def restores_only_when_stopped(scores, patience, min_delta):
    stop = replay_early_stopping(
        scores, patience=patience, min_delta=min_delta, mode="max", restore_best_weights=True
    )
    epochs = int(stop.epochs_run)
    return epochs, int(stop.best_epoch) if stop.stopped else epochs


CASES = {
    "patience_of_one": Case(
        right={"plain": "nearly always", "joined": " ".join(["nearly", "always"])},
        wrong={
            "hardly": ("hardly ever", "you predicted 'hardly ever'"),
            "number": (1, "'hardly ever', 'nearly always'."),
            "other": ("never", "choose one of"),
        },
        outcome="nearly always",
    ),
    "epochs_trained": Case(
        right={"count": 9, "best and patience": 6 + 3},
        wrong={
            "from 0": (8, "counts from 0"),
            "off by one": (10, "not the one after it"),
            "best": (6, "three more are trained"),
            "total": (7, "only epochs in a row count"),
            "patience 2": (5, "only two epochs in a row"),
        },
    ),
    "stop_on_score": Case(
        right={
            "loop": in_a_loop,
            "distance": by_distance,
            "replayed": replayed,
            "list": lambda s, p, d: list(in_a_loop(s, p, d)),
        },
        wrong={
            "wrong mode": (lambda s, p, d: replayed(s, p, d, mode="min"), "mode='min'"),
            "one too patient": (lambda s, p, d: in_a_loop(s, p + 1, d), "already stops"),
            "one too hasty": (lambda s, p, d: in_a_loop(s, p - 1, d), "it takes three epochs"),
            "not restored": (
                lambda s, p, d: replayed(s, p, d, restore_best_weights=False),
                "the best weights are not restored",
            ),
            "from 0": (
                lambda s, p, d: tuple(each - 1 for each in in_a_loop(s, p, d)),
                "count the epochs from 1",
            ),
            "total": (total_count, "only epochs in a row count"),
            "epoch before": (epoch_before, "not with the epoch before"),
            "equal": (partial(in_a_loop, better=operator.ge), "an equal score is no improvement"),
            "sign": (lambda s, p, d: in_a_loop(s, p, -d), "min_delta has the wrong sign"),
            "no min_delta": (lambda s, p, d: in_a_loop(s, p, 0.0), "min_delta is not used"),
            "best moves": (best_moves_always, "small gains may add up"),
            "only when stopped": (restores_only_when_stopped, "come back also when"),
            "from zero": (partial(in_a_loop, start=0.0), "a score may be negative"),
            "exactly patience": (
                partial(in_a_loop, over=operator.eq),
                "patience=0 is the same rule as patience=1",
            ),
            "one number": (lambda s, p, d: int(np.argmax(s)), "return two numbers"),
            "crash": (lambda s, p, d: s[99], "IndexError"),
        },
        untouched=untouched,
    ),
    "what_to_report": Case(
        right={
            "plain": "test accuracy of the kept weights",
            "joined": " ".join(["test", "accuracy", "of the kept weights"]),
        },
        wrong={
            "best": ("best validation accuracy", "luck included"),
            "spent": ("best test accuracy of all epochs", "and are spent"),
            "last": ("validation accuracy of the last epoch", "are not those"),
        },
    ),
}
