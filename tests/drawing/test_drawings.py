import pytest
from tests.drawing.geometry import solid

from vilfredo.drawing import draw, drawing_of, kind_of_text, network_drawing
from vilfredo.drawing.drawings import KINDS
from vilfredo.errors import InputError
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.discovery import spaces
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.parallel import Stack

_CELL = "[(-1, '3x3 conv', -1, 'identity')]"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (_CELL, "cells"),
        ("(-1, 3x3 conv, -1, identity)", "cells"),
        ("[]", "cells"),
        ("[(-1, 'dropout', -1, 'spatial dropout')]", "cells"),
        ("[(256, 'relu')]", "mlp"),
        ("(256, relu), dropout, (64, elu)", "mlp"),
        ('[("64", "tanh")]', "mlp"),
        ("[dropout]", "mlp"),
    ],
)
def test_what_a_text_spells_is_recognised(text: str, kind: str) -> None:
    assert kind_of_text(text) == kind


def test_the_kind_may_be_told() -> None:
    assert draw("[]").scene.title == "The empty cell"
    assert draw("[]", kind="mlp").scene.title == "Perceptron of 0 hidden layers"
    assert draw(_CELL, kind="parallel").scene.title == "Flat cell of 1 block"
    assert drawing_of("parallel", _CELL) == draw(_CELL, kind="parallel")


def test_every_kind_of_space_can_be_drawn() -> None:
    assert set(KINDS) == set(spaces())
    for kind in KINDS:
        assert drawing_of(kind, "[]").svg
        assert network_drawing(kind, "[]").svg


@pytest.mark.parametrize("text", ["[(-1, '3x3 conv', 0, 'identity')]", "conv", ""])
def test_what_is_no_architecture_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cell: "):
        draw(text)


def test_what_is_no_perceptron_is_refused() -> None:
    with pytest.raises(InputError, match=r"'rely' is not an activation\. Did you mean 'relu'"):
        draw("[(256, 'rely')]")


def test_an_unknown_kind_is_refused() -> None:
    for function in (drawing_of, network_drawing):
        with pytest.raises(InputError, match=r"no kind of architecture 'cell'\. Did you mean 'cells'"):
            function("cell", _CELL)


def test_networks_are_stacked_as_told() -> None:
    shallow = network_drawing("cells", _CELL, macro=MacroArchitecture(motifs=1, normal_cells=1))
    assert [box.lines[0] for box in solid(shallow.scene)][1:-2] == ["cell 1"]
    flat = network_drawing("parallel", _CELL, stack=Stack(groups=1, normal_cells=1))
    assert [box.lines[0] for box in solid(flat.scene)][1:-2] == ["cell 1"]


@pytest.mark.parametrize(
    ("kind", "text", "shape", "words"),
    [
        ("cells", _CELL, (3, 28, 29), "28×29, 3 channels"),
        ("cells", "[(-1, 'gru', -1, 'gru')]", (2, 99), "length 99, 2 channels"),
        ("parallel", _CELL, [1, 8, 8], "8×8, 1 channel"),
        ("mlp", "[(8, 'relu')]", (11,), "11 features"),
        ("mlp", "[(8, 'relu')]", (1, 8, 8), "64 features"),
    ],
)
def test_shapes_are_those_of_the_data(kind: str, text: str, shape: tuple[int, ...], words: str) -> None:
    drawing = network_drawing(kind, text, input_shape=shape, classes=3)
    assert words in solid(drawing.scene)[0].lines


def test_the_default_network_is_that_of_the_settings() -> None:
    assert CellSpace.kind == "cells"
    assert network_drawing("cells", _CELL) == network_drawing("cells", _CELL, macro=MacroArchitecture())
