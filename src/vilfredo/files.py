"""Files that are whole or not there, whenever the process dies."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, durable when this returns; until then whatever was there before stays.

    Raises
    ------
    OSError
        When it cannot be written; nothing is left behind then.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
