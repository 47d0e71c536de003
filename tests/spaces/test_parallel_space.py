"""The space of POPNAS v1: its sizes, and what is not of it."""

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.spaces.parallel import Stack, parse_flat
from vilfredo.spaces.parallel_space import OPERATORS, ParallelSpace


def test_the_papers_space_has_eight_operators_and_36_cells_of_one_block() -> None:
    space = ParallelSpace()
    assert len(space.vocabulary) == len(OPERATORS) == 8
    assert space.added(0) == space.added(4) == len(space.first()) == 36
    assert space.largest == 5


def test_cells_per_step_are_sets_with_repetition() -> None:
    space = ParallelSpace()
    two = space.unique(space.expand(space.first()))
    assert len(two) == 36 * 37 // 2
    assert len(space.unique(space.expand(two))) == 36 * 37 * 38 // 6
    # 256 cells kept, as in the paper, list 9,216 children.
    assert len(space.expand(two[:256])) == 256 * 36


def test_order_of_blocks_and_operators_makes_no_other_cell() -> None:
    space = ParallelSpace()
    texts = [
        "[(-1, 'identity', -1, '3x3 dconv');(-1, '3x3 maxpool', -1, '3x3 maxpool')]",
        "(-1, 3x3 maxpool, -1, 3x3 maxpool);(-1, 3x3 dconv, -1, identity)",
    ]
    assert len(set(space.texts(space.codes(texts)))) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[(-1, 'identity', -1, 'identity');(0, 'identity', -1, 'identity')]", "block 1 of .* reads input 0"),
        ("[(-2, 'identity', -1, 'identity')]", "reads input -2"),
    ],
)
def test_cells_that_are_not_flat_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_flat(text)
    with pytest.raises(InputError, match="Write -1"):
        ParallelSpace().size_of(text)


def test_large_samples_are_drawn_at_once() -> None:
    sample = ParallelSpace().sample(5, 500, np.random.default_rng(0))
    assert sample.shape == (500, 5, 4)
    assert len(np.unique(sample.reshape(500, -1), axis=0)) == 500


def test_features_count_blocks_and_add_up_costs() -> None:
    space = ParallelSpace(operators=("identity", "3x3 conv"), blocks=2)
    codes = space.codes(["[(-1, '3x3 conv', -1, 'identity');(-1, '3x3 conv', -1, '3x3 conv')]"])
    features = space.time_features(codes, None, {"identity": 0.25, "3x3 conv": 1.0})
    assert features.tolist() == [[2.0, 3.25, 1.0]]
    with pytest.raises(InputError, match="'identity' has none"):
        space.time_features(codes, None, {"3x3 conv": 1.0})


def test_settings_are_checked() -> None:
    assert ParallelSpace(groups=2, normal_cells=1, filters=8).stack == Stack(groups=2, normal_cells=1, filters=8)
    with pytest.raises(InputError, match="'a' is repeated"):
        ParallelSpace.read({"operators": ["a", "a"]})
    with pytest.raises(InputError, match="normal_cells"):
        ParallelSpace.read({"normal_cells": 0})
