"""Putting a finished folder in the place of another, in one step where the system can."""

import ctypes
import errno
import os
import tempfile
from pathlib import Path

_HERE = -100
"""``AT_FDCWD``: paths are relative to the working directory."""
_EXCHANGE = 2
"""``RENAME_EXCHANGE``."""
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)
"""What a system or a file system says that has no such call."""


def put_in_place(made: Path, folder: Path) -> Path | None:
    """Give a finished folder its name, on the same file system.

    On Linux there is either the one or the other under that name whenever the process dies; elsewhere there is
    nothing for an instant.

    Returns
    -------
    Where the former folder is now, for the caller to remove; None if there was none.

    Raises
    ------
    OSError
        When it cannot be; what was there before stays.
    """
    try:
        made.rename(folder)  # where nothing is, or an empty folder
    except OSError:
        if not folder.is_dir():
            raise
    else:
        return None
    return made if _exchanged(made, folder) else _moved_aside(made, folder)


def _exchanged(made: Path, folder: Path) -> bool:
    """Let two folders swap their names; False where the system cannot."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # not Linux, or an old C library
        return False
    if call(_HERE, os.fsencode(made), _HERE, os.fsencode(folder), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number))


def _moved_aside(made: Path, folder: Path) -> Path:
    former = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    former.rmdir()  # its name is what is needed
    folder.rename(former)
    try:
        made.rename(folder)
    except OSError:
        former.rename(folder)
        raise
    return former
