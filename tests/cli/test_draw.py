"""``vilfredo draw``: pictures of what a text spells, or of a network of a run."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.command import refused, vilfredo
from tests.search import toy_search

from vilfredo.drawing import draw, network_drawing
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.parallel import Stack

_CELL = "[(-2, '3x3 conv', -1, '2x2 maxpool')]"
_SERIES = "[(-1, 'gru', -1, '7 conv')]"
_MLP = "[(256, 'relu');dropout;(64, 'elu')]"


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_cell(ending: str, tmp_path: Path) -> None:
    picture = tmp_path / f"cell.{ending}"
    answer = vilfredo("draw", _CELL, "-o", picture)
    assert answer.code == 0
    assert answer.out.splitlines()[0] == f"{picture}: cell of 1 block"
    assert picture.read_bytes()[:4] == {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}[ending]


def test_without_a_place_it_is_here_and_what_was_there_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "replaced" not in vilfredo("draw", _CELL).err
    assert "'cell.svg' was there before: replaced" in vilfredo("draw", "[]").err
    assert Path("cell.svg").read_text() == draw("[]").svg
    vilfredo("draw", _CELL, "--macro")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cell.svg", "network.svg"]


def test_json_says_what_is_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "cell.svg"
    found = vilfredo("draw", _CELL, "-o", picture, "--json").value
    assert (found["picture"], found["kind"], found["architecture"]) == (str(picture), "cells", _CELL)
    assert found["title"] == "Cell of 1 block"
    assert "2x2 maxpool of the previous cell's output" in found["description"]
    root = ElementTree.parse(picture).getroot()
    assert (float(root.get("width", 0)), float(root.get("height", 0))) == (found["width"], found["height"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((_CELL, "--no-residual"), draw(_CELL, residual=False)),
        ((_MLP,), draw(_MLP)),
        (("[]", "--kind", "mlp"), draw("[]", kind="mlp")),
        (
            ("[(-1, '3x3 conv', -1, 'identity')]", "--kind", "parallel"),
            draw("[(-1, '3x3 conv', -1, 'identity')]", kind="parallel"),
        ),
        ((_CELL, "--macro"), network_drawing("cells", _CELL)),
        (
            (
                _CELL,
                "--macro",
                "--input",
                "28x27",
                "--classes",
                "7",
                "--motifs",
                "2",
                "--normal",
                "9",
                "--filters",
                "8",
            ),
            network_drawing(
                "cells",
                _CELL,
                macro=MacroArchitecture(motifs=2, normal_cells=9, filters=8),
                input_shape=(1, 28, 27),
                classes=7,
            ),
        ),
        ((_SERIES, "--macro", "--input", "128x3"), network_drawing("cells", _SERIES, input_shape=(3, 128))),
        (
            ("[(-1, 'identity', -1, 'identity')]", "--macro", "--input", "128x3"),
            network_drawing("cells", "[(-1, 'identity', -1, 'identity')]", input_shape=(3, 128)),
        ),
        (
            (_SERIES, "--kind", "parallel", "--macro", "--motifs", "2"),
            network_drawing("parallel", _SERIES, stack=Stack(groups=2)),
        ),
        ((_MLP, "--input", "11", "--classes", "3"), network_drawing("mlp", _MLP, input_shape=(11,), classes=3)),
    ],
)
def test_it_draws_what_python_draws(arguments: tuple[str, ...], expected: object, tmp_path: Path) -> None:
    picture = tmp_path / "cell.svg"
    answer = vilfredo("draw", *arguments, "-o", picture)
    assert answer.code == 0, answer.err
    assert picture.read_text() == expected.svg  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("draw") / "run"
    toy_search.run(folder, toy_search.settings())
    return folder


def test_a_network_of_a_run(run: Path, tmp_path: Path) -> None:
    found = vilfredo("draw", "--run", run, "--network", "1", "-o", tmp_path / "cell.svg", "--json").value
    networks = {row["id"]: row for row in vilfredo("front", run, "--all", "--json").value["networks"]}
    assert found["architecture"] == networks[1]["architecture"]
    answer = vilfredo("draw", "--run", run, "--network", "1", "--macro", "-o", tmp_path / "network.svg")
    assert answer.code == 0
    text = (tmp_path / "network.svg").read_text()
    assert "8×8, 1 channel" in text
    assert "2 classes" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected a cell, or --run RUN and --network N"),
        ((_CELL, "--run", "runs/x", "--network", "1"), "expected a cell, or --run RUN and --network N"),
        (("--network", "1"), "expected a cell, or --run RUN and --network N"),
        (("[(-1, '3x3 cnv', -1, 'identity')]",), "'3x3 cnv' is not an operator"),
        (("[(-1, 'gru', -1, '3x3 conv')]",), "Expected operators on one kind of data"),
        (("[(0, 'gru', -1, 'gru')]",), "block 0 reads input 0"),
        ((_CELL, "--kind", "parallel"), "flat cells read the previous cell only"),
        ((_CELL, "--kind", "flat"), "no kind of architecture 'flat'"),
        ((_CELL, "--motifs", "2"), "Give --macro with them"),
        ((_CELL, "--macro", "--motifs", "0"), "motifs: input should be greater than or equal to 1, not 0"),
        ((_CELL, "--macro", "--input", "x"), "'x' is not an image shape"),
        ((_MLP, "--macro", "--filters", "2"), "perceptrons have no motifs"),
        ((_CELL, "-o", "cell.jpg"), "ends in .svg or .png or .pdf, not 'cell.jpg'"),
        ((_CELL, "-o", "nowhere/cell.svg"), "there is no folder 'nowhere'"),
    ],
)
def test_bad_input_is_refused(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in " ".join(refused(vilfredo("draw", *arguments)).split())
    assert not list(tmp_path.iterdir())


def test_networks_that_a_run_has_not_are_refused(run: Path, tmp_path: Path) -> None:
    answer = vilfredo("draw", "--run", run, "--network", "999", "-o", tmp_path / "cell.svg")
    assert "has no network 999. Expected 0 … " in refused(answer)
    answer = vilfredo("draw", "--run", run, "--network", "1", "--classes", "3", "-o", tmp_path / "cell.svg")
    assert "Leave them out" in refused(answer)
    assert not list(tmp_path.iterdir())
