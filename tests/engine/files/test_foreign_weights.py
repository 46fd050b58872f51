"""Files that PyTorch saved: their layers are told from shapes, and what no file tells is found by trying."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from digitpad.cancellation import Cancelled
from digitpad.data.dataset import Digits
from digitpad.engine.files import foreign_weights, weights
from digitpad.engine.files.input_scalings import SCALINGS, scaling
from digitpad.engine.files.tensor_files import ForeignError, WeightsError
from digitpad.nn import spec
from tests.cancelling import CancelledAt
from tests.engine.files.networks import network_of

#: Layers as their weights are shaped, by names as PyTorch gives them, and how the usual networks join them.
LENET = {
    "features.0.weight": (6, 1, 5, 5), "features.3.weight": (16, 6, 5, 5),
    "classifier.1.weight": (120, 400), "classifier.3.weight": (84, 120), "classifier.5.weight": (10, 84),
}  # fmt: skip
EXAMPLE = {
    "conv1.weight": (32, 1, 3, 3), "conv2.weight": (64, 32, 3, 3), "fc1.weight": (128, 9216), "fc2.weight": (10, 128),
}  # fmt: skip
ALIKE = {f"body.{i}.weight": (32, 32) for i in (2, 4, 10)} | {"a.weight": (10, 32), "z.weight": (32, 784)}


def zeros(shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    return {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    ("shapes", "layers"),
    [(LENET, "6c5p2, p2, 16c5, p2, 120, 84"), (EXAMPLE, "32c3, 64c3, p2, 128"), (ALIKE, "32, 32, 32, 32"),
     ({"weight": (10, 784)}, "")],
)  # fmt: skip
def test_layers_are_told_from_shapes_whatever_their_order_and_names(
    shapes: dict[str, tuple[int, ...]], layers: str, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.safetensors"
    save_file(zeros(shapes), path)
    readings = foreign_weights.read(path).readings
    assert layers in readings
    for reading in readings:
        count = sum(np.prod(shape) + shape[0] for shape in shapes.values())
        assert spec.parameter_count(reading, (1, 28, 28), 10) == count


def test_of_layers_of_one_shape_the_numbers_in_their_names_decide(tmp_path: Path) -> None:
    tensors = zeros(ALIKE)
    for i in (2, 4, 10):
        tensors[f"body.{i}.weight"][:] = i
    save_file(tensors, tmp_path / "a.safetensors")
    found = foreign_weights.read(tmp_path / "a.safetensors").parameters
    assert [weight.max() for weight, _ in found[1:4]] == [2, 4, 10]


def test_the_likeliest_way_to_read_a_file_is_how_it_was_trained(mnist_digits: Digits, tmp_path: Path) -> None:
    network, _ = weights.load(weights.BUNDLED_MLP)
    names = ("hidden.weight", "hidden.bias", "out.weight", "out.bias")
    path = tmp_path / "theirs.safetensors"
    save_file(dict(zip(names, map(np.ascontiguousarray, network.parameters), strict=True)), path)
    with pytest.raises(ForeignError, match="digitpad export"):
        weights.load(path)
    found = foreign_weights.read(path)
    best = foreign_weights.trials(found, mnist_digits.training)[0]
    assert (best.hidden, best.scaling) == (network.spec, "digitpad")
    images = mnist_digits.test.images[:100]
    read = found.network(best.hidden, best.scaling, mnist_digits.training)
    np.testing.assert_allclose(read.predict(images), network.predict(images), atol=1e-4)


def test_a_network_that_unscaled_pixels_make_far_too_sure_is_not_taken_for_one_of_them(
    mnist_digits: Digits, tmp_path: Path
) -> None:
    network, _ = weights.load(weights.BUNDLED)
    names = [
        f"{kind}{i}.{name}"
        for i, kind in enumerate(("conv", "conv", "conv", "fc", "fc"))
        for name in ("weight", "bias")
    ]
    path = tmp_path / "theirs.safetensors"
    save_file(dict(zip(names, map(np.ascontiguousarray, network.parameters), strict=True)), path)
    best = foreign_weights.trials(foreign_weights.read(path), mnist_digits.training, layers=network.spec)[0]
    assert (best.hidden, best.scaling) == (network.spec, "digitpad")


def test_trying_ends_as_soon_as_nobody_wants_to_know(mnist_digits: Digits, tmp_path: Path) -> None:
    save_file(zeros(EXAMPLE), tmp_path / "a.safetensors")
    found = foreign_weights.read(tmp_path / "a.safetensors")
    with pytest.raises(Cancelled):
        foreign_weights.trials(found, mnist_digits.training, token=CancelledAt())


@pytest.mark.parametrize("name", SCALINGS)
def test_scalings_are_what_their_words_say(name: str, mnist_digits: Digits) -> None:
    pixels = mnist_digits.test.images[:50].astype(float)
    expected = {
        "unit": pixels / 255, "mnist": (pixels / 255 - 0.1307) / 0.3081, "signed": (pixels - 127.5) / 127.5,
        "digitpad": (pixels - mnist_digits.training.images.mean(axis=0)) / 255, "bytes": pixels,
    }[name]  # fmt: skip
    found = scaling(name, mnist_digits.training)
    np.testing.assert_allclose(pixels * found.scale - found.mean, expected, atol=1e-9)


@pytest.mark.parametrize(
    ("shapes", "problem"),
    [
        (EXAMPLE | {"bn1.running_mean": (32,)}, "bn1.running_mean"),
        (EXAMPLE | {"bn1.weight": (32,)}, "bn1.weight"),
        ({"fc1.weight": (128, 784), "fc2.weight": (5, 128)}, "do not lead from 28x28 pixels to 10 digits"),
        ({"fc1.weight": (128, 100), "fc2.weight": (10, 128)}, "do not lead from 28x28 pixels to 10 digits"),
        ({"conv.weight": (8, 1, 3, 5), "fc2.weight": (10, 128)}, "conv.weight"),
        ({"fc1.bias": (128,)}, "fc1.bias"),
        ({"conv.weight": (0, 1, 3, 3), "fc.weight": (10, 0)}, r"weight float32 \(.*0.*\) is no weight"),
        ({"²x.weight": (5, 784), "1².weight": (10, 6)}, "do not lead"),
        ({f"{i}.weight": (784, 784) for i in range(9)}, "it has 9 layers"),
    ],
)
def test_files_that_hold_no_chain_of_layers_are_refused_by_name(
    shapes: dict[str, tuple[int, ...]], problem: str, tmp_path: Path
) -> None:
    save_file(zeros(shapes), tmp_path / "a.safetensors")
    with pytest.raises(WeightsError, match=problem):
        foreign_weights.read(tmp_path / "a.safetensors")


def test_layers_that_do_not_fit_are_one_sentence(mnist_digits: Digits, tmp_path: Path) -> None:
    save_file(zeros(EXAMPLE), tmp_path / "a.safetensors")
    found = foreign_weights.read(tmp_path / "a.safetensors")
    for layers in ("32c3, 64c3, 128", "128", "32c3, 64c3, p2, 64"):
        with pytest.raises(WeightsError):
            found.network(layers, "unit", mnist_digits.training)


def test_what_pytorch_saves_is_read_as_it_reads_it(mnist_digits: Digits, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import save_file as save_torch

    nn = torch.nn
    torch.manual_seed(0)
    theirs = nn.Sequential(
        nn.Conv2d(1, 4, 5), nn.Tanh(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.Tanh(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(216, 20), nn.Tanh(), nn.Linear(20, 10),
    )  # fmt: skip
    save_torch(theirs.state_dict(), tmp_path / "a.safetensors")
    images = mnist_digits.test.images[:100]
    found = foreign_weights.read(tmp_path / "a.safetensors")
    layers = "4c5 tanh, p2, 6c3p1 tanh, p2, 20 tanh"
    assert layers in found.readings
    with torch.no_grad():
        x = torch.tensor(images.reshape(-1, 1, 28, 28) / 255, dtype=torch.float32)
        expected = torch.softmax(theirs(x), 1).numpy()
    ours = found.network(layers, "unit", mnist_digits.training).predict(images)
    np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_our_own_weights_are_not_foreign(tmp_path: Path) -> None:
    weights.save(tmp_path / "a.safetensors", network_of("5"), weights.TrainingRecord())
    assert weights.load(tmp_path / "a.safetensors")[0].spec == "5"
