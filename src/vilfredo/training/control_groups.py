"""Linux control groups: where a container's limits of memory and processor time are written."""

from collections.abc import Iterator
from pathlib import Path

MEMBERSHIP = Path("/proc/self/cgroup")
ROOT = Path("/sys/fs/cgroup")


def control_groups(controller: str, membership: Path = MEMBERSHIP, root: Path = ROOT) -> Iterator[tuple[int, Path]]:
    """Each group around this process that may limit what `controller` (``memory``, ``cpu``) governs.

    Yields
    ------
    Version of the control groups, 1 or 2, whose files have names of their own; and the group's folder.
    """
    for line in lines(membership):
        _, controllers, path = line.split(":", 2)
        if controllers == "":  # version 2: one hierarchy for all
            version, top = 2, root
        elif controller in controllers.split(","):
            version, top = 1, root / controller
        else:
            continue
        group = top / path.lstrip("/")
        yield from ((version, folder) for folder in (group, *group.parents) if folder == top or top in folder.parents)


def lines(path: Path) -> list[str]:
    """Lines of a file of the system; none where it is missing."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
