import re

import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.raw import Options


@pytest.mark.parametrize("size", [(0, 8), (8, -1), (8, 4097), (8, 8, 8), (), (0,), (1_000_001,)])
def test_sizes_out_of_range(size: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"is not a size\. Expected HEIGHTxWIDTH for images, 1 to 4096"):
        Options(resize=size)


def test_a_size_is_for_images_or_for_series() -> None:
    assert Options((4, 5)).image_size == (4, 5)
    assert Options((4,)).length == 4
    assert Options().image_size is None
    assert Options().length is None
    with pytest.raises(InputError, match="resize: 4 is a length, but these are images"):
        _ = Options((4,)).image_size
    with pytest.raises(InputError, match=re.escape("resize: 4x5 is the size of an image, but these are series.")):
        _ = Options((4, 5)).length
