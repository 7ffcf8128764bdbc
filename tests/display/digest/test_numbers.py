"""The digest's numbers: short, readable, and alike on machines that differ by rounding noise."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse.display.digest.numbers import blocks, floats, number_writer, sample, spread


def written(values, scale="linear") -> list[str]:
    return list(map(number_writer(values, scale), values))


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0.123456, 1.5], "0.123 1.5"),
        ([-0.0, 0.0, 2.5], "0 0 2.5"),
        ([0, 10_001, -3], "0 10001 -3"),
        ([12_345.6, 0.5], "12300 0"),
        ([2.0, np.nan, np.inf, -np.inf], "2 nan inf -inf"),
        ([1.5e300, -1.5e300], "1.5e+300 -1.5e+300"),
        ([1.7e308, 1.0], "1.7e+308 0"),
        ([2.5e-9, 1e-9], "2.5e-09 1e-09"),
    ],
)
def test_numbers_have_three_digits_and_whole_ones_are_in_full(values, text):
    assert " ".join(written(values)) == text


def test_what_no_reader_sees_on_a_linear_axis_is_dropped_and_kept_on_a_log_axis():
    assert written([2.3, 0.00123, 0.00003]) == ["2.3", "0.001", "0"]
    assert written([2.3, 0.00123, 0.00003], "log") == ["2.3", "0.00123", "3e-05"]


def test_writer_knows_no_forbidden_size():
    assert written([5e-324]) == written([5e-324], "log") != ["0"]
    assert written([]) == []


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_noise_of_a_millionth_moves_no_round_number_and_few_others(scale):
    random = np.random.default_rng(0)
    round_ones = np.concatenate([np.arange(1, 160) / 16, np.arange(1, 400) / 40])
    others = 10 ** random.uniform(-2, 1, 10_000)
    for values, most in ((round_ones, 0), (others, 0.002)):
        noisy = values * (1 + random.uniform(-4e-7, 4e-7, len(values)))
        moved = np.mean([a != b for a, b in zip(*map(written, (values, noisy)), strict=True)])
        assert moved <= most


def test_noise_about_zero_is_zero_whatever_its_sign():
    assert written([1.0, 3e-17, -2e-8]) == ["1", "0", "0"]


@pytest.mark.parametrize(("count", "places"), [(0, []), (1, [0]), (5, [0, 1, 2, 3, 4])])
def test_few_points_are_all_sampled(count, places):
    assert sample(count) == places


def test_a_sample_reaches_from_the_first_to_the_last():
    for count in range(6, 50):
        places = sample(count)
        assert (places[0], places[-1], len(set(places))) == (0, count - 1, 5)


def test_spread_tells_range_mean_and_what_is_not_finite():
    values = [1, np.nan, 2, np.inf, 6]
    assert spread(values, number_writer(values)) == "1 to 6, mean 3, 2 not finite"
    assert spread([np.nan], str) == "no finite values"


def test_the_mean_of_huge_values_does_not_overflow():
    assert spread([1.5e308, 1.5e308], number_writer([1.5e308])).endswith("mean 1.5e+308")


def test_blocks_are_means_of_thirds():
    rows = np.arange(36.0).reshape(6, 6)  # the first block is 0, 1, 6, 7
    assert blocks(rows, number_writer(rows)).split(" / ")[0] == "3.5 5.5 7.5"
    assert blocks(np.array([[1.0, 2.0]]), number_writer([1, 2])) == "1 2"


def test_masked_values_are_not_a_number():
    assert np.isnan(floats(np.ma.masked_greater([1, 5], 3))).tolist() == [False, True]
