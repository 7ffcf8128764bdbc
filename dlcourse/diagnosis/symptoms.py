"""The list of symptoms: what is looked for, what it hides, and what to try against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcourse.diagnosis import fits, labels, layers, outputs, rates, schedules
from dlcourse.diagnosis.recording import Evidence, Recording


@dataclass(frozen=True)
class Symptom:
    """What is looked for in every run.

    Args:
        name: the name of the finding.
        look: returns the evidence in one run, or None.
        advice: what to try.
        explains: symptoms that, if only suspected, say nothing more where this one was found.
    """

    name: str
    look: Callable[[Recording], Evidence | None]
    advice: str
    explains: tuple[str, ...] = ()


DIVERGED = Symptom(
    "diverged",
    rates.diverged,
    "a learning rate ten times lower, and inputs and targets scaled to about 1; "
    "keras.callbacks.TerminateOnNaN() ends such a run at once.",
)
SYMPTOMS = (
    Symptom(
        "schedule never acted",
        schedules.schedule_never_acted,
        "count in steps: rows / batch_size of them make an epoch; then plot_learning_rate().",
    ),
    Symptom(
        "schedule over at once",
        schedules.schedule_over_at_once,
        "count in steps: decay_steps = epochs · rows / batch_size; then plot_learning_rate().",
        ("never left the start", "rate too low", "under-fitting", "labels shuffled"),
    ),
    Symptom(
        "boundary never reached",
        schedules.boundary_never_reached,
        "count in steps: rows / batch_size of them make an epoch; then plot_learning_rate().",
    ),
    Symptom(
        "schedule and callback",
        schedules.schedule_and_callback,
        "one of them; a schedule counts steps, a callback acts between epochs.",
    ),
    Symptom(
        "classes never trained",
        labels.classes_never_trained,
        "shuffle rows and labels together before they are split, or split within each class.",
        ("over-fitting", "labels shuffled", "under-fitting"),
    ),
    Symptom(
        "softmax twice",
        outputs.softmax_twice,
        "one softmax: either in the model, or in the loss by from_logits=True.",
        ("under-fitting", "rate too low", "labels shuffled", "over-fitting"),
    ),
    Symptom(
        "logits as probabilities",
        outputs.logits_as_probabilities,
        "from_logits=True in the loss; or a last layer with softmax (sigmoid for a binary loss).",
        (
            "never left the start",
            "rate too high",
            "rate too low",
            "under-fitting",
            "labels shuffled",
            "over-fitting",
        ),
    ),
    Symptom(
        "dead ReLUs",
        layers.dead_relus,
        "a lower learning rate or a warm-up, He initialization, scaled inputs.",
        ("under-fitting",),
    ),
    Symptom(
        "batch normalization mode",
        layers.batch_normalization_mode,
        "leave `training` to Keras and the layer trainable; a lower `momentum` if the moving "
        "averages have too few steps to follow.",
        ("over-fitting", "under-fitting"),
    ),
    Symptom(
        "rate too high",
        rates.rate_too_high,
        "a learning rate three to ten times lower; sweep_learning_rate() finds the valley.",
        ("never left the start", "under-fitting", "labels shuffled", "over-fitting"),
    ),
    Symptom(
        "labels shuffled",
        labels.labels_shuffled,
        "look at ten rows beside their labels; shuffle both by one permutation.",
        ("over-fitting", "under-fitting", "rate too high", "rate too low"),
    ),
    Symptom(
        "rate too low",
        rates.rate_too_low,
        "a learning rate ten times higher; sweep_learning_rate() finds the valley.",
        ("never left the start", "under-fitting"),
    ),
    Symptom(
        "never left the start",
        rates.never_left_the_start,
        "random initial weights; then a learning rate ten times higher, and ten times lower; then "
        'look at record=["gradient_norm"].',
        ("under-fitting",),
    ),
    Symptom(
        "over-fitting",
        fits.over_fitting,
        "EarlyStopping, more rows, a penalty, dropout, or a smaller network.",
    ),
    Symptom(
        "under-fitting",
        fits.under_fitting,
        "a larger network or a weaker penalty; if that changes nothing, the inputs may not tell "
        "more.",
    ),
    Symptom(
        "plateau then drop",
        rates.plateau_then_drop,
        "a patience longer than the plateau; a better start or momentum shortens it.",
    ),
)
