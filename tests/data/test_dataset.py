import numpy as np
import pytest

from digitpad.data.dataset import Digits, batches


@pytest.mark.parametrize(("count", "size"), [(10, 3), (10, 10), (10, 1), (3, 8)])
def test_an_epochs_batches_hold_every_digit_once(count: int, size: int) -> None:
    cut = list(batches(count, size, np.random.default_rng(0)))
    assert sorted(np.concatenate(cut)) == list(range(count))
    assert all(len(indices) == size for indices in cut[:-1])


def test_a_split_holds_out_digits_that_are_not_trained_on(few_digits: Digits) -> None:
    numbered = few_digits.training.images.copy()
    numbered[:, :2] = np.arange(len(numbered), dtype=np.uint16).view(np.uint8).reshape(-1, 2)
    dataset = type(few_digits.training)(numbered, few_digits.training.labels)
    training, validation = dataset.split(500, np.random.default_rng(7))
    again, _ = dataset.split(500, np.random.default_rng(7))
    names = [set(part.images[:, :2].copy().view(np.uint16).ravel().tolist()) for part in (training, validation)]
    assert (len(training), len(validation)) == (1_500, 500)
    assert not names[0] & names[1]
    assert names[0] | names[1] == set(range(2_000))
    np.testing.assert_array_equal(training.images, again.images)


def test_the_mean_is_each_pixels(few_digits: Digits) -> None:
    loop = [sum(map(int, column)) / 500 for column in few_digits.test.images.T]
    np.testing.assert_allclose(few_digits.test.mean(), loop)
