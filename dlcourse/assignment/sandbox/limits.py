"""Limits of a process that the system keeps, whatever the code in it does."""

from __future__ import annotations

import contextlib

MAX_FILE_BYTES = 200_000_000


def limit(memory_gb: float, cpu_seconds: int) -> None:
    """Limit this process's memory, processor time and file size, for good, where the system can.

    Windows has no such limits, and macOS none of memory.

    Args:
        memory_gb: address space, in GB.
        cpu_seconds: processor time.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        "RLIMIT_AS": int(memory_gb * 1e9),
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_FSIZE": MAX_FILE_BYTES,
        "RLIMIT_CORE": 0,
    }
    for name, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # lower already, or not to be limited
            resource.setrlimit(getattr(resource, name), (value, value))
