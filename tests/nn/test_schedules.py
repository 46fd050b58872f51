import numpy as np
import pytest

from digitpad.nn.schedules import SCHEDULES, Moment


@pytest.mark.parametrize(
    ("name", "epoch", "expected"),
    [
        ("constant", 9.0, 1.0),
        ("halving", 0.99, 1.0),
        ("halving", 1.0, 0.5),
        ("halving", 3.5, 0.125),
        ("step", 4.99, 1.0),
        ("step", 5.0, 0.1),
        ("step", 10.0, 0.01),
        ("cosine", 0.0, 1.0),
        ("cosine", 5.0, 0.5),
        ("cosine", 10.0, 0.0),
        ("one-cycle", 0.0, 1 / 25),
        ("one-cycle", 3.0, 1.0),
        ("one-cycle", 10.0, 1e-4),
    ],
)
def test_each_schedule_has_its_known_values(name: str, epoch: float, expected: float) -> None:
    now = Moment(share=epoch / 10, epoch=epoch, every=5, factor=0.1)
    assert SCHEDULES[name](now) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_factors_stay_between_0_and_1(name: str) -> None:
    factors = [SCHEDULES[name](Moment(share, 10 * share)) for share in np.linspace(0, 1, 101)]
    assert min(factors) >= 0
    assert max(factors) <= 1
