"""A file that is written whole or not at all, and read only where its checksum agrees."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def write_sealed(path: Path, content: bytes, seal: bytes) -> None:
    """Write a file in one step; what was there stays until the new file is whole.

    Args:
        path: the file; where it is a link, what it points to is written.
        content: what to write.
        seal: the kind of the file, which stands before the checksum at its end.
    """
    target = path.resolve()
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with open(part, "xb") as file:
            file.write(content + seal + hashlib.sha256(content).digest())
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def read_sealed(path: Path, seal: bytes) -> bytes | None:
    """Return the content of a sealed file, or None where the seal or the checksum is another."""
    sealed = path.read_bytes()
    length = len(seal) + hashlib.sha256().digest_size
    content = sealed[:-length]
    return content if sealed[-length:] == seal + hashlib.sha256(content).digest() else None
