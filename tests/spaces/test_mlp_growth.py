"""Expansion and sampling against all sequences of layers, spelt out."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.spaces.mlp import Dense, Dropout, Mlp
from vilfredo.spaces.mlp_growth import draw_mlps
from vilfredo.spaces.mlp_space import MlpSpace

_WITH = MlpSpace(widths=(16, 8), activations=("tanh", "relu"), layers=4)
_WITHOUT = MlpSpace(widths=(16, 8), activations=("tanh",), layers=4, dropout=False)
_TINY = MlpSpace(widths=(8,), activations=("elu",), layers=6)


def every_mlp(space: MlpSpace, size: int) -> set[str]:
    """All sequences of layers that are legal, by trying."""
    layers: list[Dense | Dropout] = [Dense(width, name) for width, name in product(space.widths, space.activations)]
    found = set()
    for sequence in product([*layers, *[Dropout()] * space.dropout], repeat=size):
        try:
            found.add(str(Mlp(sequence)))
        except InputError:
            continue
    return found


@pytest.mark.parametrize("space", [_WITH, _WITHOUT, _TINY])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_growing_from_nothing_lists_every_perceptron_once(space: MlpSpace, size: int) -> None:
    codes = space.codes(["[]"])
    for _ in range(size):
        codes = space.expand(codes)
    texts = space.texts(codes)
    assert len(texts) == len(set(texts))
    assert set(texts) == every_mlp(space, size)


def test_children_keep_their_parent_in_front_and_dropout_is_last() -> None:
    parents = ["[(8, 'tanh');dropout]", "[(8, 'tanh');(16, 'relu')]"]
    children = _WITH.texts(_WITH.expand(_WITH.codes(parents)))
    dense = ["(8, 'relu')", "(8, 'tanh')", "(16, 'relu')", "(16, 'tanh')"]
    assert children[:4] == [f"[(8, 'tanh');dropout;{layer}]" for layer in dense]
    assert children[4:] == [f"[(8, 'tanh');(16, 'relu');{layer}]" for layer in [*dense, "dropout"]]


@pytest.mark.parametrize(("space", "size"), [(_WITH, 3), (_WITHOUT, 3), (_TINY, 6)])
def test_every_legal_sequence_is_equally_likely(space: MlpSpace, size: int) -> None:
    classes = every_mlp(space, size)
    draws = 100 * len(classes)
    drawn = draw_mlps(space._dense, space._dropouts, size, draws, np.random.default_rng(0))
    counts = Counter(space.texts(drawn))
    assert counts.keys() == classes
    # Chi-squared: its mean is the degrees of freedom f, its variance 2 f; this is four deviations above.
    freedom = len(classes) - 1
    statistic = sum((count - 100) ** 2 / 100 for count in counts.values())
    assert statistic < freedom + 4 * (2 * freedom) ** 0.5


def test_the_largest_of_the_largest_space_can_be_drawn() -> None:
    """More sequences, 4·10²⁶, than 64-bit integers count."""
    space = MlpSpace(widths=tuple(range(1, 101)))
    codes = space.sample(10, 5, np.random.default_rng(0))
    assert len(set(space.texts(codes))) == 5
