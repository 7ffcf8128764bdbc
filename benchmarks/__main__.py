"""Measure and print: `python -m benchmarks`."""

from __future__ import annotations

import argparse

from benchmarks.lab import lab_report
from benchmarks.race import race
from benchmarks.report import report
from benchmarks.sweep_workers import measure_sweeps, report_sweeps


def main() -> None:
    """Run the race with the settings of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="measurements of each (default: 3)")
    parser.add_argument("--tiny", action="store_true", help="tiny works, to see that all runs")
    arguments = parser.parse_args()
    entries = race(arguments.repeats, tiny=arguments.tiny)
    print(report(entries, tiny=arguments.tiny))
    sweeps = measure_sweeps(arguments.repeats, tiny=arguments.tiny)
    print(f"\n{report_sweeps(sweeps, tiny=arguments.tiny)}")
    print(f"\n{lab_report(arguments.repeats)}")


if __name__ == "__main__":
    main()
