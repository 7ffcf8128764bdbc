"""From what was recorded to what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dlcourse.checks import expect
from dlcourse.diagnosis.findings import Finding, Findings
from dlcourse.diagnosis.recording import Evidence, Recording, recordings
from dlcourse.diagnosis.symptoms import DIVERGED, SYMPTOMS
from dlcourse.display.tables import format_median, format_number
from dlcourse.results.training_runs import TrainingRuns

ALIKE = 1e-5  # two runs whose losses and rates differ by less are one
TWINS = "same run twice"
APART = (
    "look for what was to set them apart: a schedule whose boundary lies beyond the last step, or "
    "a setting that nothing reads."
)


def diagnose(runs: TrainingRuns) -> Findings:
    """Name what went wrong in trainings, from what they recorded.

    It shows that most faults leave a trace. The rule: a finding is *certain* if it was read off
    directly (a NaN, a trace of rates, the model, the data) or if the numbers are what its name
    says; it is *suspected* if only the shape of curves speaks for it. A suspicion that fewer than
    half of a method's runs share is dropped. Where one fault explains another, only the first
    is named. No finding is no proof of health.

    The more was recorded, the more can be told: `train_runs(..., record=["loss", "model"])`
    records the losses of the steps and the trained models. A result that was saved and loaded
    knows its task and methods no more, and less can be told of it; what was not examined is said.

    Args:
        runs: what was recorded.

    Returns:
        The findings, method by method: each with its seeds, the numbers it was read from, and
        what to try.

    Raises:
        ValueError: `runs` is no TrainingRuns, or has no losses.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line():
        ...     return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> methods = {"far too high": keras.optimizers.SGD(1e9)}
        >>> runs = dl.train_runs(methods, task, epochs=10, seeds=[0])
        >>> dl.diagnose(runs).table()
        1 finding in 1 run (far too high).
        <BLANKLINE>
        method        finding   how sure  seen in
        ------------  --------  --------  -------
        far too high  diverged  certain   seed 0

    See also: `trace_signal`, which finds faults of the start before any training.

    Reference: Karpathy, "A Recipe for Training Neural Networks" (2019),
    https://karpathy.github.io/2019/04/25/recipe/
    """
    expect(isinstance(runs, TrainingRuns), "runs", "a TrainingRuns, as train_runs returns", runs)
    expect("loss" in runs.history, "runs.history", "a record with the key 'loss'", [*runs.history])
    found = []
    for label in runs.labels:
        examined = [_examine(each) for each in recordings(runs, label)]
        found += _findings(label, runs.seeds, examined)
        found += _twin_of_an_earlier(runs, label)
    return Findings(runs.labels, runs.seeds, tuple(found), _unexamined(runs))


def _examine(run: Recording) -> dict[str, Evidence]:
    """Return the evidence in one run, by symptom, without what another symptom explains."""
    if run.loss.size == 0:
        return {}
    if not run.finite:
        return {DIVERGED.name: DIVERGED.look(run)}
    seen = [(symptom, symptom.look(run)) for symptom in SYMPTOMS]
    judged = run.loss.min() >= 0  # what is said of curves are shares of a loss that ends at 0
    hits = [
        (each, evidence) for each, evidence in seen if evidence and (evidence.certain or judged)
    ]
    hits.sort(key=lambda hit: not hit[1].certain)
    kept: dict[str, Evidence] = {}
    explained: set[str] = set()
    for symptom, evidence in hits:
        if evidence.certain or symptom.name not in explained:
            kept[symptom.name] = evidence
            explained.update(symptom.explains)
    return kept


def _findings(
    label: str, seeds: Sequence[int], examined: Sequence[Mapping[str, Evidence]]
) -> Iterator[Finding]:
    """Yield one finding for each symptom that enough of a method's runs show."""
    for symptom in (DIVERGED, *SYMPTOMS):
        hits = {
            seed: seen[symptom.name]
            for seed, seen in zip(seeds, examined, strict=True)
            if symptom.name in seen
        }
        certain = any(each.certain for each in hits.values())
        if certain:
            hits = {seed: each for seed, each in hits.items() if each.certain}
        if hits and (certain or 2 * len(hits) >= len(seeds)):
            evidence = _in_words([*hits.values()])
            yield Finding(
                symptom.name, label, tuple(hits), len(seeds), certain, evidence, symptom.advice
            )


def _in_words(evidence: Sequence[Evidence]) -> str:
    """Put the numbers of several runs into the sentence that most of them share."""
    (text, _), *_ = Counter(each.text for each in evidence).most_common(1)
    shared = [each.numbers for each in evidence if each.text == text]
    return text.format(**{key: _range([each[key] for each in shared]) for key in shared[0]}) + "."


def _range(values: Sequence[float]) -> str:
    low, high = format_number(min(values)), format_number(max(values))
    return low if low == high else format_median(values)


def _twin_of_an_earlier(runs: TrainingRuns, label: str) -> Iterator[Finding]:
    """Yield a finding if a method is an earlier one under another name."""
    own = runs[label]
    for earlier in runs.labels[: runs.labels.index(label)]:
        other = runs[earlier]
        if not (own.diverged.any() or other.diverged.any()) and _alike(own, other):
            text = f"in every run, losses and learning rates are those of {earlier!r}."
            count = len(runs.seeds)
            yield Finding(TWINS, label, runs.seeds, count, True, text, APART)
            return


def _alike(one: TrainingRuns, other: TrainingRuns) -> bool:
    pairs = [(one.history["loss"], other.history["loss"])]
    pairs += [(one.steps[key], other.steps[key]) for key in ("learning_rate",) if key in one.steps]
    return all(
        left.shape == right.shape and np.allclose(left, right, rtol=ALIKE, atol=0, equal_nan=True)
        for left, right in pairs
    )


def _unexamined(runs: TrainingRuns) -> tuple[str, ...]:
    gaps = []
    if not runs.models or runs.task is None:
        gaps.append('dead ReLUs and batch normalization (they need record=["model"] and the task)')
    if not runs.methods:
        gaps.append("constant rates that were meant as schedules (they need the methods)")
    return tuple(gaps)
