"""Baselines kept in the folder of a run."""

from pathlib import Path

import pytest

from vilfredo.baselines.keeping import BASELINES, keep, kept
from vilfredo.baselines.row import Row
from vilfredo.errors import RunError

MAJORITY = Row("majority class", "baseline", {"accuracy": 0.1, "nll": 2.3}, None, 0.5)
NETWORK = Row("residual network", "baseline", {"accuracy": 0.9}, {"accuracy": 0.8}, 12.5, None, 9000)
MEMBER = Row("network 3", "front", {"accuracy": 0.95}, epoch_seconds=0.1, architecture="[]")


def test_what_is_kept_comes_back_without_the_front(tmp_path: Path) -> None:
    keep(tmp_path, [MEMBER, MAJORITY, NETWORK])
    assert kept(tmp_path) == (MAJORITY, NETWORK)


def test_those_of_other_names_stay(tmp_path: Path) -> None:
    keep(tmp_path, [MAJORITY, NETWORK])
    better = Row("majority class", "baseline", {"accuracy": 0.2})
    keep(tmp_path, [better])
    assert kept(tmp_path) == (better, NETWORK)


def test_a_run_without_any(tmp_path: Path) -> None:
    assert kept(tmp_path) == ()


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        "[]",
        '{"format": 2, "rows": []}',
        '{"format": 1, "rows": [{"name": "x", "sort": "baseline"}]}',
        '{"format": 1, "rows": [{"name": "x", "kind": "baseline", "validation": {"accuracy": "<b>"}}]}',
        '{"format": 1, "rows": [{"name": "x", "kind": "baseline", "validation": [1]}]}',
    ],
)
def test_a_damaged_file_is_told_and_can_be_written_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / BASELINES).write_text(content)
    with pytest.raises(RunError, match="Delete it, or write it anew"):
        kept(tmp_path)
    keep(tmp_path, [MAJORITY])
    assert kept(tmp_path) == (MAJORITY,)
