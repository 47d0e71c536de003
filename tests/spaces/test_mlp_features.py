from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.spaces.mlp import ACTIVATIONS, Mlp, parse_mlp
from vilfredo.spaces.mlp_features import MLP_FEATURES
from vilfredo.spaces.mlp_space import MlpSpace

_SPACE = MlpSpace(widths=(1, 8, 64, 65_536))


def slow_features(mlp: Mlp) -> list[float]:
    """The features of one perceptron, from the words that describe them."""
    widths = [layer.width for layer in mlp.dense]
    return [
        len(mlp),
        len(mlp) - len(widths),
        widths[0] if widths else 0,
        widths[-1] if widths else 0,
        sum(widths),
        sum(one * other for one, other in pairwise(widths)),
        *(sum(layer.width for layer in mlp.dense if layer.activation == name) for name in ACTIVATIONS),
    ]


def test_a_perceptron_by_hand() -> None:
    codes = _SPACE.codes(["[(64, 'relu');dropout;(8, 'tanh');(64, 'relu')]"])
    found = dict(zip(MLP_FEATURES, _SPACE.time_features(codes, None, {})[0].tolist(), strict=True))
    assert found == {
        "layers": 4,
        "dropouts": 1,
        "first_width": 64,
        "last_width": 64,
        "total_width": 136,
        "weights": 2 * 64 * 8,
        "elu_width": 0,
        "relu_width": 128,
        "sigmoid_width": 0,
        "tanh_width": 8,
    }


@given(st.integers(0, 10), st.integers(0, 2**32))
def test_features_equal_a_reference_one_by_one(size: int, seed: int) -> None:
    codes = _SPACE.sample(size, 20, np.random.default_rng(seed))
    expected = [slow_features(parse_mlp(text)) for text in _SPACE.texts(codes)]
    np.testing.assert_array_equal(_SPACE.time_features(codes, None, {}), expected)


def test_the_cost_is_linear_in_the_features() -> None:
    """Multiplications per sample with 5 inputs and 3 classes are a fixed combination of the columns."""
    codes = _SPACE.sample(4, 50, np.random.default_rng(0))
    columns = dict(zip(MLP_FEATURES, _SPACE.time_features(codes, None, {}).T, strict=True))
    found = 5 * columns["first_width"] + columns["weights"] + 3 * columns["last_width"]
    for text, multiplications in zip(_SPACE.texts(codes), found, strict=True):
        widths = [5, *(layer.width for layer in parse_mlp(text).dense), 3]
        assert multiplications == sum(one * other for one, other in pairwise(widths))


def test_without_hidden_layers_all_is_zero() -> None:
    assert not _SPACE.time_features(_SPACE.codes(["[]"]), None, {}).any()
    assert _SPACE.time_features(_SPACE.codes([]), None, {}).shape == (0, len(MLP_FEATURES))
