from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vilfredo.errors import InputError
from vilfredo.tasks.pictures import read_pictures


def write(path: Path, pixels: NDArray[np.uint8]) -> Path:
    Image.fromarray(pixels).save(path)
    return path


def test_pixels_are_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for shape in ((2, 5, 4), (2, 5, 4, 3)):
        pixels = rng.integers(0, 256, shape, dtype=np.uint8)
        paths = [write(tmp_path / f"{index}.png", image) for index, image in enumerate(pixels)]
        notes: list[str] = []
        np.testing.assert_array_equal(read_pictures(paths, tmp_path, None, notes), pixels)
        assert notes == []


def test_resizing_takes_height_first_and_averages(tmp_path: Path) -> None:
    pixels = np.zeros((8, 6), dtype=np.uint8)
    pixels[:, 3:] = 200
    notes: list[str] = []
    small = read_pictures([write(tmp_path / "a.png", pixels)], tmp_path, (4, 2), notes)
    assert small.shape == (1, 4, 2)
    assert (small[0, :, 0] < 60).all()
    assert (small[0, :, 1] > 140).all()
    assert notes == ["every image brought to 4x2 while reading"]


def test_colour_is_spread_over_grey_ones(tmp_path: Path) -> None:
    grey = write(tmp_path / "grey.png", np.full((2, 2), 7, dtype=np.uint8))
    red = write(tmp_path / "red.png", np.tile(np.array([255, 0, 0], dtype=np.uint8), (2, 2, 1)))
    notes: list[str] = []
    pictures = read_pictures([grey, red], tmp_path, None, notes)
    assert pictures[:, 0, 0].tolist() == [[7, 7, 7], [255, 0, 0]]
    assert notes == ["grey and colour images mixed (1 of 2 grey): all taken as RGB"]


@pytest.mark.parametrize(("resizable", "todo"), [(True, "add --resize HEIGHTxWIDTH"), (False, "that of the images")])
def test_sizes_that_differ(tmp_path: Path, resizable: bool, todo: str) -> None:
    paths = [write(tmp_path / f"{size}.png", np.zeros((size, 2), dtype=np.uint8)) for size in (2, 3)]
    with pytest.raises(InputError, match=todo) as caught:
        read_pictures(paths, tmp_path, None, [], resizable=resizable)
    assert ("--resize" in str(caught.value)) == resizable
