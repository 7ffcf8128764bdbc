"""The race: find each peer's fastest setting, then measure all peers in turn, several times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tqdm import tqdm

from benchmarks.measure import Job, measure
from benchmarks.peers import PEERS, Setting
from benchmarks.works import WORKS, Outcome


@dataclass(frozen=True)
class Entry:
    """A peer at a work, and what was measured.

    Args:
        work: a key of WORKS.
        peer: a key of PEERS.
        setting: what it runs with; None where its library is not installed.
        changes: fields of the work that are changed: it does a part, or a tiny work.
        scale: how many times as many steps the work has.
        outcomes: one for each repeat.
    """

    work: str
    peer: str
    setting: Setting | None
    changes: Mapping[str, Any] = field(default_factory=dict)
    scale: float = 1
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def training(self) -> list[float]:
        """Seconds of the steps, for each repeat, scaled to the whole work."""
        return [outcome.training * self.scale for outcome in self.outcomes]

    @property
    def total(self) -> list[float]:
        """Seconds with compiling; only where each training compiles does that grow by the scale."""
        scale = self.scale if WORKS[self.work].compile_counts else 1
        return [
            outcome.compiling * scale + training
            for outcome, training in zip(self.outcomes, self.training, strict=True)
        ]

    @property
    def judged(self) -> list[float]:
        """The seconds that the bars are about."""
        return self.total if WORKS[self.work].compile_counts else self.training

    def measure(self) -> None:
        """Measure once more, in a new process."""
        # Warm, except where the whole work is measured with all that comes before the first step.
        cold = WORKS[self.work].compile_counts and self.scale == 1
        self.outcomes.extend(measure([self.job(warm_up=not cold)], self.setting.threads))

    def job(self, *, warm_up: bool) -> Job:
        """Return what a process has to do for one measurement."""
        return Job(self.work, self.peer, self.setting.options, self.changes, warm_up)


def race(repeats: int, *, tiny: bool = False) -> list[Entry]:
    """Measure every work by every peer.

    Args:
        repeats: measurements of each; the peers take turns, so that a slow minute hits all.
        tiny: do tiny works, each peer with its first setting: to see that everything runs.
    """
    settings = {
        name: _first_settings(name) if tiny else fastest_settings(name)
        for name in tqdm(PEERS, "finding fastest settings", leave=False)
        if PEERS[name].installed
    }
    entries = [
        _entry(work, name, settings.get(name, {}).get(work), tiny)
        for work in WORKS
        for name, peer in PEERS.items()
        if work in peer.works
    ]
    running = [entry for entry in entries if entry.setting]
    repeated = [entry for entry in running if not PEERS[entry.peer].once]
    for entry in tqdm(running + repeated * (repeats - 1), "measuring", leave=False):
        entry.measure()
    return entries


def _entry(work: str, name: str, setting: Setting | None, tiny: bool) -> Entry:
    if tiny:
        return Entry(work, name, setting, WORKS[work].tiny)
    changes = WORKS[work].parts.get(name, {})
    scale = WORKS[work].steps / replace(WORKS[work], **changes).steps
    return Entry(work, name, setting, changes, scale)


def _first_settings(name: str) -> dict[str, Setting]:
    return dict.fromkeys(PEERS[name].works, PEERS[name].settings[0])


def fastest_settings(name: str) -> dict[str, Setting]:
    """Return for each work the setting with which the peer does a short trial fastest."""
    peer = PEERS[name]
    if len(peer.settings) == 1:
        return _first_settings(name)
    entries = [
        Entry(work, name, setting, WORKS[work].trials[name])
        for work in peer.works
        for setting in peer.settings
    ]
    for threads in {entry.setting.threads for entry in entries}:
        tried = [entry for entry in entries if entry.setting.threads == threads]
        jobs = [entry.job(warm_up=True) for entry in tried]
        for entry, outcome in zip(tried, measure(jobs, threads), strict=True):
            entry.outcomes.append(outcome)
    entries.sort(key=lambda entry: entry.judged[0], reverse=True)
    return {entry.work: entry.setting for entry in entries}  # the last one, the fastest, stays
