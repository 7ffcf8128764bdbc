"""Each student's own seed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from dlcourse.assignment import student_seed


def test_it_is_the_start_of_the_sha256_of_the_identifier():

    assert student_seed("ada") == int(hashlib.sha256(b"ada").hexdigest()[:8], 16) == 0xFDEE430D


def test_case_and_blanks_make_no_difference():
    assert student_seed(" Ada\n") == student_seed("ada")
    assert student_seed("Jose\u0301") == student_seed("José")
    assert student_seed("Łukasz") == student_seed("łukasz") != student_seed("lukasz")


def test_it_is_the_same_in_another_process():
    script = "from dlcourse.assignment import student_seed; print(student_seed('ada'))"
    done = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert {int(text) for text in done} == {student_seed("ada")}


def test_a_class_has_different_data():
    seeds = {student_seed(f"student {number}") for number in range(500)}
    assert len(seeds) == 500
    assert len({np.random.default_rng(seed).normal() for seed in seeds}) == 500


@pytest.mark.parametrize("student", ["", "  ", None, 7])
def test_no_identifier(student):
    with pytest.raises(ValueError, match="`student` must be a student's identifier"):
        student_seed(student)
