"""Is a hand-written rule Keras's rule?"""

from __future__ import annotations

from typing import Any

__all__ = ["Conformance", "conform"]


def __getattr__(name: str) -> Any:
    """Load `conform` and its report on first use; with them comes Keras."""
    if name not in __all__:
        raise AttributeError(f"module 'dlcourse.conformance' has no attribute '{name}'")
    from dlcourse.conformance import comparison

    return getattr(comparison, name)
