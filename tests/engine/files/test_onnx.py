"""ONNX models of ours say what our networks say, and those of others are read, or refused by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitpad.app.session.network_handle import NetworkHandle
from digitpad.data.dataset import Digits
from digitpad.engine.files import foreign_weights, onnx_chain, onnx_files, onnx_graph, weights
from digitpad.engine.files.tensor_files import ForeignError, WeightsError
from digitpad.engine.files.weights import TrainingRecord
from digitpad.engine.training.config import TrainingConfig
from digitpad.nn.layers import ACTIVATIONS
from digitpad.nn.spec import WORDS
from tests.engine.files.networks import network_of

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

#: Each kind of layer and activation at least once, and strides and padding that differ.
_FILTERS = [word.example for word in WORDS if word.layer.TAKES_PICTURES and word.is_activated]
EVERYTHING = ", ".join(
    [f"{word} {name}" for word in _FILTERS for name in ACTIVATIONS]
    + ["p2", "4c3s2p1", "d0.25", "30", "20 tanh", "d0.5"]
)  # fmt: skip


def answers(content: bytes, images: Any) -> Any:
    session = runtime.InferenceSession(content)
    return session.run(["probabilities"], {"pixels": images.reshape(-1, 28, 28)})[0]


@pytest.mark.slow
def test_onnx_runtime_says_of_all_test_digits_what_the_bundled_networks_say(
    bundled_network: NetworkHandle, mnist_digits: Digits
) -> None:
    images = mnist_digits.test.images
    for network in (bundled_network.network, weights.load(weights.BUNDLED_MLP)[0]):
        found = answers(onnx_files.packed(network, ""), images)
        assert found.shape == (10_000, 10)
        np.testing.assert_allclose(found, network.predict(images), atol=1e-5)


@pytest.mark.parametrize("hidden", ["", "30, 20 sigmoid", EVERYTHING, "d0.2, 30", "d0.000001", "d0.5, 4c3, p2"])
def test_every_layer_becomes_an_operator_and_comes_back(hidden: str, mnist_digits: Digits, tmp_path: Path) -> None:
    network, images = network_of(hidden), mnist_digits.test.images[:200]
    record = TrainingRecord(TrainingConfig(hidden=hidden), 12, 0.5, 0.75, None, 0.5, 500)
    path = tmp_path / "a.onnx"
    weights.save(path, network, record)
    onnx.checker.check_model(onnx.load(path), full_check=True)
    np.testing.assert_allclose(answers(path.read_bytes(), images), network.predict(images), atol=1e-5)
    again, its_record = weights.load(path)
    assert (again.spec, its_record) == (network.spec, record)
    np.testing.assert_array_equal(again.predict(images), network.predict(images))


def test_its_input_and_output_are_what_the_readme_says() -> None:
    model = onnx.load_model_from_string(onnx_files.packed(network_of("5"), ""))
    (given,), (told,) = model.graph.input, model.graph.output
    assert (given.name, given.type.tensor_type.elem_type) == ("pixels", onnx.TensorProto.UINT8)
    assert [d.dim_param or d.dim_value for d in given.type.tensor_type.shape.dim] == ["n", 28, 28]
    assert told.name == "probabilities"
    assert [opset.version for opset in model.opset_import] == [onnx_files.OPSET]


def test_a_record_of_other_layers_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    weights.save(path, network_of("5"), TrainingRecord(TrainingConfig(hidden="5"), 9, 1.0, 0.9))
    model = onnx.load(path)
    other = onnx.load_model_from_string(onnx_files.packed(network_of("6"), model.metadata_props[0].value))
    onnx.save(other, path)
    assert weights.load(path)[1] == TrainingRecord()


# What others write: floats in, another way to say a dense layer, logits or their logarithms out.


def of_others(*nodes: Any, shape: tuple[int, ...] = (784,)) -> bytes:
    helper, numbers = onnx.helper, onnx.TensorProto
    rng = np.random.default_rng(0)
    known = {
        "w": rng.standard_normal((784, 10)), "wt": rng.standard_normal((10, 784)), "b": rng.standard_normal(10),
        "hidden": rng.standard_normal((784, 10)), "square": rng.standard_normal((10, 10)), "two": np.array(2.0),
        "filters": rng.standard_normal((4, 1, 5, 5)), "last": rng.standard_normal((10, 576)),
        "b4": rng.standard_normal(4), "b24": rng.standard_normal(24), "yes": np.array(True), "half": np.array(0.5),
        "other": np.array([-1, 1, 14, 56]), "wide": rng.standard_normal((24, 1, 5, 5)),
        "wt3": rng.standard_normal((10, 28, 28)), "rows": np.array([10, 784]),
    }  # fmt: skip
    used = {name for node in nodes for name in node.input}
    model = helper.make_model(
        helper.make_graph(
            nodes, "g",
            [helper.make_tensor_value_info("x", numbers.FLOAT, ["n", *shape])],
            [helper.make_tensor_value_info("y", numbers.FLOAT, ["n", 10])],
            [onnx.numpy_helper.from_array(value if value.dtype != float else value.astype(np.float32), name)
             for name, value in known.items() if name in used],
        ),
        opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
    )  # fmt: skip
    content: bytes = model.SerializeToString()
    return content


def node(kind: str, *names: str, **attributes: Any) -> Any:
    """A node whose inputs are all `names` but the last, which is its output."""
    return onnx.helper.make_node(kind, list(names[:-1]), [names[-1]], **attributes)


OTHERS: dict[str, Callable[[], bytes]] = {
    "matmul and add": lambda: of_others(node("MatMul", "x", "w", "a"), node("Add", "a", "b", "y")),
    "logarithms": lambda: of_others(node("Gemm", "x", "wt", "b", "a", transB=1), node("LogSoftmax", "a", "y", axis=1)),
    "weights that are turned and reshaped on the way": lambda: of_others(
        node("Reshape", "wt3", "rows", "a"), node("Transpose", "a", "b1", perm=[1, 0]), node("MatMul", "x", "b1", "y"),
    ),
    "scaled once more": lambda: of_others(
        node("Div", "x", "two", "a"), node("Gemm", "a", "hidden", "b", "c"), node("Tanh", "c", "d"),
        node("Dropout", "d", "e"), node("MatMul", "e", "square", "y"),
    ),
    "convolution": lambda: of_others(
        node("Conv", "x", "filters", "b4", "a"), node("MaxPool", "a", "c", kernel_shape=[2, 2], strides=[2, 2]),
        node("Relu", "c", "d"), node("Flatten", "d", "e"), node("Gemm", "e", "last", "b", "y", transB=1),
        shape=(1, 28, 28),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_models_of_others_say_here_what_they_say_in_onnx_runtime(
    name: str, mnist_digits: Digits, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.onnx"
    path.write_bytes(OTHERS[name]())
    with pytest.raises(ForeignError, match="digitpad export"):
        weights.load(path)
    found = foreign_weights.read(path)
    network = found.network(found.readings[0], "mnist", mnist_digits.training)
    images = mnist_digits.test.images[:300]
    session = runtime.InferenceSession(path.read_bytes())
    x = ((images / 255 - 0.1307) / 0.3081).astype(np.float32).reshape(-1, *session.get_inputs()[0].shape[1:])
    (theirs,) = session.run(None, {"x": x})
    expected = np.exp(theirs - theirs.max(axis=1, keepdims=True))
    np.testing.assert_allclose(network.predict(images), expected / expected.sum(axis=1, keepdims=True), atol=1e-4)


@pytest.mark.parametrize(
    ("nodes", "problem"),
    [
        (lambda: [node("BatchNormalization", "x", "b", "b", "b", "b", "y")], "an operator BatchNormalization"),
        (lambda: [node("Gemm", "x", "wt", "b", "a", transB=1), node("Softmax", "a", "c"), node("Relu", "c", "y")],
         "Relu follows its Softmax"),
        (lambda: [node("Gemm", "x", "hidden", "b", "a"), node("Gemm", "a", "square", "b", "y")], "no activation"),
        (lambda: [node("Gemm", "x", "hidden", "b", "a"), node("LeakyRelu", "a", "c", alpha=0.2),
                  node("Gemm", "c", "square", "b", "y")], "another slope"),
        (lambda: [node("Gemm", "x", "hidden", "b", "a", alpha=2.0), node("Relu", "a", "y")], "has alpha 2.0"),
        (lambda: [node("Relu", "x", "a"), node("Gemm", "a", "w", "y")], "Relu follows no layer"),
        (lambda: [node("Gemm", "x", "w", "b", "a"), node("Tanh", "a", "y")], "does not end with 10 numbers"),
        (lambda: [node("Gemm", "x", "w", "a"), node("Tanh", "x", "y")], "2 operators take its 'x'"),
        (lambda: [node("Conv", "x", "filters", "a", pads=[1, 0, 1, 0])], r"padding \[1, 0, 1, 0\]"),
        (lambda: [node("MaxPool", "x", "a", kernel_shape=[3, 3], strides=[2, 2])], r"windows \[3, 3\]"),
        (lambda: [node("Mul", "x", "b", "a")], "not by one number"),
        (lambda: [node("Identity", "x", "x")], "round in a circle"),
        (lambda: [node("Identity", "x", "a"), node("Dropout", "a", "x")], "round in a circle"),
        (lambda: [node("Conv", "x", "wide", "a"), node("Add", "a", "b24", "c")], "does not fit 24 outputs"),
        (lambda: [node("Reshape", "x", "other", "a")], "neither keeps digits apart"),
        (lambda: [node("Dropout", "x", "half", "yes", "a")], "drops also while it reads"),
        (lambda: [node("Relu", "x", "a", domain="my.own")], "of 'my.own', not of ONNX"),
        (lambda: [node("Cast", "x", "a", to=11)], "casts to another kind"),
        (lambda: [node("Conv", "x", "filters", "a", auto_pad="SAME_LOWER")], "has auto_pad SAME_LOWER"),
    ],
)  # fmt: skip
def test_what_digitpad_cannot_be_is_refused_by_name(nodes: Callable[[], list[Any]], problem: str) -> None:
    with pytest.raises(WeightsError, match=problem):
        onnx_chain.read(of_others(*nodes()))


def test_whole_numbers_are_not_computed_with_as_if_they_were_floats() -> None:
    model = onnx.load_model_from_string(of_others(node("Div", "x", "two", "a"), node("Gemm", "a", "w", "y")))
    model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.UINT8
    with pytest.raises(WeightsError, match="Div computes with whole numbers"):
        onnx_chain.read(model.SerializeToString())


@pytest.mark.parametrize("field", [b"\x0a\x00", b"\x2a\x00"])
def test_a_model_of_millions_of_entries_is_refused_before_they_are_built(field: bytes) -> None:
    body = field * 2_000_000
    length = bytes([(len(body) >> shift & 0x7F) | (0x80 if shift < 21 else 0) for shift in (0, 7, 14, 21)])
    with pytest.raises(WeightsError, match="more than 5,000 entries"):
        onnx_chain.read(b"\x3a" + length + body)
    with pytest.raises(WeightsError, match="more than 5,000 entries"):
        onnx_chain.read(b"\x72\x00" * 100_000)


def test_without_the_library_one_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(WeightsError, match=r"pip install 'digitpad\[onnx\]'"):
        weights.save(tmp_path / "a.onnx", network_of("5"), TrainingRecord())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("tail", [b"\x80", b"\x08\x80", b"\x3a\x02\x80\x80", b"\x3a\xff" + 9 * b"\xff"])
def test_a_number_that_is_cut_off_ends_what_it_is_in(tail: bytes) -> None:
    onnx_graph.count_entries(5_000 * b"\x08\x01")
    onnx_graph.count_entries(tail)
    with pytest.raises(WeightsError, match="more than 5,000 entries"):
        onnx_graph.count_entries(5_001 * b"\x08\x01" + tail)
