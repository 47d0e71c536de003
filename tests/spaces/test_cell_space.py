import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import Cell, parse_cell

SPACE = CellSpace(operators=("identity", "3x3 conv", "2x2 maxpool"), lookback=2, blocks=3)


@pytest.mark.parametrize(("size", "expected"), [(0, 300), (1, 666), (2, 1176), (3, 1830), (4, 2628)])
def test_added_blocks_of_the_paper(size: int, expected: int) -> None:
    assert CellSpace(operators=tuple("abcdefghijkl")).added_blocks(size) == expected


def test_encoding_round_trip() -> None:
    cells = [
        parse_cell("(-2,identity,-1,3x3 conv);(0,2x2 maxpool,0,identity)"),
        parse_cell("(-1,identity,-1,identity);(-2,identity,0,identity)"),
    ]
    array = SPACE.encode(cells)
    assert array.dtype == np.int8
    assert array.tolist()[0] == [[-2, 2, -1, 1], [0, 0, 0, 2]]  # 2x2 maxpool, 3x3 conv, identity
    assert SPACE.decode(array) == cells


def test_the_order_of_operators_does_not_change_the_encoding() -> None:
    turned = CellSpace(operators=SPACE.operators[::-1])
    cell = parse_cell("(-2,identity,-1,3x3 conv)")
    assert turned.vocabulary == SPACE.vocabulary
    assert turned.encode([cell]).tolist() == SPACE.encode([cell]).tolist()


def test_encoding_nothing_and_the_empty_cell() -> None:
    assert SPACE.encode([]).shape == (0, 0, 4)
    assert SPACE.encode([Cell(), Cell()]).shape == (2, 0, 4)
    assert SPACE.decode(SPACE.encode([Cell(), Cell()])) == [Cell(), Cell()]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["(-1,gru,-1,identity)"], "uses 'gru', which is not in the space: 2x2 maxpool, 3x3 conv, identity"),
        (["(-3,identity,-1,identity)"], "reads lookback -3, the space allows -1 … -2"),
        (["(-1,identity,-1,identity)", "[]"], "got sizes [0, 1]"),
    ],
)
def test_cells_outside_the_space_are_refused(texts: list[str], expected: str) -> None:
    with pytest.raises(InputError) as caught:
        SPACE.encode([parse_cell(text) for text in texts])
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"operators": []}, "operators"),
        ({"operators": ["a", "b", "a"]}, "'a' is repeated"),
        ({"operators": ["a"], "lookback": 0}, "lookback"),
        ({"operators": ["a"], "lookback": 61}, "lookback"),
        ({"operators": ["a"], "blocks": -1}, "blocks"),
        ({"operators": [f"o{index}" for index in range(121)]}, "operators"),
        ({"operators": ["a"], "lookbak": 2}, "Did you mean 'lookback'?"),
    ],
)
def test_bad_settings_are_named(values: dict[str, object], expected: str) -> None:
    with pytest.raises(InputError) as caught:
        CellSpace.read(values)
    assert expected in str(caught.value)


def test_looking_at_the_vocabulary_does_not_change_the_value() -> None:
    looked_at, fresh = CellSpace(operators=("b", "a")), CellSpace(operators=("b", "a"))
    assert looked_at.vocabulary == ("a", "b")
    assert looked_at == fresh
    assert hash(looked_at) == hash(fresh)
    assert looked_at.model_dump() == fresh.model_dump()
