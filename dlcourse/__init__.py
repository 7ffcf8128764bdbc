"""Helpers of a course on training deep networks with Keras: small experiments, compared fairly.

A lesson begins with `import dlcourse; dlcourse.start(seed=0)`. Every public name of the package
can be taken from here, as in `from dlcourse import compare_optimizers`; the module that defines it
is loaded on first use, so that `import dlcourse` itself is fast and loads no TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_NAMES_BY_MODULE = {
    "environment": "start",
    "figures": "PALETTE method_style new_axes plot_band",
    "dataset": "Dataset",
    "data": "spirals noisy_curve digits breast_cancer wine diabetes mnist fashion_mnist",
    "class_probabilities": "plot_class_probabilities",
    "landscape": "Landscape",
    "landscapes": "bumpy parabola ravine rosenbrock beale saddle",
    "varying": "mark_varying",
    "tables": "Table",
    "results": "TrainingRuns",
    "tasks": "Task",
    "methods": "Method",
    "training": "train_runs",
    "paths": "DescentPath",
    "paths_plots": "plot_paths plot_values",
    "descent": "descend",
    "conformance": "conform",
    "conformance.gradient_check": "check_gradient",
    "initializers": "compare_initializers",
    "signals": "trace_signal",
    "computational_graph": "draw_graph",
    "activations": "compare_activations trace_gradients",
    "optimizers": "compare_optimizers sweep_learning_rate",
    "schedules": "compare_schedules trace_schedule",
    "regularizers": "compare_penalties sweep_penalty",
    "dropout": "compare_dropout_rates",
    "batch_normalization": "compare_normalizations",
    "early_stopping": "replay_early_stopping compare_patience",
    "gradient_accumulation": "compare_accumulation measure_activations",
    "diagnosis": "diagnose",
}
_MODULE_OF = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'dlcourse' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"dlcourse.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
