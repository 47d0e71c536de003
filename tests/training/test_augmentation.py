import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from vilfredo.training.augmentation import Augmentation
from vilfredo.training.settings import TrainingSettings

NOTHING = TrainingSettings(translation=0.0)


def apply(x: Tensor, settings: TrainingSettings, seed: int = 0) -> Tensor:
    return Augmentation(x, settings)(torch.arange(len(x)), torch.Generator().manual_seed(seed))


def coordinates(n: int, height: int, width: int) -> Tensor:
    """Images whose three channels are the sample, the row and the column of each pixel."""
    grid = torch.stack(torch.meshgrid(torch.arange(n), torch.arange(height), torch.arange(width), indexing="ij"), 1)
    return grid.float()


def reflect(index: int, size: int) -> int:
    index = -1 - index if index < 0 else index
    return 2 * size - 1 - index if index >= size else index


def test_nothing_asked_for_is_a_copy() -> None:
    x = torch.randn(4, 3, 8, 8)
    same = apply(x, NOTHING)
    assert torch.equal(same, x)
    assert same.data_ptr() != x.data_ptr()
    assert apply(x[:, :, :7, :7], TrainingSettings(translation=0.125)).shape == (4, 3, 7, 7)  # 0.875 pixels


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    "settings", [NOTHING, TrainingSettings(translation=0.4), NOTHING.model_copy(update={"cutout": 3})]
)
def test_batches_hold_the_samples_asked_for(channels: int, settings: TrainingSettings) -> None:
    x = torch.arange(1.0, 7.0).view(6, 1, 1, 1).expand(6, channels, 5, 4).contiguous(memory_format=torch.channels_last)
    before = x.clone()
    indices = torch.tensor([4, 0, 4, 5])
    batch = Augmentation(x, settings)(indices, torch.Generator().manual_seed(0))
    assert batch.shape == (4, channels, 5, 4)
    for image, index in zip(batch, indices, strict=True):
        assert set(image.unique().tolist()) - {0.0} == {x[index, 0, 0, 0].item()}
    assert torch.equal(x, before)


@given(st.integers(1, 17), st.integers(1, 17), st.floats(0, 0.5), st.integers(0, 1000))
def test_translation_shifts_whole_images_within_bounds(height: int, width: int, most: float, seed: int) -> None:
    n = 6
    moved = apply(coordinates(n, height, width), TrainingSettings(translation=most), seed)
    for sample in range(n):
        assert (moved[sample, 0] == sample).all()
        rows, columns = moved[sample, 1], moved[sample, 2]
        assert is_shift(rows[:, 0].int().tolist(), int(most * height))
        assert is_shift(columns[0].int().tolist(), int(most * width))
        assert (rows == rows[:, :1]).all()
        assert (columns == columns[:1]).all()


def is_shift(sources: list[int], most: int) -> bool:
    size = len(sources)
    return any(sources == [reflect(index + shift, size) for index in range(size)] for shift in range(-most, most + 1))


def test_every_shift_occurs_and_samples_differ() -> None:
    moved = apply(coordinates(400, 8, 16), TrainingSettings(translation=0.125))
    rows = {tuple(image[1, :, 0].int().tolist()) for image in moved}
    columns = {tuple(image[2, 0].int().tolist()) for image in moved}
    assert len(rows) == 3  # -1, 0, 1
    assert len(columns) == 5


def test_half_of_the_images_are_mirrored() -> None:
    x = coordinates(1000, 2, 5)
    flipped = apply(x, NOTHING.model_copy(update={"horizontal_flip": True}))
    mirrored = (flipped == x.flip(3)).flatten(1).all(dim=1)
    kept = (flipped == x).flatten(1).all(dim=1)
    assert (mirrored ^ kept).all()
    assert 400 < mirrored.sum() < 600


@pytest.mark.parametrize("side", [1, 2, 3, 5])
def test_cutout_blanks_one_square_per_image(side: int) -> None:
    settings = NOTHING.model_copy(update={"cutout": side})
    x = torch.ones(500, 2, 9, 11)
    blank = apply(x, settings) == 0
    assert (x == 1).all()
    assert (blank[:, 0] == blank[:, 1]).all()
    heights = blank[:, 0].any(dim=2).sum(dim=1)
    widths = blank[:, 0].any(dim=1).sum(dim=1)
    assert (blank[:, 0].sum(dim=(1, 2)) == heights * widths).all()
    assert heights.max() == widths.max() == side
    assert blank.any(dim=0).all()  # no pixel is safe
    assert set(heights.tolist()) == set(range(side - side // 2, side + 1))  # where it sticks out


def test_same_generator_same_images() -> None:
    x = torch.randn(8, 3, 16, 16)
    settings = TrainingSettings(horizontal_flip=True, cutout=4)
    assert torch.equal(apply(x, settings, 5), apply(x, settings, 5))
    assert not torch.equal(apply(x, settings, 5), apply(x, settings, 6))


@pytest.mark.parametrize("settings", [NOTHING, TrainingSettings(horizontal_flip=True, cutout=4)])
@pytest.mark.parametrize("channels", [1, 3])
def test_batches_are_channels_last_whatever_the_images_are(channels: int, settings: TrainingSettings) -> None:
    x = torch.randn(8, channels, 16, 16)
    y = apply(x.contiguous(memory_format=torch.channels_last), settings)
    assert y.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(y, apply(x, settings))
    if channels == 1:
        assert y.is_contiguous()
