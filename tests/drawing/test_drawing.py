import struct
import subprocess
import sys
from pathlib import Path

import pytest

from vilfredo import draw
from vilfredo.errors import InputError

_CELL = "[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '5x5 dconv')]"


def test_notebooks_show_the_svg() -> None:
    drawing = draw(_CELL)
    assert drawing._repr_svg_() == drawing.svg


def test_svg(tmp_path: Path) -> None:
    draw(_CELL).save(tmp_path / "cell.svg")
    assert (tmp_path / "cell.svg").read_text(encoding="utf-8") == draw(_CELL).svg


@pytest.mark.parametrize("text", [_CELL, "[]", "[(256, 'relu');dropout;(9, 'elu')]", "[(-1, '☃ $x$ <b>', -1, 'gru')]"])
def test_png_is_twice_as_large(text: str, tmp_path: Path) -> None:
    drawing = draw(text)
    drawing.save(str(tmp_path / "cell.PNG"))
    content = (tmp_path / "cell.PNG").read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    assert width == pytest.approx(2 * drawing.scene.width, abs=2)
    assert height == pytest.approx(2 * drawing.scene.height, abs=2)


def test_pdf_and_png_say_nothing_of_when_and_by_what(tmp_path: Path) -> None:
    for name in ("one.pdf", "other.pdf", "one.png", "other.png"):
        draw(_CELL).save(tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "other.pdf").read_bytes()
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()
    assert b"matplotlib" not in (tmp_path / "one.png").read_bytes().lower()


@pytest.mark.parametrize("name", ["cell.jpg", "cell", "svg"])
def test_other_endings_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in \.svg or \.png or \.pdf, not"):
        draw(_CELL).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "cell.svg").mkdir()
    with pytest.raises(IsADirectoryError):
        draw(_CELL).save(tmp_path / "cell.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["cell.svg"]


def test_svg_needs_neither_torch_nor_matplotlib_nor_numpy() -> None:
    code = (
        "import sys, vilfredo; vilfredo.draw(\"[(-1, 'gru', -1, 'gru')]\").svg; "
        "print({'torch', 'matplotlib', 'numpy'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
