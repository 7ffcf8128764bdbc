"""From what was recorded to what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import keras
import numpy as np

from dlcourse.checks import expect
from dlcourse.diagnosis.findings import Finding, Findings
from dlcourse.diagnosis.recording import Evidence, Recording, recordings
from dlcourse.diagnosis.symptoms import DIVERGED, SYMPTOMS
from dlcourse.display.tables import format_median, format_number
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.results.training_runs import TrainingRuns

ALIKE = 1e-5  # two runs whose losses and rates differ by less are one
TWINS = "same run twice"
APART = (
    "look for what was to set them apart: a schedule whose boundary lies beyond the last step, or "
    "a setting that nothing reads."
)


def diagnose(
    runs: TrainingRuns,
    *,
    methods: Mapping[str, keras.optimizers.Optimizer | Method] | None = None,
    task: Task | None = None,
) -> Findings:
    """Name what went wrong in trainings, from what they recorded.

    It shows that most faults leave a trace. The rule: a finding is *certain* if it was read off
    directly (a NaN, a trace of rates, the model, the data) or if the numbers are what its name
    says; it is *suspected* if only the shape of curves speaks for it. A suspicion that fewer than
    half of a method's runs share is dropped. Where one fault explains another, only the first
    is named. No finding is no proof of health.

    The more was recorded, the more can be told: `train_runs(..., record=["loss", "model"])`
    records the losses of the steps and the trained models. Hand over `methods` and `task` as they
    were handed to `train_runs`, and schedules, labels and the models' answers are examined too.

    Args:
        runs: what was recorded.
        methods: label → optimizer or `Method`, as they were trained.
        task: data, model and loss, as they were trained.

    Returns:
        The findings, method by method: each with its seeds, the numbers it was read from, and
        what to try.

    Raises:
        ValueError: an argument is of the wrong kind, or `methods` lacks a label of the runs.

    Example:
        >>> from dlcourse import train_runs
        >>> task = getfixture("line_task")  # any Task
        >>> methods = {"far too high": keras.optimizers.SGD(1e9)}
        >>> runs = train_runs(methods, task, epochs=10, seeds=[0])
        >>> diagnose(runs, methods=methods, task=task).table()
        1 finding in 1 run (far too high).
        <BLANKLINE>
        method        finding   how sure  seen in
        ------------  --------  --------  -------
        far too high  diverged  certain   seed 0
    """
    expect(isinstance(runs, TrainingRuns), "runs", "a TrainingRuns, as train_runs returns", runs)
    expect(task is None or isinstance(task, Task), "task", "a dlcourse.Task", task)
    expect("loss" in runs.history, "runs.history", "a record with the key 'loss'", [*runs.history])
    made = {} if methods is None else _as_methods(methods, runs.labels)
    found = []
    for label in runs.labels:
        examined = [_examine(each) for each in recordings(runs, label, made.get(label), task)]
        found += _findings(label, runs.seeds, examined)
        found += _twin_of_an_earlier(runs, label)
    return Findings(runs.labels, runs.seeds, tuple(found), _unexamined(runs, methods, task))


def _as_methods(methods: Mapping[str, object], labels: Sequence[str]) -> dict[str, Method]:
    expected = f"a mapping with the labels {', '.join(map(repr, labels))}"
    ok = isinstance(methods, Mapping) and set(labels) <= methods.keys()
    expect(ok, "methods", expected, methods)
    return {
        label: each if isinstance(each, Method) else Method(each) for label, each in methods.items()
    }


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


def _unexamined(runs: TrainingRuns, methods: object, task: object) -> tuple[str, ...]:
    gaps = []
    if not runs.models or task is None:
        gaps.append('dead ReLUs and batch normalization (they need record=["model"] and `task`)')
    if methods is None:
        gaps.append("constant rates that were meant as schedules (they need `methods`)")
    return tuple(gaps)
