import pytest

from vilfredo.drawing.families import family_colour, family_words
from vilfredo.networks.grammar import operator_modules

_EXAMPLES = sorted({name for module in operator_modules() for name in module.EXAMPLES.values()})


@pytest.mark.parametrize("name", _EXAMPLES)
def test_every_operator_has_a_family(name: str) -> None:
    assert family_words(name)
    assert family_colour(name) != family_colour("something else")


def test_what_is_alike_has_one_colour_and_what_is_not_another() -> None:
    families = [
        ("3x3 conv", "3x3:2dr conv", "7 conv"),
        ("5x5 dconv", "13 dconv", "3x3:2dr dconv"),
        ("1x7-7x1 conv", "3x3 tconv", "7 tconv"),
        ("2x2 maxpool", "2 avgpool"),
        ("gru", "lstm"),
        ("identity",),
    ]
    colours = [{family_colour(name) for name in family} for family in families]
    assert all(len(found) == 1 for found in colours)
    assert len(set.union(*colours)) == len(families)
