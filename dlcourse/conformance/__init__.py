"""Is a hand-written rule Keras's rule?"""

from __future__ import annotations

from dlcourse.conformance.comparison import Conformance, conform

__all__ = ["Conformance", "conform"]
