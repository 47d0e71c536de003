"""Cores that may be used."""

import os
from pathlib import Path

import pytest

from vilfredo.search.cores import available_cores


def _group(root: Path, path: str, limit: str) -> None:
    (root / path).mkdir(parents=True, exist_ok=True)
    (root / path / "cpu.max").write_text(f"{limit}\n")


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)


@pytest.mark.parametrize(
    ("limits", "cores"),
    [
        ({}, 8),
        ({"a/b": "max 100000"}, 8),
        ({"a/b": "300000 100000"}, 3),
        ({"a": "200000 100000", "a/b": "300000 100000"}, 2),
        ({"a/b": "150000 100000"}, 1),
        ({"a/b": "50000 100000"}, 1),
        ({"a/b": "1600000 100000"}, 8),
    ],
)
def test_of_all_cores_those_that_the_control_groups_grant(limits: dict[str, str], cores: int, tmp_path: Path) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("0::/a/b\n")
    for path, limit in limits.items():
        _group(tmp_path / "root", path, limit)
    assert available_cores(membership, tmp_path / "root") == cores


def test_without_control_groups_all(tmp_path: Path) -> None:
    assert available_cores(tmp_path / "none", tmp_path) == 8


@pytest.mark.parametrize(("quota", "cores"), [("-1", 8), ("250000", 2), ("1600000", 8)])
def test_control_groups_of_version_1(quota: str, cores: int, tmp_path: Path) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("5:memory:/a\n4:cpu,cpuacct:/a\n")
    group = tmp_path / "root" / "cpu" / "a"
    group.mkdir(parents=True)
    (group / "cpu.cfs_quota_us").write_text(f"{quota}\n")
    (group / "cpu.cfs_period_us").write_text("100000\n")
    assert available_cores(membership, tmp_path / "root") == cores
