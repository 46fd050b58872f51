import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.nn import initializers, spec
from digitpad.nn.layers import ACTIVATIONS, Conv2D, Dense, Dropout, MaxPool2D, ReLU
from digitpad.nn.layers.flatten import Flatten
from digitpad.nn.spec import WORDS, SpecError, Word

PICTURE = (1, 28, 28)


def build(text: str, inputs: tuple[int, ...] = PICTURE) -> list:
    return spec.build_layers(text, inputs, 10, initializers.drawn("he", np.random.default_rng(0)))


@given(st.lists(st.integers(1, 500), max_size=5))
def test_text_and_layers_say_the_same(widths: list[int]) -> None:
    text = ",".join(map(str, widths))
    assert spec.canonical(text, PICTURE) == ", ".join(map(str, widths))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" 200,100 ", "200, 100"),
        ("16C5,p2,  128   tanh", "16c5, p2, 128 tanh"),
        ("016c05s1p0, 200 relu", "16c5, 200"),
        ("16c5s2p1 leaky, d.50", "16c5s2p1 leaky, d0.5"),
    ],
)
def test_texts_are_written_in_one_way(text: str, canonical: str) -> None:
    assert spec.canonical(text, PICTURE) == canonical
    assert spec.canonical(canonical, PICTURE) == canonical


@pytest.mark.parametrize("word", WORDS)
def test_each_words_example_is_understood_and_written_again(word: Word) -> None:
    layer = build(word.example)[0]
    assert isinstance(layer, word.layer)
    assert spec.canonical(word.write(layer), PICTURE) == word.write(layer)


def test_each_hidden_layer_is_dense_then_relu_and_the_output_goes_without_saying() -> None:
    layers = spec.build_layers("5, 4", (7,), 3, initializers.drawn("he", np.random.default_rng(0)))
    assert [type(layer) for layer in layers] == [Dense, ReLU, Dense, ReLU, Dense]
    assert [layer.weight.shape for layer in layers if isinstance(layer, Dense)] == [(5, 7), (4, 5), (3, 4)]


def test_pictures_are_pooled_before_the_activation_and_flattened_before_the_dense_layers() -> None:
    kinds = [type(layer) for layer in build("16c5, p2, 32c5, p2, d0.5, 128")]
    assert kinds == [Conv2D, MaxPool2D, ReLU, Conv2D, MaxPool2D, ReLU, Dropout, Flatten, Dense, ReLU, Dense]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_named_after_the_word(name: str) -> None:
    assert type(build(f"5 {name}")[1]) is ACTIVATIONS[name]


def test_counts_are_those_of_the_layers() -> None:
    text = "16c5, p2, 32c5, p2, 128"
    assert spec.parameter_count(text, PICTURE, 10) == 16 * 26 + 32 * 401 + 513 * 128 + 129 * 10
    products = 16 * 25 * 24 * 24 + 32 * 400 * 8 * 8 + 512 * 128 + 128 * 10
    assert spec.count_multiplications(build(text), PICTURE) == products


def test_no_text_is_no_hidden_layer() -> None:
    assert [type(layer) for layer in build("  ")] == [Dense]


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("200 100", f"'100' cannot follow 200: write {', '.join(ACTIVATIONS)}, or a comma"),
        ("200 tnah", "'tnah' cannot follow 200: write relu, leaky, tanh"),
        ("p2 relu", "'relu' cannot follow p2: write a comma"),
    ],
)
def test_what_cannot_follow_a_layer_is_named(text: str, cure: str) -> None:
    with pytest.raises(SpecError, match=cure):
        build(text)


@pytest.mark.parametrize(
    "text",
    ["-1", "2.5", "x", "200,", ",", "1e3", "٣", "9" * 400, "c5", "16c", "p", "d"],
)
def test_nonsense_is_refused_in_one_sentence_with_the_cure(text: str) -> None:
    with pytest.raises(SpecError, match=r"write whole numbers for dense layers, 16c5 for a convolution") as caught:
        spec.canonical(text, PICTURE)
    assert len(str(caught.value)) < 180


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("0", "a layer of 0 units"),
        ("10001", "from 1 to 10,000"),
        ("0c5", "has 0 filters"),
        ("16c29", "a kernel of 29 pixels, larger than its picture of 28 x 28"),
        ("16c5, p2, 8c13", "larger than its picture of 12 x 12"),
        ("16c5s0", "a stride of 0"),
        ("16c5s29", "a stride of 29 pixels, larger than its picture of 28 x 28"),
        ("99999999999", "a layer of 99,999,999,999 units"),
        ("16c3p3", "pads by 3"),
        ("p29", "does not fit its picture of 28 x 28"),
        ("200, 16c5", "put it before the dense layers"),
        ("200, p2", "put it before the dense layers"),
        ("200, d0", "no probability"),
        ("200, d1.0", "no probability"),
        ("200,", "a comma too many"),
        ("100c1, 1c28p27", "looks at 237,160,000 values a digit"),
    ],
)
def test_layers_that_do_not_fit_are_named(text: str, part: str) -> None:
    with pytest.raises(SpecError, match=part):
        spec.canonical(text, PICTURE)


def test_networks_that_would_fill_the_memory_are_refused() -> None:
    with pytest.raises(SpecError, match="use fewer units"):
        build("10000, 10000")
    with pytest.raises(SpecError, match="at most 20"):
        build(",".join(["1"] * 21))
    with pytest.raises(SpecError, match=r"multiplications|values"):
        build("1000c5p4, 1000c5p4")
