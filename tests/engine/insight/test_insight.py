"""The pass through a network, and what is told of it, against second formulations."""

import itertools

import numpy as np
import pytest

from digitpad.cancellation import Cancelled
from digitpad.data.dataset import Digits
from digitpad.data.ink import Image
from digitpad.engine.insight import activation_maximization, attribution, nearest_neighbors, unit_pictures, units
from digitpad.engine.insight.trace import Trace, trace_of
from digitpad.engine.training.config import TrainingConfig
from digitpad.engine.training.generator import new_network, train
from digitpad.nn.network import Network
from digitpad.nn.workspace import Workspace
from tests.cancelling import CancelledAt

SPECS = ["", "16", "12 leaky, 8", "4c5, p2, 6c3, p2, 10", "d0.2, 12, d0.3", "10 tanh, 6 sigmoid", "3c5 tanh, p2, 8"]


def network_of(spec: str, digits: Digits, *, biased: bool = True) -> Network:
    network = new_network(TrainingConfig(hidden=spec, validation=500), digits)
    rng = np.random.default_rng(0)
    for name, parameter in network.named_parameters.items():
        if biased and name.endswith("bias"):
            parameter[:] = 0.3 * rng.standard_normal(parameter.shape)
    return network


@pytest.fixture
def image(few_digits: Digits) -> Image:
    return (few_digits.test.images[4].reshape(28, 28) / 255).astype(np.float32)


@pytest.mark.parametrize("spec", SPECS)
def test_a_trace_is_the_pass_itself_and_changes_nothing(spec: str, few_digits: Digits, image: Image) -> None:
    network = network_of(spec, few_digits)
    before = [parameter.copy() for parameter in network.parameters]
    trace = trace_of(network, image)
    trace.back(np.ones((1, 10)))
    x = np.round(image * 255).reshape(1, -1)
    np.testing.assert_allclose(trace.probabilities, network.predict(x), atol=1e-5)
    for parameter, old in zip(network.parameters, before, strict=True):
        np.testing.assert_array_equal(parameter, old)


def test_the_way_back_is_the_networks_own(few_digits: Digits) -> None:
    network = network_of("12, 8", few_digits).astype(np.float64)
    images = few_digits.test.images[:5]
    d_logits = np.random.default_rng(1).standard_normal((5, 10))
    trace = Trace(network, images)
    back = trace.back(d_logits)
    _, backward = network.forward(images, Workspace())
    own = backward(d_logits.copy())
    found = [gradient for layer in back for gradient in layer.d_parameters.values()]
    for gradient, wanted in zip(found, own, strict=True):
        np.testing.assert_allclose(gradient, wanted, rtol=1e-10)
    # Asked twice, it says the same.
    np.testing.assert_array_equal(trace.back(d_logits)[0].d_x, back[0].d_x)


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["100, 50 tanh", "8c5, p2, 50 tanh"])
def test_for_and_against_add_up_where_the_gradient_leaps_on_the_way(spec: str, few_digits: Digits) -> None:
    config = TrainingConfig(hidden=spec, epochs=6, validation=500, batch_size=16, learning_rate=0.1)
    *_, end = train(config, digits=few_digits)
    for digit in few_digits.test.images[:12]:
        image = (digit.reshape(28, 28) / 255).astype(np.float32)
        found = attribution.attributions(end.network, image, 3, 8)
        assert abs(float(found.pixels.sum()) + found.rest - found.difference) < 1e-2


@pytest.mark.parametrize("spec", SPECS)
def test_for_and_against_add_up_to_the_difference_of_the_logits(spec: str, few_digits: Digits, image: Image) -> None:
    network = network_of(spec, few_digits)
    bound = 1e-2 if "tanh" in spec or "sigmoid" in spec else 1e-4
    logits, _ = network.astype(np.float64).forward(np.round(image * 255).reshape(1, -1), Workspace())
    for one, other in itertools.combinations(range(0, 10, 3), 2):
        found = attribution.attributions(network, image, one, other)
        assert found.difference == pytest.approx(logits[0, one] - logits[0, other], abs=1e-9)
        assert found.pixels.sum() + found.rest == pytest.approx(found.difference, abs=bound)
        # Paper says nothing.
        assert not found.pixels[image == 0].any()
        opposite = attribution.attributions(network, image, other, one)
        np.testing.assert_allclose(opposite.pixels, -found.pixels, atol=1e-9)


@pytest.mark.parametrize("spec", ["16", "4c5, p2, 10"])
def test_a_pixels_part_is_what_less_ink_there_would_take_away(spec: str, few_digits: Digits, image: Image) -> None:
    network = network_of(spec, few_digits)
    found = attribution.attributions(network, image, 4, 9)
    row, column = np.unravel_index(np.abs(found.pixels).argmax(), (28, 28))
    drawn = np.round(image * 255).reshape(1, -1).astype(np.float64)
    less = drawn.copy()
    share = 1e-4
    less[0, 28 * row + column] *= 1 - share
    double = network.astype(np.float64)
    (all_ink, _), (less_ink, _) = double.forward(drawn, Workspace()), double.forward(less, Workspace())
    lost = (all_ink - less_ink)[0]
    assert (lost[4] - lost[9]) / share == pytest.approx(found.pixels[row, column], rel=1e-4)


def test_an_idea_becomes_surer(few_digits: Digits, bundled_mlp: Network) -> None:
    steps = list(
        itertools.islice(
            activation_maximization.maximizing(
                lambda: bundled_mlp, activation_maximization.noise(np.random.default_rng(0)), 3
            ),
            40,
        )
    )
    assert all(image.shape == (28, 28) and image.min() >= 0 and image.max() <= 1 for image, _ in steps)
    assert steps[-1][1] > 0.99 > 0.5 > steps[0][1]
    image = np.round(steps[-1][0] * 255).reshape(1, -1)
    assert bundled_mlp.predict(image).argmax() == 3


@pytest.mark.parametrize(("spec", "wanted"), [("16", [(0, 1), (2, 2)]), ("", [(0, 0)]), ("4c5, p2, 10 tanh", None)])
def test_stages_are_the_layers_with_units(spec: str, wanted: list[tuple[int, int]] | None, few_digits: Digits) -> None:
    network = network_of(spec, few_digits)
    found = [(stage.weights, stage.output) for stage in units.stages(network)]
    if wanted is not None:
        assert found == wanted
    assert [type(network.layers[weights]).__name__ for weights, _ in found][-1] == "Dense"


@pytest.mark.parametrize("spec", ["16", "4c5, p2, 10", "6 tanh"])
def test_what_units_send_on_is_that_of_each_digit_alone(spec: str, few_digits: Digits) -> None:
    network = network_of(spec, few_digits)
    dataset = few_digits.test.take(slice(40))
    stage = units.stages(network)[0]
    found = units.activity(network, stage, dataset)
    assert found is not None
    for number, pixels in enumerate(dataset.images):
        y = Trace(network, pixels[np.newaxis]).passes[stage.output].y[0]
        np.testing.assert_allclose(found.sent[:, number], y.reshape(len(y), -1).max(axis=1), atol=1e-5)
    best = found.exciting(2, 3)
    assert list(found.sent[2][best]) == sorted(found.sent[2], reverse=True)[:3]


def test_a_unit_that_never_fires_is_silent(few_digits: Digits) -> None:
    network = network_of("16", few_digits)
    network.parameters[1][5] = -1000
    found = units.activity(network, units.stages(network)[0], few_digits.test)
    assert found is not None
    assert found.silent[5]
    assert found.silent.sum() < 16


@pytest.mark.parametrize("spec", ["", "12", "3c5, p2, 8"])
def test_neighbors_are_the_nearest_by_a_loop(spec: str, few_digits: Digits, image: Image) -> None:
    network = network_of(spec, few_digits)
    dataset = few_digits.training.take(slice(300))
    found = nearest_neighbors.neighborhood(network, dataset)
    assert found is not None

    def features(pixels: np.ndarray) -> np.ndarray:
        return Trace(network.astype(np.float64), pixels[np.newaxis]).passes[-1].x[0]

    own = features(np.round(image * 255).ravel())
    distances = [float(np.sum((features(pixels) - own) ** 2)) for pixels in dataset.images]
    assert list(found.nearest(image, 5)) == list(np.argsort(distances)[:5])


def test_a_digit_is_no_neighbor_of_its_own(few_digits: Digits) -> None:
    found = nearest_neighbors.neighborhood(network_of("12", few_digits), few_digits.training.take(slice(300)))
    assert found is not None
    image = (few_digits.training.images[7].reshape(28, 28) / np.float32(255)).astype(np.float32)
    assert 7 not in found.nearest(image, 5)


def test_what_nobody_wants_any_more_is_given_up(few_digits: Digits) -> None:
    network = network_of("12", few_digits)
    with pytest.raises(Cancelled):
        units.activity(network, units.stages(network)[0], few_digits.test, CancelledAt())
    with pytest.raises(Cancelled):
        nearest_neighbors.neighborhood(network, few_digits.training, CancelledAt())


@pytest.fixture(scope="module")
def bundled_mlp(few_digits: Digits) -> Network:
    config = TrainingConfig(hidden="32", epochs=3, validation=500)
    *_, end = (event for event in train(config, digits=few_digits) if event is not None)
    return end.network


@pytest.mark.parametrize("spec", ["16", "3c5, p2, 4c3, 8", "9 tanh, 6", "3c5s2p1, 8", "6c4, p2, 10"])
def test_units_as_pictures_hold_every_weight_and_every_term(spec: str, few_digits: Digits, image: Image) -> None:
    network = network_of(spec, few_digits).astype(np.float64)
    trace = trace_of(network, image)
    stages = units.stages(network)
    for number, stage in enumerate(stages):
        weight = network.layers[stage.weights].parameters["weight"]
        found = unit_pictures.pictures_of(network, stage, trace, of_drawing=False)
        assert len(found.pictures) == len(weight)
        np.testing.assert_allclose(found.pictures.sum(axis=(1, 2)), weight.reshape(len(weight), -1).sum(axis=1))
        drawn = unit_pictures.pictures_of(network, stage, trace, of_drawing=True)
        unit = len(weight) - 1 - number
        last = number == len(stages) - 2
        total = unit_pictures.unit_sum(network, stage, trace, unit, is_last_hidden=last)
        assert total.terms.sum() == pytest.approx(total.total)
        assert total.total + total.bias == pytest.approx(total.z)
        assert drawn.sent is not None
        assert total.sent == drawn.sent[unit]
        is_output = number == len(stages) - 1
        sent = trace.probabilities[0] if is_output else trace.passes[stage.output].y[0]
        assert total.sent == pytest.approx(sent[unit].max())
        if total.place is not None:
            np.testing.assert_array_equal(drawn.pictures, trace.passes[stage.output].y[0])
            assert trace.passes[stage.weights].y[0][(unit, *total.place)] == pytest.approx(total.z)
            assert total.terms.shape == weight[unit].shape
            assert total.sent == pytest.approx(max(total.z, 0.0))
            continue
        assert drawn.pictures[unit].sum() == pytest.approx(total.total)
        if last:
            assert total.pushes is not None
            others = sum(
                unit_pictures.unit_sum(network, stage, trace, u, is_last_hidden=True).pushes for u in range(len(weight))
            )
            np.testing.assert_allclose(others + network.layers[-1].parameters["bias"], trace.logits[0])
