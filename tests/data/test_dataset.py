import numpy as np
import pytest

from digitpad.data.dataset import Digits, order


def test_a_shuffle_holds_every_digit_once() -> None:
    assert sorted(order(50, np.random.default_rng(0), with_replacement=False)) == list(range(50))


def test_with_replacement_some_digits_come_twice_and_some_never() -> None:
    drawn = order(2_000, np.random.default_rng(0), with_replacement=True)
    # A share of 1/e of all digits is not drawn.
    assert len(set(drawn.tolist())) / 2_000 == pytest.approx(1 - np.exp(-1), abs=0.03)


def test_the_mean_is_each_pixels(few_digits: Digits) -> None:
    loop = [sum(map(int, column)) / 500 for column in few_digits.test.images.T]
    np.testing.assert_allclose(few_digits.test.mean(), loop)
