"""Finding the control groups around this process."""

from pathlib import Path

from vilfredo.training.control_groups import control_groups, lines


def test_every_group_around_is_found_innermost_first(tmp_path: Path) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("5:cpu,cpuacct:/a\n4:memory:/b/c\n0::/d\n")
    root = tmp_path / "root"
    assert list(control_groups("cpu", membership, root)) == [
        (1, root / "cpu/a"),
        (1, root / "cpu"),
        (2, root / "d"),
        (2, root),
    ]
    memory = [folder for version, folder in control_groups("memory", membership, root) if version == 1]
    assert memory == [root / "memory/b/c", root / "memory/b", root / "memory"]


def test_elsewhere_there_is_none(tmp_path: Path) -> None:
    assert list(control_groups("cpu", tmp_path / "none", tmp_path)) == []
    assert lines(tmp_path / "none") == []
