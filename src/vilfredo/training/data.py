"""The data of a search, resident on the device as tensors: no copies, no worker processes."""

from dataclasses import dataclass

import torch
from torch import Tensor

from vilfredo.errors import InputError
from vilfredo.training.settings import Precision


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """Training and validation samples, built once per search by `resident`."""

    x_train: Tensor
    """Shape (n, channels, height, width), float32, standardised; channels last, so that a pixel lies in one place."""
    y_train: Tensor
    """Shape (n,), int64 in [0, classes)."""
    x_val: Tensor
    """Shape (m, channels, height, width), float32, channels last; m = 0 where all samples are learnt from."""
    y_val: Tensor
    """Shape (m,), int64."""
    classes: int

    @property
    def device(self) -> torch.device:
        """Where all tensors are."""
        return self.x_train.device

    @property
    def sample_shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        channels, height, width = self.x_train.shape[1:]
        return channels, height, width


def memory_layout(device: torch.device, precision: Precision = "float32") -> torch.memory_format:
    """Layout in which convolutions are fastest, that of weights and batches.

    Channels last on a CPU, there up to 1.5 times as fast, and for the tensor cores of a GPU, which work in 16 bits.
    """
    last = device.type == "cpu" or precision == "bfloat16"
    return torch.channels_last if last else torch.contiguous_format


def resident(
    x_train: Tensor, y_train: Tensor, x_val: Tensor, y_val: Tensor, classes: int, device: torch.device
) -> TrainingData:
    """Check the samples and move them to `device`.

    They stay in float32 on a GPU too. Half of the bytes would not make a step faster, which reads one batch of them,
    and a data set fills a GPU's memory only where training on it in a search is out of the question anyway.

    Parameters
    ----------
    x_train, x_val
        Shapes (n, channels, height, width) and (m, channels, height, width); n ≥ 2, m ≥ 0.
    y_train, y_val
        Shapes (n,) and (m,): class numbers in [0, `classes`).

    Raises
    ------
    InputError
        When shapes, sizes or labels don't fit.
    """
    for name, x, y, least in (("training", x_train, y_train, 2), ("validation", x_val, y_val, 0)):
        _check(name, x, y, least, classes)
    if x_train.shape[1:] != x_val.shape[1:]:
        raise InputError(
            f"data: training samples have shape {tuple(x_train.shape[1:])}, validation samples "
            f"{tuple(x_val.shape[1:])}. Expected the same (channels, height, width)."
        )
    last = torch.channels_last
    x_train, x_val = (x.to(device, torch.float32).contiguous(memory_format=last) for x in (x_train, x_val))
    y_train, y_val = (y.to(device, torch.int64) for y in (y_train, y_val))
    return TrainingData(x_train, y_train, x_val, y_val, classes)


def _check(name: str, x: Tensor, y: Tensor, least: int, classes: int) -> None:
    if x.dim() != 4:
        raise InputError(
            f"data: expected {name} images of shape (samples, channels, height, width), got {tuple(x.shape)}."
        )
    if y.shape != x.shape[:1]:
        raise InputError(f"data: {len(x)} {name} samples have labels of shape {tuple(y.shape)}. Expected one each.")
    if len(x) < least:
        raise InputError(f"data: expected at least {least} {name} samples, got {len(x)}.")
    if len(y) == 0:
        return
    low, high = int(y.min()), int(y.max())
    if low < 0 or high >= classes:
        raise InputError(f"data: {name} labels run from {low} to {high}. Expected 0 to {classes - 1}.")
