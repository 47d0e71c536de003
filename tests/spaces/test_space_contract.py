"""What holds for every kind of space in the folder."""

import string
from collections import Counter

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.predictors.spellings import sort_operands
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.codes import Cells
from vilfredo.spaces.discovery import spaces
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.parallel_space import ParallelSpace
from vilfredo.spaces.space import EMPTY, Space

_EXAMPLES: dict[str, list[Space]] = {
    "cells": [
        CellSpace(operators=("identity", "3x3 conv"), lookback=1, blocks=3),
        CellSpace(operators=("b",), lookback=2, blocks=3),
    ],
    "mlp": [
        MlpSpace(widths=(64, 8), activations=("tanh", "relu"), layers=3),
        MlpSpace(widths=(16,), layers=3, dropout=False),
    ],
    "parallel": [
        ParallelSpace(operators=("identity", "3x3 conv", "5x5 conv"), blocks=3),
        ParallelSpace(operators=("b", "c"), blocks=3),
    ],
}
_COPIES: dict[str, dict[str, object]] = {
    "cells": {"operators": ("z",)},
    "mlp": {"activations": ("elu",), "dropout": False},
    "parallel": {"operators": ("z",)},
}
_FOREIGN = {"cells": "[(-1, 'strange', -1, 'strange')]", "mlp": "[(77, 'relu')]", "parallel": "[(-2, 'b', -1, 'b')]"}
_MACRO = MacroArchitecture()


def test_every_kind_has_examples() -> None:
    assert _EXAMPLES.keys() == _FOREIGN.keys() == spaces().keys()


def costs(space: Space) -> dict[str, float]:
    return {name: 1.0 / (1 + place) for place, name in enumerate(space.symmetric())}


def everything(space: Space, size: int) -> Cells:
    """All architectures of a size, by growing."""
    codes = space.codes([EMPTY])
    for _ in range(size):
        codes = space.unique(space.expand(codes))
    return codes


@pytest.mark.parametrize(
    "space", [space for kind in sorted(_EXAMPLES) for space in _EXAMPLES[kind]], ids=lambda space: space.kind
)
class TestEverySpace:
    def test_texts_and_codes_are_two_spellings_of_one_thing(self, space: Space) -> None:
        for size in range(space.largest + 1):
            codes = everything(space, size)
            assert codes.dtype == np.int8
            assert codes.shape[1:] == (size, 4)
            texts = space.texts(codes)
            assert len(set(texts)) == len(texts) == len(codes)
            assert {space.size_of(text) for text in texts} == {size}
            assert (space.codes(texts) == codes).all()

    def test_the_empty_architecture_is_in_every_space(self, space: Space) -> None:
        assert space.size_of(EMPTY) == 0
        assert space.codes([EMPTY, EMPTY]).shape == (2, 0, 4)
        assert space.texts(space.codes([EMPTY])) == [EMPTY]
        assert space.codes([]).shape == (0, 0, 4)
        assert space.texts(space.codes([])) == []

    def test_the_first_are_all_of_size_one(self, space: Space) -> None:
        first = space.texts(space.first())
        assert first == space.texts(everything(space, 1))
        assert len(first) == space.added(0)

    def test_no_more_are_added_than_the_bound(self, space: Space) -> None:
        for size in range(space.largest):
            counts = [len(space.expand(parent[None])) for parent in everything(space, size)]
            assert max(counts) == space.added(size)
        assert space.expand(space.first()[:0]).shape == (0, 2, 4)

    def test_unique_drops_repetitions_and_keeps_the_order(self, space: Space) -> None:
        codes = everything(space, 2)
        doubled = np.concatenate([codes[::-1], codes])
        assert (space.unique(doubled) == codes[::-1]).all()
        assert space.unique(codes[:0]).shape == (0, 2, 4)

    def test_samples_exhaust_a_size_and_are_different(self, space: Space) -> None:
        for size in range(space.largest + 1):
            expected = space.texts(everything(space, size))
            drawn = space.texts(space.sample(size, 10**6, np.random.default_rng(0)))
            assert len(drawn) == len(expected)
            assert set(drawn) == set(expected)
        assert space.sample(2, 1, np.random.default_rng(0)).shape == (1, 2, 4)
        assert space.sample(2, 0, np.random.default_rng(0)).shape == (0, 2, 4)

    def test_no_sample_is_likelier_than_another(self, space: Space) -> None:
        texts = space.texts(everything(space, 2))
        rng, draws = np.random.default_rng(1), 15 * len(texts)
        counts = Counter(space.texts(np.concatenate([space.sample(2, 1, rng) for _ in range(draws)])))
        statistic = sum((counts[text] - 15) ** 2 / 15 for text in texts)
        freedom = len(texts) - 1
        assert statistic < freedom + 5 * (2 * freedom) ** 0.5

    def test_the_seed_decides(self, space: Space) -> None:
        one, same = (space.texts(space.sample(3, 5, np.random.default_rng(3))) for _ in range(2))
        assert one == same

    def test_operands_are_of_the_space_and_sorted(self, space: Space) -> None:
        assert list(space.vocabulary) == sorted(set(space.vocabulary))
        codes = everything(space, 3)
        assert codes[..., 0::2].min() == -space.reach
        assert (codes[..., 0::2] < np.arange(3)[:, None]).all()
        assert set(np.unique(codes[..., 1::2]).tolist()) == set(range(len(space.vocabulary)))
        assert (sort_operands(codes) == codes).all()

    def test_features_are_named_and_finite(self, space: Space) -> None:
        for size in range(space.largest + 1):
            codes = everything(space, size)
            features = space.time_features(codes, _MACRO, costs(space))
            assert features.dtype == np.float64
            assert features.shape == (len(codes), len(space.feature_names))
            assert np.isfinite(features).all()
            alone = space.time_features(codes[-1:], _MACRO, costs(space))
            np.testing.assert_array_equal(alone, features[-1:])
        assert len(set(space.feature_names)) == len(space.feature_names)

    def test_examples_and_symmetric_ones_are_of_size_one(self, space: Space) -> None:
        first = space.texts(space.first())
        assert space.examples()
        assert set(space.examples()) <= set(first)
        assert set(space.symmetric().values()) <= set(first)
        assert set(space.symmetric()) <= set(space.vocabulary)

    def test_what_is_not_of_the_space_is_refused(self, space: Space) -> None:
        with pytest.raises(InputError, match="not in the space"):
            space.codes([_FOREIGN[space.kind]])
        with pytest.raises(InputError, match=r"of one size to encode together, got sizes \[0, 1\]"):
            space.codes([EMPTY, space.texts(space.first())[0]])
        for text in ("", "nonsense", f"[{string.punctuation}]"):
            with pytest.raises(InputError):
                space.size_of(text)
            with pytest.raises(InputError):
                space.codes([text])

    def test_settings_are_frozen_and_read_back(self, space: Space) -> None:
        space.first(), space.vocabulary  # what was looked at doesn't change the value
        fresh = type(space).read(space.model_dump(mode="json"))
        assert fresh == space
        assert hash(fresh) == hash(space)

    def test_a_copy_with_another_setting_remembers_nothing_of_the_original(self, space: Space) -> None:
        assert space.vocabulary
        changed = _COPIES[space.kind]
        copy = space.model_copy(update=changed)
        fresh = type(space).read({**space.model_dump(mode="json"), **changed})
        assert copy.vocabulary == fresh.vocabulary != space.vocabulary
        assert (copy.first() == fresh.first()).all()

    def test_words_for_messages(self, space: Space) -> None:
        assert space.noun.isalpha()
        assert space.unit.endswith("s")
