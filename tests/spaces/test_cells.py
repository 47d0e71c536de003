import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.spaces.canonical import canonical_cell
from vilfredo.spaces.cells import LIMIT, MOST_BLOCKS, Block, Cell, parse_cell

NAMES = ("identity", "3x3 conv", "3x3:2dr conv", "5x5 dconv", "1x7-7x1 conv", "2x2 maxpool", "7 conv", "gru")
TWO = Cell((Block(-2, "3x3 conv", -1, "2x2 maxpool"), Block(0, "identity", -1, "5x5 dconv")))


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    blocks = []
    for index in range(draw(st.integers(0, 6))):
        sources, names = st.integers(-3, index - 1), st.sampled_from(NAMES)
        blocks.append(Block(draw(sources), draw(names), draw(sources), draw(names)))
    return Cell(tuple(blocks))


@settings(deadline=None)
@given(cells())
def test_a_printed_cell_parses_back(cell: Cell) -> None:
    assert parse_cell(str(cell)) == cell


@settings(deadline=None)
@given(cells(), st.data())
def test_brackets_quotes_and_spaces_may_be_left_out(cell: Cell, data: st.DataObject) -> None:
    text = str(cell)
    if data.draw(st.booleans()):
        text = text.replace("'", data.draw(st.sampled_from(["", '"'])))
    text = text.replace(";", data.draw(st.sampled_from(["; ", " ; ", ",", ", ", "\n", ""])))
    text = text.replace(", ", data.draw(st.sampled_from([",", " , ", ",\t"])))
    if len(cell) and data.draw(st.booleans()):
        text = text[1:-1]
    pad = data.draw(st.sampled_from(["", " ", "\n"]))
    assert parse_cell(f"{pad}{text}{pad}") == cell


@pytest.mark.parametrize(
    "text",
    [
        "[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '5x5 dconv')]",
        "(-2,3x3 conv,-1,2x2 maxpool);(0,identity,-1,5x5 dconv)",
        '[(-2,"3x3 conv",-1,"2x2 maxpool"), (0,"identity",-1,"5x5 dconv")]',
        " [ ( -2 , '3x3  conv' , -1 , ' 2x2 maxpool ' ) ; ( 0 , identity , -1 , '5x5 dconv' ) ; ] ",
    ],
)
def test_accepted_spellings(text: str) -> None:
    assert parse_cell(text) == TWO


@pytest.mark.parametrize("text", ["[]", " [] ", "[ ]"])
def test_the_empty_cell(text: str) -> None:
    assert parse_cell(text) == Cell()
    assert str(Cell()) == "[]"
    assert len(Cell()) == 0
    assert Cell().lookbacks == Cell().unused == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the text is empty. Write '[]'"),
        ("   ", "the text is empty"),
        (";", "not a list of blocks"),
        ("[,]", "not a list of blocks"),
        ("3x3 conv", "'3x3 conv' is left over"),
        ("[(-1,a,-1,b)", "'[' is left over"),
        ("(-1,a,-1,b)]", "']' is left over"),
        ("(-1,a,-1,b", "is not a list of blocks"),
        ("((-1,a,-1,b))", "is left over"),
        ("(-1,a,-1,b) and more", "'and more' is left over"),
        ("()", "has 1 parts. Expected (input, operator, input, operator)"),
        ("(-1,a,-1)", "has 3 parts"),
        ("(-1,a,-1,b,-1)", "has 5 parts"),
        ("(a,-1,b,-1)", "'a' in"),
        ("(1.5,a,-1,b)", "'1.5' in"),
        ("(,a,-1,b)", "is not an input. Expected a lookback"),
        ("(-1,,-1,b)", "an operator is missing"),
        ("(-1,'',-1,b)", "an operator is missing"),
        ("(-1,' \" ',-1,b)", "an operator is missing"),
        ("(0,a,-1,b)", "block 0 reads input 0, but there is no block before it"),
        ("(-1,a,3,b)", "block 0 reads input 3"),
        ("(-1,a,-1,b);(1,a,-1,b)", "block 1 reads input 1, which is not there yet"),
        ("(-1,a,-1,b);(-1,a,2,b);(-1,a,-1,b)", "an earlier block (0 … 0)"),
        ("(-61,a,-1,b)", "reads lookback -61. Expected -1 … -60"),
        (f"(-1{'0' * 5000},a,-1,b)", "not an input"),
        ("(-1,a,-1,b)" * 17, "at most 16 blocks, got 17"),
    ],
)
def test_a_bad_spelling_is_named(text: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_cell(text)
    assert expected in str(caught.value)
    assert str(caught.value).startswith("cell: ")


# Text over the characters that cells are made of reaches far deeper than text over all characters.
CELL_LIKE = st.lists(
    st.sampled_from(["(", ")", "[", "]", ",", ";", "'", '"', " ", "-", "1", "0", "2", "a", "3x3 conv", "\n"]),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=500)
@given(st.text(max_size=40) | CELL_LIKE)
def test_any_text_is_a_cell_or_an_input_error(text: str) -> None:
    try:
        cell = parse_cell(text)
    except InputError:
        return
    assert parse_cell(str(cell)) == cell
    assert canonical_cell(cell).operators == cell.operators


PART = st.sampled_from(
    ["-1", "-2", "0", "1", "a", "3x3 conv", " 'b c' ", "\"a'", "' 'a' '", "", "''", "-", "é", "a;b", "\xa0x"]
)
BLOCK_LIKE = st.lists(PART, min_size=3, max_size=5).map(lambda parts: f"({','.join(parts)})")
NEARLY = st.tuples(PART, PART).map(lambda names: f"(-1,{names[0]},-1,{names[1]})")


@settings(deadline=None, max_examples=500)
@given(st.lists(BLOCK_LIKE | NEARLY, max_size=3).map(";".join))
def test_anything_like_a_block_is_a_cell_or_an_input_error(text: str) -> None:
    try:
        cell = parse_cell(text)
    except InputError:
        return
    assert parse_cell(str(cell)) == cell


def test_a_cell_at_the_limit_is_a_cell() -> None:
    cell = Cell(tuple(Block(index - 1, f"o{2 * index}", -LIMIT, f"o{2 * index + 1}") for index in range(MOST_BLOCKS)))
    form = canonical_cell(cell)
    assert form.operators == cell.operators
    assert form.lookbacks == (-1, -LIMIT)


def test_structure_is_read_from_the_blocks() -> None:
    cell = parse_cell("(-3,a,-1,b);(0,a,-1,c);(-3,b,-3,b)")
    assert cell.lookbacks == (-1, -3)
    assert cell.unused == (1, 2)
    assert cell.operators == {"a", "b", "c"}
    assert cell.blocks[1].inputs == (0, -1)


def test_cells_are_values() -> None:
    assert parse_cell(str(TWO)) == TWO
    assert len({TWO, parse_cell(str(TWO)), Cell()}) == 2
    with pytest.raises(AttributeError):
        TWO.blocks = ()  # type: ignore[misc]
