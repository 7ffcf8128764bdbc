"""The peers of the comparison, and the settings of which each may use its fastest."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Setting:
    """How a peer is run.

    Args:
        threads: threads for arithmetic; None for the course's own settings.
        options: keyword arguments of the peer's `train`.
    """

    threads: int | None
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        threads = {None: "as shipped", 1: "1 thread"}.get(self.threads, f"{self.threads} threads")
        return ", ".join([threads, *(f"{name}={value}" for name, value in self.options.items())])


@dataclass(frozen=True)
class Peer:
    """Someone who does the works.

    Args:
        module: the module of this package whose `train` does them.
        library: what must be installed.
        works: the works that it does, by their keys.
        settings: of these its fastest is taken, for each work anew.
        once: measured a single time, for no bar is about it.
    """

    module: str
    library: str
    works: tuple[str, ...]
    settings: tuple[Setting, ...]
    once: bool = False

    @property
    def installed(self) -> bool:
        """Tell whether the library is there."""
        return importlib.util.find_spec(self.library) is not None


_ALL = ("trainings", "spiral", "epoch", "batch_1")

PEERS: dict[str, Peer] = {
    "dlcourse": Peer(
        "train_dlcourse",
        "tensorflow",
        _ALL,
        (Setting(None), Setting(None, {"jit_compile": True})),
    ),
    "Keras fit": Peer(
        "train_keras",
        "tensorflow",
        _ALL,
        (
            Setting(1, {"jit_compile": "auto"}),  # the same as False where there is only a CPU
            Setting(2, {"jit_compile": "auto"}),
            Setting(1, {"jit_compile": True}),
        ),
    ),
    "Keras fit, fewer calls": Peer(
        "train_keras",
        "tensorflow",
        ("spiral", "batch_1"),
        (Setting(1, {"steps_per_execution": 100}),),
        once=True,
    ),
    "PyTorch": Peer(
        "train_pytorch",
        "torch",
        _ALL,
        tuple(
            Setting(threads, options)
            for threads in (1, 2)
            for options in ({"foreach": False}, {"foreach": True}, {"fused": True})
        ),
    ),
    "NumPy by hand": Peer("train_numpy", "numpy", ("spiral",), (Setting(1), Setting(2))),
}
