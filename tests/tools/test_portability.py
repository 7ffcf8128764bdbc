from __future__ import annotations

from pathlib import Path

import nbformat
import portability
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from portability import Variant, judge, not_acting, run_lessons, together, variants

REFERENCE = {
    "numpy": ["X86_V3", "X86_V4", "AVX512_ICL"],
    "openblas": "SkylakeX",
    "openblas_threads": 1,
    "tensorflow_threads": 1,
    "xla": "a",
    "onednn_isa": "Intel AVX-512 with Intel DL Boost",
    "onednn_operations": False,
}


def test_each_processor_loses_what_it_does_not_have():
    avx2, sse42 = variants(REFERENCE, "x86_64")[2:]
    assert avx2.settings == {
        "NPY_DISABLE_CPU_FEATURES": "X86_V4,AVX512_ICL",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
    }
    assert sse42.settings == {
        "NPY_DISABLE_CPU_FEATURES": "X86_V3,X86_V4,AVX512_ICL",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "OPENBLAS_CORETYPE": "Nehalem",
        "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
    }


def test_features_are_known_by_the_names_of_older_numpy_too():
    older = {**REFERENCE, "numpy": ["SSSE3", "SSE41", "POPCNT", "SSE42", "AVX", "F16C", "FMA3"]}
    older["numpy"] += ["AVX2", "AVX512F", "AVX512_SKX"]
    avx2, sse42 = variants(older, "x86_64")[2:]
    assert avx2.settings["NPY_DISABLE_CPU_FEATURES"] == "AVX512F,AVX512_SKX"
    assert sse42.expected["numpy"] == ["SSSE3", "SSE41", "POPCNT", "SSE42"]


def test_a_machine_plays_only_what_it_can():
    def unavailable(reference: dict, machine: str) -> list[str]:
        return [v.name for v in variants(reference, machine) if v.unavailable]

    assert unavailable(REFERENCE, "AMD64") == []
    assert unavailable({**REFERENCE, "numpy": ["X86_V3"]}, "x86_64") == ["AVX2 only"]
    assert unavailable(REFERENCE, "arm64") == ["oneDNN on", "AVX2 only", "SSE4.2 only"]


def test_what_goes_together_is_played_in_one_run():
    machines = variants(REFERENCE, "x86_64")[:3]
    variant = together(machines)
    assert variant.name == "2 threads + oneDNN on + AVX2 only"
    for machine in machines:
        assert machine.settings.items() <= variant.settings.items()
        assert machine.expected.items() <= variant.expected.items()
    assert together(variants(REFERENCE, "arm64")[:3]).name == "2 threads"


def test_a_setting_that_does_not_act_is_named():
    avx2 = variants(REFERENCE, "x86_64")[2]
    acting = {"numpy": ["X86_V3"], "openblas": "Haswell", "onednn_isa": "Intel AVX2", "xla": "b"}
    assert not_acting(avx2, {**REFERENCE, **acting}, REFERENCE) == []
    assert not_acting(avx2, {**REFERENCE, **acting, "xla": "a"}, REFERENCE) == ["xla (a)"]
    assert not_acting(avx2, {**REFERENCE, **acting, "openblas": None}, REFERENCE) == []
    assert len(not_acting(avx2, REFERENCE, REFERENCE)) == 4


def test_a_setting_that_does_not_act_fails_the_variant(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(portability, "probe", lambda settings: REFERENCE)
    passed, verdict = judge(variants(REFERENCE, "x86_64")[0], REFERENCE)
    assert not passed
    assert verdict == "its settings do not act on tensorflow_threads (1), openblas_threads (1)"


def test_a_skipped_variant_says_why():
    assert judge(Variant("a", {}, {}, "no such chip"), REFERENCE) == (True, "skipped, no such chip")


def test_a_lesson_that_depends_on_the_variant_differs(tmp_path: Path):
    printed = new_output("stream", text="1\n")
    cell = new_code_cell(
        'import os\n\nprint(os.environ["OMP_NUM_THREADS"])', execution_count=1, outputs=[printed]
    )
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "lesson.ipynb")
    passed, verdict = run_lessons({}, tmp_path)
    assert passed, verdict
    assert verdict.startswith("identical, 1 passed in ")
    passed, verdict = run_lessons({"OMP_NUM_THREADS": "2"}, tmp_path)
    assert not passed
    assert "'1\\n' == '2\\n'" in verdict


def test_a_course_without_lessons_does_not_pass(tmp_path: Path):
    passed, _ = run_lessons({}, tmp_path)
    assert not passed
