"""Batches out of the resident data, each image changed at random: shifted, mirrored, blanked (POPNASv3, 4.1)."""

from typing import final

import torch
from torch import Generator, Tensor

from vilfredo.training.settings import TrainingSettings


@final
class Augmentation:
    """Draws augmented batches from images; gathering and moving pixels are one pass.

    Everything that can be drawn for a side of an image (its shifts, mirrored or not; the places of the blank square)
    is laid out in tables here, so that a batch takes a few operations.

    Parameters
    ----------
    x
        Shape (n, c, h, w), channels last, standardised: zero is the mean, with which cutout fills. Not changed.
    settings
        Which changes to make.
    """

    def __init__(self, x: Tensor, settings: TrainingSettings) -> None:
        _, self._channels, self._height, self._width = x.shape
        # Whole pixels are copied, channels last: four times as fast as gathering each channel for itself.
        self._images = x.permute(0, 2, 3, 1).flatten(1)  # (n, h·w·c)
        self._pixels = self._images.reshape(-1, self._channels)  # (n·h·w, c)
        shifts = int(settings.translation * self._height), int(settings.translation * self._width)
        self._moves = any(shifts) or settings.horizontal_flip
        self._rows = _sources(self._height, shifts[0], x.device) * self._width  # (choices, h)
        self._columns = _sources(self._width, shifts[1], x.device)  # (choices, w)
        if settings.horizontal_flip:
            self._columns = torch.cat([self._columns, self._columns.flip(1)])
        self._blank_rows = _covered(self._height, settings.cutout, x.device) if settings.cutout else None  # (h, h)
        self._blank_columns = _covered(self._width, settings.cutout, x.device) if settings.cutout else None  # (w, w)

    def __call__(self, indices: Tensor, generator: Generator) -> Tensor:
        """Gather and augment each image on its own.

        Parameters
        ----------
        indices
            Sample numbers (k,).
        generator
            Source of all randomness, on the device of the images.

        Returns
        -------
        Shape (k, c, h, w), channels last; a copy.
        """
        count, height, width = len(indices), self._height, self._width
        if self._moves:
            rows = _drawn(self._rows, count, generator) + (indices * (height * width)).unsqueeze(1)  # (k, h)
            sources = rows.unsqueeze(2) + _drawn(self._columns, count, generator).unsqueeze(1)  # (k, h, w)
            batch = self._pixels.index_select(0, sources.flatten())  # (k·h·w, c)
        else:
            batch = self._images.index_select(0, indices)  # (k, h·w·c)
        if self._channels == 1:
            # A permutation would leave strides that are valid but that torch's convolutions are not safe with.
            x = batch.view(count, 1, height, width)
        else:
            x = batch.view(count, height, width, self._channels).permute(0, 3, 1, 2)
        if self._blank_rows is not None and self._blank_columns is not None:
            blank_rows = _drawn(self._blank_rows, count, generator).unsqueeze(2)  # (k, h, 1)
            blank_columns = _drawn(self._blank_columns, count, generator).unsqueeze(1)  # (k, 1, w)
            x.masked_fill_((blank_rows & blank_columns).unsqueeze(1), 0.0)
        return x


def _drawn(table: Tensor, count: int, generator: Generator) -> Tensor:
    """Draw rows of a table of equally likely choices."""
    return table.index_select(0, torch.randint(len(table), (count,), generator=generator, device=table.device))


def _sources(size: int, shift: int, device: torch.device) -> Tensor:
    """For each shift of up to `shift`, where every row (or column) comes from; reflected at the edges."""
    index = torch.arange(size, device=device) + torch.arange(-shift, shift + 1, device=device).unsqueeze(1)
    index = torch.where(index < 0, -1 - index, index)
    return torch.where(index >= size, 2 * size - 1 - index, index)


def _covered(size: int, side: int, device: torch.device) -> Tensor:
    """For each centre of a square, which rows (or columns) it blanks (DeVries & Taylor 2017): it may stick out."""
    positions = torch.arange(size, device=device)
    offsets = positions - positions.unsqueeze(1) + side // 2  # (centres, size)
    return (offsets >= 0) & (offsets < side)
