"""Data of a search in memory that several processes map: shared, never copied."""

import contextlib
import fcntl
import mmap
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import torch
from torch import Tensor

from vilfredo.errors import RunError
from vilfredo.training.data import TrainingData

_ALIGNMENT = 64
"""Bytes; vector instructions read aligned memory faster."""


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """Where a tensor lies in the shared memory."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    """Bytes from the start."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class DataPlan:
    """What a process must know to find the data in the shared memory."""

    tensors: tuple[TensorPlace, ...]
    """Those of `TrainingData`, in its order."""
    classes: int


@dataclass(frozen=True, slots=True, eq=False)
class SharedData:
    """Training data in shared memory. It is given back when this and all that maps it are gone."""

    file: BinaryIO
    """Anonymous: it has no name, and vanishes with the last process that has it open."""
    plan: DataPlan

    @property
    def descriptor(self) -> int:
        """File descriptor to hand to another process."""
        return self.file.fileno()


def share(data: TrainingData) -> SharedData:
    """Copy data from any device into shared memory.

    Raises
    ------
    RunError
        When there is no room for them.
    """
    tensors = [tensor.cpu() for tensor in (data.x_train, data.y_train, data.x_val, data.y_val)]
    places: list[TensorPlace] = []
    end = 0
    for tensor in tensors:
        size = tensor.numel() * tensor.element_size()
        places.append(TensorPlace(tensor.dtype, tuple(tensor.shape), tensor.stride(), end, size))
        end += -(-size // _ALIGNMENT) * _ALIGNMENT
    try:
        file = _anonymous_file(max(end, 1))
    except OSError as error:
        raise RunError(f"data: no memory or disk for {end:,} bytes of data to share ({error.strerror}).") from None
    shared = SharedData(file, DataPlan(tuple(places), data.classes))
    for mapped, tensor in zip(_mapped(shared.descriptor, places), tensors, strict=True):
        mapped.copy_(tensor)
    return shared


def attach(descriptor: int, plan: DataPlan) -> TrainingData:
    """Map shared data into this process; the tensors are to be read only."""
    x_train, y_train, x_val, y_val = _mapped(descriptor, plan.tensors)
    return TrainingData(x_train, y_train, x_val, y_val, plan.classes)


def _mapped(descriptor: int, places: Sequence[TensorPlace]) -> list[Tensor]:
    end = max(place.offset + place.size for place in places)
    memory = mmap.mmap(descriptor, end)  # lives as long as a tensor on it
    # Mapped pages count as this process' memory once they are touched: now, rather than in the first training.
    torch.frombuffer(memory, dtype=torch.uint8)[:: mmap.PAGESIZE].sum()
    tensors = []
    for place in places:
        flat = torch.frombuffer(memory, dtype=torch.uint8, count=place.size, offset=place.offset)
        tensors.append(flat.view(place.dtype).as_strided(place.shape, place.stride))
    return tensors


def _anonymous_file(size: int) -> BinaryIO:
    # Not /dev/shm: containers often limit that to 64 MB.
    if sys.platform == "linux" and hasattr(os, "memfd_create"):  # some builds of Python lack it
        with contextlib.suppress(OSError):
            file = os.fdopen(above_standard(os.memfd_create("vilfredo-data")), "w+b", buffering=0)
            file.truncate(size)
            return file
    with tempfile.TemporaryFile(buffering=0) as named:
        file = os.fdopen(above_standard(os.dup(named.fileno())), "w+b", buffering=0)
    file.write(bytes(1))
    file.truncate(size)
    if hasattr(os, "posix_fallocate"):  # what is full must say so now, not kill whoever writes later
        os.posix_fallocate(file.fileno(), 0, size)
    return file


def above_standard(descriptor: int) -> int:
    """Exchange a file descriptor for one above 2, which no child takes for its standard streams.

    A process that was started without those would otherwise give their numbers to the next files it opens.
    """
    if descriptor > 2:
        return descriptor
    higher = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(descriptor)
    return higher
