"""Exercises of lesson 15: early stopping."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, choice, function, number

patience_of_one = Prediction(
    "With patience=1, does the training stop before the epoch with the lowest validation loss?",
    ["hardly ever", "nearly always"],
    because="A single step up is enough, and noise makes one long before the curve turns.",
)

epochs_trained = number(
    "The validation losses are 0.90 0.70 0.60 0.62 0.61 0.58 0.63 0.60 0.59 0.50, and patience=3. "
    "How many epochs are trained?",
    9,
    wrong={
        8: "that is `stopped_epoch`, which Keras counts from 0.",
        10: "the third epoch in a row without improvement ends the training, not the one after it.",
        6: "that is the best epoch; three more are trained before patience runs out.",
        7: "an improvement sets the count back to 0: only epochs in a row count.",
        5: "up to there only two epochs in a row brought no improvement.",
    },
    hints=[
        "Write the lowest loss so far and the count of epochs since then beside each loss.",
        "The count is 1, 2 after epochs 4 and 5. Epoch 6 sets it back to 0.",
    ],
    solution="9: epochs 7, 8 and 9 are three in a row that do not go below 0.58.",
    because="Epoch 6 sets the count back to 0, and epochs 7, 8 and 9 bring no improvement.",
)

# Scores, patience, min_delta, the right answer, and which mistake leads to which other answer.
_SCORES = [
    (
        [0.5, 0.6, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6], 3, 0.0, (6, 3),
        {
            (4, 1): "higher is better here: with mode='min' the first epoch stays the best.",
            (7, 3): "patience is off by one: the third epoch without improvement already stops.",
            (5, 3): "patience is off by one: it takes three epochs without improvement.",
            (6, 6): "the best weights are not restored: those of the last epoch are kept.",
            (5, 2): "count the epochs from 1.",
        },
    ),
    (
        [0.5, 0.4, 0.6, 0.5, 0.7, 0.6, 0.8], 2, 0.0, (7, 7),
        {(4, 3): "an improvement sets the count back to 0: only epochs in a row count."},
    ),
    (
        [0.5, 0.8, 0.6, 0.7, 0.6, 0.9], 2, 0.0, (4, 2),
        {(6, 6): "compare with the best score so far, not with the epoch before."},
    ),
    (
        [0.5, 0.6, 0.6, 0.6, 0.6], 2, 0.0, (4, 2),
        {(5, 5): "an equal score is no improvement: compare with > and not with >=."},
    ),
    (
        [0.5, 0.6, 0.605, 0.605, 0.605, 0.605], 2, 0.01, (4, 2),
        {
            (6, 6): "min_delta has the wrong sign: a score must exceed the best by more than it.",
            (5, 3): "min_delta is not used: 0.605 does not exceed 0.6 by more than 0.01.",
        },
    ),
    (
        [0.5, 0.506, 0.512, 0.518, 0.524], 2, 0.01, (5, 5),
        {
            (3, 1): "the best score moves only with an improvement: small gains may add up to one.",
            (3, 3): "the best score moves only with an improvement: small gains may add up to one.",
        },
    ),
    (
        [0.5, 0.7, 0.6], 5, 0.0, (3, 2),
        {(3, 3): "the best weights come back also when the scores end before patience does."},
    ),
    (
        [-0.3, -0.1, -0.2, -0.4], 2, 0.0, (4, 2),
        {
            (2, 0): "the best score so far cannot start from 0: a score may be negative.",
            (2, 1): "the best score so far cannot start from 0: a score may be negative.",
        },
    ),
    (
        [0.5, 0.4, 0.6], 0, 0.0, (2, 1),
        {(3, 3): "patience=0 is the same rule as patience=1: compare the count with >=."},
    ),
]  # fmt: skip


def _check_stop_on_score(answer: Any) -> str | None:
    for scores, patience, min_delta, right, mistakes in _SCORES:
        result = answer(np.array(scores), patience, min_delta)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            return f"return two numbers: epochs trained, epoch kept. Received: {result!r}."
        result = tuple(result)
        if result != right:
            case = f"for {scores}, patience={patience}, min_delta={min_delta:g}"
            mistake = mistakes.get(result, "")
            return f"{case} it must be {right}. Received: {result}. {mistake}".rstrip()
    return None


stop_on_score = function(
    "Write stop_on_score(scores, patience, min_delta): epochs trained and epoch kept.",
    _check_stop_on_score,
    hints=[
        "Start from `early_stopping` above; which two signs change when higher is better?",
        "A score improves if score - min_delta > best. Return the best epoch in both cases.",
    ],
    solution="""
def stop_on_score(scores, patience, min_delta):
    best, kept, wait = float("-inf"), 0, 0
    for epoch, score in enumerate(scores, start=1):
        wait += 1
        if score - min_delta > best:
            best, kept, wait = score, epoch, 0
        elif wait >= patience:
            break
    return epoch, kept
""",
    because="It is Keras's rule for mode='max' with restore_best_weights=True.",
)

what_to_report = choice(
    "You kept the epoch with the best validation accuracy. Which number do you report?",
    "test accuracy of the kept weights",
    {
        "best validation accuracy": "it was chosen for being the highest, luck included.",
        "best test accuracy of all epochs": "then the test digits choose the epoch, and are spent.",
        "validation accuracy of the last epoch": "the weights you kept are not those.",
    },
    hints=["Which digits had no part in any choice?"],
    because="Only the test digits had no part in choosing the epoch.",
)
