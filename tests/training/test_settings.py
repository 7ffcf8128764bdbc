"""Settings are declared once: names and defaults agree wherever they stand."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from dlcourse import train_runs
from dlcourse.training.settings import DEFAULTS, Settings, checked_settings


def test_train_runs_declares_the_same_settings_with_the_same_defaults():
    parameters = inspect.signature(train_runs).parameters
    declared = {name: p.default for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY}
    assert declared == {"epochs": inspect.Parameter.empty, **DEFAULTS}
    assert list(declared) == list(Settings.__annotations__)


def test_every_setting_is_explained_in_both_places():
    for name in Settings.__annotations__:
        assert f"        {name}: " in Settings.__doc__
        assert f"        {name}: " in inspect.getdoc(train_runs).replace("\n    ", "\n        ")


def test_numpy_integers_become_integers():
    numbers = dict(epochs=np.int8(3), batch_size=np.uint16(5), evaluate_every=np.int64(2))
    checked = checked_settings(**numbers, seeds=np.arange(3))
    assert {name: checked[name] for name in numbers} == numbers
    kinds = [type(checked[name]) for name in numbers] + [type(seed) for seed in checked["seeds"]]
    assert set(kinds) == {int}


def test_what_was_not_given_has_its_default():
    assert checked_settings(epochs=1) == {**DEFAULTS, "epochs": 1, "seeds": (0, 1, 2, 3, 4)}


@pytest.mark.parametrize("settings", [{}, {"epochs": 1, "epoch": 2}])
def test_a_name_that_is_missing_or_unknown_is_a_type_error(settings):
    with pytest.raises(TypeError, match="keyword argument"):
        checked_settings(**settings)
