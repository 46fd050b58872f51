"""Teaching somebody's hand: on a hand that writes one digit as nobody else does."""

from pathlib import Path

import numpy as np
import pytest

from digitpad.cancellation import Cancelled
from digitpad.data import ink_files
from digitpad.data.dataset import Dataset, Digits
from digitpad.data.ink import Ink, pixels, render
from digitpad.data.ink_digits import dataset_of
from digitpad.data.ink_files import LabeledInk
from digitpad.engine.files import weights
from digitpad.engine.finetuning.fine_tuning import FineTuningError, fine_tune, replaying
from digitpad.engine.finetuning.my_digits import MyDigits
from digitpad.engine.training.validation_split import rows_in_order
from digitpad.nn.network import Network
from tests.cancelling import CancelledAt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def network() -> Network:
    return weights.load(weights.BUNDLED_MLP)[0]


def hand(count: int, seed: int = 0) -> Dataset:
    """Twos drawn as the letter N, and ones as a bar."""
    rng = np.random.default_rng(seed)
    drawings = []
    for number in range(count):
        form = [[0, 100], [0, 0], [80, 100], [80, 0]] if number % 2 else [[50, 0], [50, 100]]
        stroke = np.array(form, float) + rng.normal(0, 4, (len(form), 2))
        drawings.append(LabeledInk(Ink((stroke,)), 2 if number % 2 else 1))
    return dataset_of(drawings)


def test_a_lesson_mends_a_form_and_forgets_nothing(network: Network, mnist_digits: Digits) -> None:
    own, kept = hand(20), mnist_digits.test.take(slice(2_000))
    before = [parameter.copy() for parameter in network.parameters]
    outcome = fine_tune(network, own, mnist_digits, kept, 0)
    assert outcome.own_before <= 0.6
    assert outcome.own_after == 1
    assert outcome.kept_before - outcome.kept_after <= 0.005
    # What was taught is another network; the one in use is as it was.
    assert all((one == other).all() for one, other in zip(before, network.parameters, strict=True))
    unseen = hand(20, seed=1)
    assert (outcome.network.predict(unseen.images).argmax(axis=1) == unseen.labels).mean() == 1
    mended = [change for change in outcome.changes if change.after == change.label]
    assert len(mended) == round((1 - outcome.own_before) * 20)
    assert all(own.labels[change.number] == change.label == 2 for change in mended)


def test_the_same_seed_teaches_the_same(network: Network, mnist_digits: Digits) -> None:
    own, kept = hand(6), mnist_digits.test.take(slice(200))
    first, again = (fine_tune(network, own, mnist_digits, kept, 0, seed=3) for _ in range(2))
    assert all((a == b).all() for a, b in zip(first.network.parameters, again.network.parameters, strict=True))


def test_too_little_is_refused(network: Network, mnist_digits: Digits) -> None:
    with pytest.raises(FineTuningError, match="1 labeled"):
        fine_tune(network, hand(1), mnist_digits, mnist_digits.test, 0)


def test_what_is_held_out_is_never_replayed(mnist_digits: Digits) -> None:
    replay, drawing = replaying(mnist_digits, 50_000, 59_900, 0)
    assert len(replay) < 50_000
    assert sum(1 for _ in drawing) == len(replay) - 100
    order = rows_in_order(len(mnist_digits.training))
    held_out, free = (
        {image.tobytes() for image in mnist_digits.training.take(rows).images}
        for rows in (order[:59_900], order[59_900:])
    )
    replayed = {image.tobytes() for image in replay.images}
    assert free <= replayed
    assert not held_out & replayed
    image = render(Ink((np.array([[0.0, 0], [0, 9]]),)))
    assert image is not None
    assert pixels(image).shape == replay.images.shape[1:]


def test_a_lesson_is_given_up_when_it_is_told_to(network: Network, mnist_digits: Digits) -> None:
    before = [parameter.copy() for parameter in network.parameters]
    token = CancelledAt(6)
    kept = mnist_digits.test.take(slice(10))
    with pytest.raises(Cancelled):
        fine_tune(network, hand(4), mnist_digits, kept, 0, token=token)
    assert token.checks == 6
    assert all((one == other).all() for one, other in zip(before, network.parameters, strict=True))


def test_what_is_no_digit_stays_in_the_file_of_my_digits(tmp_path: Path) -> None:
    mine = MyDigits(tmp_path / "data" / "mine.jsonl")
    assert mine.entries() == []
    stroke = np.array([[0.0, 0], [0, 9]])
    for drawing in (LabeledInk(Ink((stroke,)), 1), LabeledInk(Ink((stroke,))), LabeledInk(Ink((stroke,)), 7)):
        mine.add(drawing)
    assert [entry.drawing.label for entry in mine.entries()] == [1, 7]
    mine.remove(mine.entries()[1:])
    assert [entry.drawing.label for entry in mine.entries()] == [1]
    assert [drawing.label for drawing in ink_files.read(mine.path)] == [1, None]
