"""Prints, as JSON, which processor features and threads the numeric libraries use in this process.

`portability.py` runs it under each variant, to see that a switch acts and is not merely set. A
value is null where this system does not show it.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

DUMP = tempfile.TemporaryDirectory()
os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_dump_to={DUMP.name}"
os.environ["ONEDNN_VERBOSE"] = "1"  # oneDNN reports on stdout what it runs, and for which processor

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from threadpoolctl import threadpool_info  # noqa: E402


@tf.function(jit_compile=True)
def compiled(x: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.exp(x) * x, axis=0)


def count_threads(name: str) -> int | None:
    """Threads of this process with that name; Linux shows them."""
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    return names.count(name) if names else None


def machine_code() -> str | None:
    """Digest of what XLA compiled."""
    objects = sorted(path.read_bytes() for path in Path(DUMP.name).glob("*.o"))
    return hashlib.sha256(b"".join(objects)).hexdigest() if objects else None


compiled(tf.ones((64, 64)))
tf.nn.conv2d(tf.ones((4, 16, 16, 3)), tf.ones((3, 3, 3, 8)), strides=1, padding="SAME")
blas = [library for library in threadpool_info() if library["internal_api"] == "openblas"]
report = {
    "numpy": np.show_config(mode="dicts")["SIMD Extensions"].get("found", []),
    "openblas": blas[0]["architecture"] if blas else None,
    "openblas_threads": blas[0]["num_threads"] if blas else None,
    "tensorflow_threads": count_threads("tf_Compute"),
    "xla": machine_code(),
}
print("\n" + json.dumps(report))
