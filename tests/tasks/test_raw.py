import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.raw import Options, Part, take, unlabelled


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


SAMPLES: dict[str, Any] = {
    "array": np.arange(12).reshape(4, 3),
    "list": [np.array([index]) for index in range(4)],
    "frame": pd.DataFrame({"a": range(4), "b": list("wxyz")}),
}


@pytest.mark.parametrize("samples", SAMPLES.values(), ids=SAMPLES)
def test_some_samples(samples: Any) -> None:
    taken = take(samples, np.array([3, 1]))
    assert type(taken) is type(samples)
    assert len(taken) == 2
    wanted = samples.iloc[[3, 1]].to_numpy() if hasattr(samples, "iloc") else [samples[3], samples[1]]
    np.testing.assert_array_equal(taken, wanted)
    assert not hasattr(taken, "index") or isinstance(taken, list) or list(taken.index) == [0, 1]


def test_only_those_with_labels() -> None:
    part = Part("training", SAMPLES["array"], np.array([7, 8]), np.array([False, True, False, True]), tuple("abcd"))
    labelled = part.only_labelled()
    np.testing.assert_array_equal(labelled.samples, SAMPLES["array"][[1, 3]])
    assert (labelled.labels.tolist(), labelled.known, labelled.names) == ([7, 8], None, ("b", "d"))
    assert labelled.only_labelled() is labelled


def test_without_labels() -> None:
    part = unlabelled("test", SAMPLES["list"], ("a",) * 4)
    assert (part.name, len(part.samples), len(part.labels), part.names) == ("test", 4, 0, ("a",) * 4)
    assert part.known is not None
    assert part.known.tolist() == [False] * 4
    assert len(part.only_labelled().samples) == 0
