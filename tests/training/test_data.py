import pytest
import torch

from vilfredo.errors import InputError
from vilfredo.training.data import memory_layout, resident

CPU = torch.device("cpu")


def test_laid_out_channels_last_and_typed() -> None:
    x = torch.arange(2 * 3 * 4 * 5).view(2, 3, 4, 5)
    data = resident(x, torch.tensor([0, 1], dtype=torch.int32), x, torch.tensor([1, 1]), 2, CPU)
    assert data.x_train.is_contiguous(memory_format=torch.channels_last)
    assert (data.x_train.dtype, data.y_train.dtype) == (torch.float32, torch.int64)
    assert torch.equal(data.x_train, x.float())
    assert (data.sample_shape, data.device, data.classes) == ((3, 4, 5), CPU, 2)


@pytest.mark.parametrize(
    ("train", "labels", "val", "message"),
    [
        ((4, 8, 8), [0, 1, 0, 1], (2, 1, 8, 8), r"channels, height, width\), got \(4, 8, 8\)"),
        ((4, 1, 8, 8), [0, 1, 0], (2, 1, 8, 8), "4 training samples have labels of shape"),
        ((1, 1, 8, 8), [0], (2, 1, 8, 8), "at least 2 training"),
        ((4, 1, 8, 8), [0, 1, 0, 1], (2, 1, 8, 9), "validation samples"),
        ((4, 1, 8, 8), [0, 1, 2, 1], (2, 1, 8, 8), "from 0 to 2"),
        ((4, 1, 8, 8), [0, 1, -1, 1], (2, 1, 8, 8), "from -1 to 1"),
    ],
)
def test_samples_that_do_not_fit(train: tuple[int, ...], labels: list[int], val: tuple[int, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        resident(torch.zeros(train), torch.tensor(labels), torch.zeros(val), torch.zeros(2).long(), 2, CPU)


def test_layout_of_batches_and_weights() -> None:
    gpu = torch.device("cuda")
    assert memory_layout(CPU) == memory_layout(gpu, "bfloat16") == torch.channels_last
    assert memory_layout(gpu) == torch.contiguous_format
