"""Helpers of a course on training deep networks with Keras: small experiments, compared fairly.

A lesson begins with `import dlcourse as dl; dl.start(seed=0)`. Every public name can be taken from
here, as in `dl.compare_optimizers`; the module that defines it is loaded on first use, so that
`import dlcourse` itself is fast and loads neither TensorFlow nor Matplotlib.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_NAMES_BY_MODULE = {
    "environment": "start",
    "display.bands": "legend_beside plot_band",
    "display.style": "PALETTE method_style new_axes",
    "data.dataset": "Dataset",
    "data.mnist_1d": "mnist1d",
    "data.loaders": "spirals noisy_curve digits breast_cancer wine diabetes mnist fashion_mnist",
    "display.probabilities": "plot_class_probabilities",
    "landscapes.landscape": "Landscape",
    "landscapes.functions": "bumpy parabola ravine rosenbrock beale saddle",
    "display.varying": "mark_varying",
    "display.tables": "Table format_median",
    "results.training_runs": "TrainingRuns",
    "results.penalty_sweep": "measure_weights",
    "keras_internals.cloning": "with_learning_rate",
    "keras_internals.seeds": "seeded",
    "experiment.task": "Task",
    "experiment.method": "Method",
    "training.batches": "batch_order",
    "training.train": "train_runs",
    "landscapes.path": "DescentPath",
    "landscapes.path_plots": "plot_paths plot_values",
    "landscapes.descent": "descend",
    "conformance": "conform",
    "conformance.gradient_check": "check_gradient",
    "compare.initializers": "compare_initializers",
    "diagnosis.signals": "trace_gradients trace_signal",
    "display.graph": "draw_graph",
    "display.network": "draw_network",
    "compare.activations": "compare_activations",
    "compare.optimizers": "compare_optimizers sweep_learning_rate",
    "compare.schedules": "compare_schedules",
    "compare.regularizers": "compare_penalties sweep_penalty",
    "compare.dropout": "compare_dropout_rates",
    "compare.batch_normalization": "compare_normalizations",
    "compare.early_stopping": "compare_patience",
    "compare.gradient_accumulation": "compare_accumulation",
    "diagnosis": "diagnose",
    "diagnosis.planned_rates": "trace_schedule",
    "diagnosis.replay": "replay_early_stopping",
    "diagnosis.memory": "measure_activations",
    "course.claims": "claim",
}
_FOLDERS = ("exercises", "lab")
_MODULE_OF = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()}

__all__ = sorted([*_MODULE_OF, *_FOLDERS])


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name in _FOLDERS:
        return importlib.import_module(f"dlcourse.{name}")
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'dlcourse' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"dlcourse.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
