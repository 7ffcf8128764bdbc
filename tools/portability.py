"""Runs every lesson as other machines would: each text and each figure must come out the same.

  python tools/portability.py             one variant after the other
  python tools/portability.py --at-once   in one run what goes together: the first three

The variants are two threads, oneDNN on, and processors with nothing above AVX2 or SSE4.2. First a
probe sees that a variant's settings act. Only lessons/solutions is run: it holds every cell of
lessons/ but the unsolved exercises, which compute nothing. Exit code: 0 if each variant that this
machine can play gives what is stored, else 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lesson_source import LESSONS, ROOT

from dlcourse.environment import PINS, UNATTENDED_PINS

PROBE = Path(__file__).with_name("portability_probe.py")
ABOVE_AVX2 = r"AVX512|AVX10|X86_V4"
ABOVE_SSE42 = r"AVX|FMA|F16C|XOP|X86_V[34]"
CHANGED = object()  # expected of a probe: another value than without the settings

Report = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """A machine to run the lessons as.

    Attributes:
        name: what the output calls it.
        settings: the environment variables that make it.
        expected: what the probe reports if the settings act, by the report's keys.
        unavailable: why this machine cannot play it; empty if it can.
    """

    name: str
    settings: dict[str, str]
    expected: Report
    unavailable: str = ""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--at-once", action="store_true")
    options = parser.parse_args(arguments)
    reference = probe({})
    machines = variants(reference, platform.machine())
    failed = []
    for variant in [together(machines[:-1])] if options.at_once else machines:
        passed, verdict = judge(variant, reference)
        print(f"{variant.name}: {verdict}", flush=True)
        if not passed:
            failed.append(variant.name)
    if failed:
        print(f"Not the same everywhere: {', '.join(failed)}")
    else:
        print("Every lesson gives what is stored, under each variant above that was run.")
    return 1 if failed else 0


def variants(reference: Report, machine: str) -> list[Variant]:
    """The variants, each with the reason if this machine cannot play it."""
    threads = {name: "2" for name in PINS if name.endswith("_THREADS")}
    other = "" if machine.lower() in ("x86_64", "amd64") else "needs an x86 processor"
    return [
        Variant("2 threads", threads, {"tensorflow_threads": 2, "openblas_threads": 2}),
        Variant("oneDNN on", {"TF_ENABLE_ONEDNN_OPTS": "1"}, {"onednn_operations": True}, other),
        _processor("AVX2 only", ABOVE_AVX2, ("AVX2", "AVX2", "Haswell"), reference, other),
        _processor("SSE4.2 only", ABOVE_SSE42, ("SSE4_2", "SSE4.1", "Nehalem"), reference, other),
    ]


def together(machines: list[Variant]) -> Variant:
    """One variant with the settings of all that this machine can play."""
    playable = [machine for machine in machines if not machine.unavailable]
    settings = {name: value for each in playable for name, value in each.settings.items()}
    expected = {key: value for each in playable for key, value in each.expected.items()}
    return Variant(" + ".join(each.name for each in playable), settings, expected)


def judge(variant: Variant, reference: Report) -> tuple[bool, str]:
    """Is it all right, and the line that says so; a difference in full."""
    if variant.unavailable:
        return True, f"skipped, {variant.unavailable}"
    try:
        idle = not_acting(variant, probe(variant.settings), reference)
    except RuntimeError as error:
        return False, f"the probe failed: {error}"
    if idle:
        return False, f"its settings do not act on {', '.join(idle)}"
    return run_lessons(variant.settings)


def not_acting(variant: Variant, report: Report, reference: Report) -> list[str]:
    """What the probe shows not to be as the variant expects; what it cannot see counts as right."""
    idle = []
    for key, value in variant.expected.items():
        as_expected = report[key] != reference[key] if value is CHANGED else report[key] == value
        if report[key] is not None and not as_expected:
            idle.append(f"{key} ({report[key]})")
    return idle


def probe(settings: dict[str, str]) -> Report:
    """What the numeric libraries use under these settings."""
    done = _run([PROBE], settings)
    if done.returncode:
        raise RuntimeError("\n".join(done.stderr.splitlines()[-3:]))
    isa = re.search(r"^onednn_verbose.*,cpu,isa:(.*)$", done.stdout, re.MULTILINE)
    return {
        **json.loads(done.stdout.splitlines()[-1]),
        "onednn_isa": isa[1] if isa else None,
        "onednn_operations": ",exec,cpu,convolution," in done.stdout,
    }


def run_lessons(settings: dict[str, str], folder: Path = LESSONS / "solutions") -> tuple[bool, str]:
    """Do all stored outputs come out again? And pytest's summary, after what differs if not."""
    options = ["-c", "pyproject.toml", "--quiet", "--color=no", "-p", "no:cacheprovider"]
    parallel = ["-n", "2", "--dist", "loadscope"]
    done = _run(["-m", "pytest", *options, *parallel, folder], settings)
    if done.returncode:
        return False, f"differs\n{done.stdout}{done.stderr}"
    return True, f"identical, {done.stdout.splitlines()[-1]}"


def _processor(
    name: str, above: str, caps: tuple[str, str, str], reference: Report, unavailable: str
) -> Variant:
    """A processor without the features that match `above`; `caps` for XLA, oneDNN, OpenBLAS."""
    xla, onednn, openblas = caps
    removed = [feature for feature in reference["numpy"] if re.search(above, feature)]
    settings = {
        "NPY_DISABLE_CPU_FEATURES": ",".join(removed),
        "ONEDNN_MAX_CPU_ISA": onednn.replace(".", ""),
        "OPENBLAS_CORETYPE": openblas,
        "XLA_FLAGS": f"--xla_cpu_max_isa={xla}",
    }
    expected = {
        "numpy": [feature for feature in reference["numpy"] if feature not in removed],
        "onednn_isa": f"Intel {onednn}",
        "openblas": openblas,
        "xla": CHANGED,
    }
    if not unavailable and not removed:
        unavailable = "this processor has nothing to switch off"
    return Variant(name, settings, expected, unavailable)


def _run(arguments: list[str | Path], settings: dict[str, str]) -> subprocess.CompletedProcess:
    environment = {**os.environ, **PINS, **UNATTENDED_PINS, **settings}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
