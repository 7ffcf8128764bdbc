"""A folder of finished runs: what was trained is never trained again, and never lost."""

from __future__ import annotations

import hashlib
import json
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from dlcourse.checks import expect
from dlcourse.results.run import Run
from dlcourse.training import run_file
from dlcourse.training.canonical_text import Canonical
from dlcourse.training.fingerprint import describe, versions
from dlcourse.training.plan import TrainingPlan

# In these, methods of one comparison differ; all else they share.
_OF_A_METHOD = frozenset({"label", "seed", "batch_size", "model", "optimizer", "callbacks"})


class RunFolder:
    """The finished runs of one call, a file each.

    A file holds what the run recorded, what was trained, the versions of the libraries, and a
    checksum. It appears whole or not at all. A file that is damaged is named in a warning, and its
    run is trained again.

    Args:
        path: the folder; it is made where there is none.
        plans: the runs of this call.

    Raises:
        ValueError: it holds runs that were trained otherwise.
    """

    def __init__(self, path: str | PathLike[str], plans: Sequence[TrainingPlan]) -> None:
        self.path = Path(path)
        canonical = Canonical()
        self._parts = {
            (plan.label, plan.seed): describe(plan, canonical) | versions() for plan in plans
        }
        self._runs: dict[tuple[str, int], Run] = {}
        self.path.mkdir(parents=True, exist_ok=True)
        for file in sorted(self.path.glob("*.run")):
            self._take(file)

    def stored_runs(self) -> dict[tuple[str, int], Run]:
        """Return the runs of this call that are in the folder, by label and seed."""
        return dict(self._runs)

    def store(self, plan: TrainingPlan, run: Run) -> None:
        """Write a finished run.

        Raises:
            OSError: it cannot be written; what was there before stays.
        """
        try:
            run_file.write(self._file(plan), run, self._parts[plan.label, plan.seed])
        except OSError as error:
            message = f"The run {plan.title} is trained, but cannot be stored: {error.strerror}"
            raise OSError(error.errno, message, str(self.path)) from error

    def _file(self, plan: TrainingPlan) -> Path:
        """Return the file of a run: its label as far as file names may show it, and a hash."""
        shown = re.sub(r"[^A-Za-z0-9.-]+", "_", plan.label)[:40]
        mark = hashlib.sha256(plan.label.encode()).hexdigest()[:8]
        return self.path / f"{shown}-{mark}-seed{plan.seed}.run"

    def _take(self, file: Path) -> None:
        """Check a file of the folder against this call, and keep its run if the call has it."""
        try:
            parts, run = run_file.read(file)
        except ValueError as error:
            warnings.warn(f"{error} Its run is trained again.", stacklevel=2)
            return
        for (label, _), here in self._parts.items():
            same_method = parts["label"] == label
            self._expect_equal(parts, here, {"seed"} if same_method else _OF_A_METHOD)
        key = parts["label"], parts["seed"]
        if key in self._parts:
            self._runs[key] = run

    def _expect_equal(
        self, there: Mapping[str, Any], here: Mapping[str, Any], exempt: frozenset | set
    ) -> None:
        """Raise unless a stored run was trained as this call would train it."""
        differ = [
            _difference(name, there.get(name), here.get(name))
            for name in sorted(there.keys() | here.keys())
            if name not in exempt and there.get(name) != here.get(name)
        ]
        run = f"{there['label']!r}, seed {there['seed']}"
        expected = (
            "a folder with runs of the same trainings, or a new one; the stored run "
            f"{run} differs in {', '.join(differ)}"
        )
        expect(not differ, "resume", expected, os.fspath(self.path))


def _difference(name: str, there: Any, here: Any) -> str:
    hashed = any(isinstance(value, str) and len(value) == 64 for value in (there, here))
    return name if hashed else f"{name} ({json.dumps(there)} there, {json.dumps(here)} here)"
