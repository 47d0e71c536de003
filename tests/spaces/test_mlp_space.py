import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.spaces.mlp_space import MlpSpace

_SPACE = MlpSpace(widths=(64, 8), activations=("tanh", "elu"), layers=3)
_WITHOUT = MlpSpace(widths=(64, 8), activations=("tanh", "elu"), layers=3, dropout=False)


def test_the_defaults_are_the_paper_s() -> None:
    space = MlpSpace()
    assert space.widths == (8, 16, 32, 64, 128, 256, 512)
    assert set(space.activations) == {"sigmoid", "tanh", "relu", "elu"}
    assert (space.dropout, space.dropout_rate, space.layers) == (True, 0.2, 10)
    assert space.first().shape == (28, 1, 4)


def test_the_vocabulary_is_in_alphabetical_order() -> None:
    assert _SPACE.vocabulary == ("64", "8", "dropout", "elu", "tanh")
    assert _WITHOUT.vocabulary == ("64", "8", "elu", "tanh")
    assert MlpSpace(widths=(8, 64), activations=("elu", "tanh")).vocabulary == _SPACE.vocabulary


def test_the_bootstrap_lists_dense_layers_by_width() -> None:
    expected = ["[(8, 'elu')]", "[(8, 'tanh')]", "[(64, 'elu')]", "[(64, 'tanh')]"]
    assert _SPACE.texts(_SPACE.first()) == expected
    assert _SPACE.texts(MlpSpace(widths=(8, 64), activations=("elu", "tanh")).first()) == expected


def test_how_many_layers_may_be_added() -> None:
    assert [_SPACE.added(size) for size in range(3)] == [4, 5, 5]
    assert [_WITHOUT.added(size) for size in range(3)] == [4, 4, 4]


def test_examples_are_one_layer_of_each_width() -> None:
    assert _SPACE.examples() == ("[(8, 'tanh')]", "[(64, 'tanh')]")
    assert MlpSpace(widths=(16,)).examples() == ("[(16, 'relu')]",)


def test_no_operator_needs_a_cost() -> None:
    assert _SPACE.symmetric() == {}


def test_a_space_without_dropout_refuses_it() -> None:
    space = MlpSpace(widths=(8,), dropout=False)
    with pytest.raises(InputError, match="uses 'dropout', which is not in the space"):
        space.codes(["[(8, 'relu');dropout]"])
    for size in (1, 2, 3):
        drawn = space.texts(space.sample(size, 100, np.random.default_rng(0)))
        assert not any("dropout" in text for text in drawn)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"widths": []}, "widths"),
        ({"widths": [8, 16, 8]}, "each of the widths may stand there once, but 8 is repeated"),
        ({"widths": [8, 0]}, "widths.1"),
        ({"widths": [65_537]}, "widths.0"),
        ({"widths": [8.5]}, "widths.0"),
        ({"widths": list(range(1, 102))}, "widths"),
        ({"activations": []}, "activations"),
        ({"activations": ["relu", "relu"]}, "'relu' is repeated"),
        ({"activations": ["rellu"]}, "Did you mean 'relu'? Known: elu, relu, sigmoid, tanh"),
        ({"dropout_rate": 0}, "dropout_rate"),
        ({"dropout_rate": 1.0}, "dropout_rate"),
        ({"layers": 0}, "layers"),
        ({"layers": 11}, "layers"),
        ({"width": [8]}, "Did you mean 'widths'?"),
    ],
)
def test_bad_settings_are_named(values: dict[str, object], expected: str) -> None:
    with pytest.raises(InputError) as caught:
        MlpSpace.read(values)
    assert expected in str(caught.value)
