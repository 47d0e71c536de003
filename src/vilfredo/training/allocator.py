"""Keeping the memory of one training step for the next.

glibc hands large freed blocks straight back to the system, so that each step has its activations mapped and
zeroed anew: an eighth to a fifth of the time of a network on 32×32 images. On other systems nothing is changed.
"""

import ctypes
from functools import cache

_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4
_LARGEST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Have this process keep what it frees until `release_freed_memory`; to be called once, before training.

    Returns
    -------
    Whether the C library took the advice.
    """
    library = _glibc()
    if library is None:
        return False
    return bool(library.mallopt(_M_MMAP_MAX, 0)) and bool(library.mallopt(_M_TRIM_THRESHOLD, _LARGEST))


def release_freed_memory() -> None:
    """Give the system back what earlier networks left behind, so that it counts as available."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libc.so.6")
    except OSError:
        return None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
