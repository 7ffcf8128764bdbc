from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
import warnings

import pytest

from dlcourse import environment


def run_script(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a new interpreter whose environment has no pin but those given."""
    inherited = {name: value for name, value in os.environ.items() if name not in environment.PINS}
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=inherited | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def no_pins(monkeypatch):
    for name in environment.PINS:
        monkeypatch.delenv(name, raising=False)
    for library in environment._READ_BY.values():
        monkeypatch.delitem(sys.modules, library, raising=False)
    return monkeypatch


def test_pin_sets_every_pin(no_pins):
    environment.pin()
    assert {name: os.environ[name] for name in environment.PINS} == environment.PINS


def test_pin_leaves_what_is_set(no_pins):
    no_pins.setenv("TF_NUM_INTRAOP_THREADS", "2")
    environment.pin()
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "2"
    assert os.environ["TF_NUM_INTEROP_THREADS"] == "1"


def test_pin_leaves_a_gpu_usable(no_pins):
    no_pins.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    environment.pin()
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


@pytest.mark.parametrize(
    ("library", "late"),
    [("numpy", {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}), ("keras", {"KERAS_BACKEND"})],
)
def test_pin_names_what_comes_too_late(no_pins, library, late):
    no_pins.setitem(sys.modules, library, object())
    with pytest.warns(UserWarning, match="too late") as caught:
        environment.pin()
    (warning,) = caught
    assert {name for name in environment.PINS if name in str(warning.message)} == late


def test_pin_does_not_warn_of_what_was_set_before(no_pins):
    no_pins.setitem(sys.modules, "numpy", object())
    no_pins.setenv("OMP_NUM_THREADS", "4")
    no_pins.setenv("OPENBLAS_NUM_THREADS", "4")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        environment.pin()


def test_start_is_silent_and_repeats_its_random_numbers():
    done = run_script("""
        import os, sys
        import dlcourse
        draws = []
        for seed in (3, 3, 4):
            dlcourse.start(seed=seed)
            import random, keras, numpy
            draws.append((random.random(), numpy.random.normal(), float(keras.random.normal(()))))
        assert draws[0] == draws[1]
        assert all(a != b for a, b in zip(draws[1], draws[2]))
        assert keras.backend.backend() == "tensorflow"
    """)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_start_after_tensorflow_warns_once_and_works():
    done = run_script("""
        import tensorflow
        import dlcourse, keras, warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            dlcourse.start()
            dlcourse.start()
        (warning,) = caught
        print(warning.message)
        print(warning.filename)
        print(float(keras.ops.sum(keras.ops.ones(3))))
    """)
    assert done.returncode == 0, done.stderr
    message, filename, total = done.stdout.splitlines()
    assert "TF_ENABLE_ONEDNN_OPTS, TF_NUM_INTEROP_THREADS, TF_NUM_INTRAOP_THREADS" in message
    assert "COLUMNS" not in message
    assert filename == "<string>"  # the caller's line, not the package's
    assert total == "3.0"


@pytest.mark.parametrize("seed", [-1, 1.5, "0", True, None])
def test_start_refuses_a_seed_that_is_no_integer(seed):
    with pytest.raises(ValueError, match=r"`seed` must be an integer >= 0. Received: seed="):
        environment.start(seed=seed)


def test_stderr_is_hidden_while_loading_only(capfd):
    with contextlib.suppress(ImportError), environment._quiet_loading():
        os.write(2, b"noise from C++\n")
        raise ImportError("no TensorFlow here")
    os.write(2, b"heard again\n")
    assert capfd.readouterr().err == "heard again\n"
