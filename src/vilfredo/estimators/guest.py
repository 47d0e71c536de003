"""Good manners in somebody else's process."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def as_guest() -> Iterator[None]:
    """Leave torch's threads and random numbers as they were: training sets the former, building networks draws."""
    threads = torch.get_num_threads()
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        torch.set_num_threads(threads)
