"""Random cells and macro-architectures, small ones."""

from hypothesis import strategies as st

from vilfredo.spaces.cells import Block, Cell
from vilfredo.spaces.macro import MacroArchitecture

NAMES = ("identity", "3x3 conv", "2x2:2dr conv", "3x3 dconv", "1x3-3x1 conv", "2x2 tconv", "2x2 maxpool", "3x2 avgpool")
SERIES_NAMES = ("identity", "3 conv", "2:2dr conv", "5 dconv", "4 tconv", "2 maxpool", "3 avgpool")
RECURRENT = ("lstm", "gru")


@st.composite
def cells(draw: st.DrawFn, names: tuple[str, ...] = NAMES) -> Cell:
    blocks = []
    for index in range(draw(st.integers(1, 5))):
        sources, operators = st.integers(-3, index - 1), st.sampled_from(names)
        blocks.append(Block(draw(sources), draw(operators), draw(sources), draw(operators)))
    return Cell(tuple(blocks))


def series_cells(*, recurrent: bool = True) -> st.SearchStrategy[Cell]:
    return cells(SERIES_NAMES + RECURRENT if recurrent else SERIES_NAMES)


macros = st.builds(
    MacroArchitecture,
    motifs=st.integers(1, 3),
    normal_cells=st.integers(0, 2),
    filters=st.integers(1, 3),
    residual=st.booleans(),
    lookback_reshape=st.booleans(),
)
input_shapes = st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(1, 6))
series_shapes = st.tuples(st.integers(1, 3), st.just(1), st.integers(1, 12))
