import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitpad.nn import spec
from digitpad.nn.layers import Dense, ReLU
from digitpad.nn.spec import SpecError


@given(st.lists(st.integers(1, 500), max_size=5))
def test_text_and_layers_say_the_same(widths: list[int]) -> None:
    text = ",".join(map(str, widths))
    assert spec.parse(text) == tuple(widths)
    assert spec.parse(spec.canonical(text)) == tuple(widths)


def test_each_hidden_layer_is_dense_then_relu_and_the_output_goes_without_saying() -> None:
    layers = spec.build_layers("5, 4", 7, 3, np.random.default_rng(0))
    assert [type(layer) for layer in layers] == [Dense, ReLU, Dense, ReLU, Dense]
    assert [layer.weight.shape for layer in layers if isinstance(layer, Dense)] == [(5, 7), (4, 5), (3, 4)]
    assert spec.parameter_count("5, 4", 7, 3) == sum(p.size for layer in layers for p in layer.parameters.values())


def test_no_text_is_no_hidden_layer() -> None:
    assert spec.parse("  ") == ()
    assert len(spec.build_layers("", 7, 3, np.random.default_rng(0))) == 1


@pytest.mark.parametrize("text", ["0", "-1", "2.5", "x", "200,", ",", "200 100", "1e3", "٣", "10001", "9" * 400])
def test_nonsense_is_refused_in_one_sentence_with_the_cure(text: str) -> None:
    with pytest.raises(SpecError, match=r"write whole numbers from 1 to 10,000") as caught:
        spec.parse(text)
    assert len(str(caught.value)) < 150


def test_networks_that_would_fill_the_memory_are_refused() -> None:
    with pytest.raises(SpecError, match="use fewer units"):
        spec.build_layers("10000, 10000", 784, 10, np.random.default_rng(0))
    with pytest.raises(SpecError, match="at most 20"):
        spec.parse(",".join(["1"] * 21))
