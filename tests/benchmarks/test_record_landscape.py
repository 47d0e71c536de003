"""Recording a landscape, cut off and gone on with, of a space of few cells."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.landscape_plans import PLANS, Plan, tasks
from benchmarks.record_landscape import main, pack, read_recording, record

from vilfredo.errors import RunError
from vilfredo.search.landscape import all_cells
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.tasks.dataset import Dataset

_TINY = Plan(
    "tiny",
    "digits",
    120,
    "image",
    ((("identity",), 2), (("identity", "2x2 maxpool"), 2)),
    {"network": {"motifs": 1, "normal_cells": 1, "filters": 2}, "training": {"epochs": 1}, "time_source": "flops"},
    repeated=(1, 1),
    seeds=(0, 3),
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return _TINY.open()


@pytest.fixture(scope="module")
def file(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All but the last cell."""
    path = tmp_path_factory.mktemp("recording") / "tiny.jsonl"
    assert record(_TINY, dataset, path, 600.0, most=4) == 4
    with path.open("ab") as stream:
        stream.write(b'{"seed": 0, "cpu": 1.0, "measu')  # as a killed process leaves it
    assert record(_TINY, dataset, path, 600.0, most=len(tasks(_TINY)) - 1) == len(tasks(_TINY)) - 5
    return path


def test_first_spaces_first_and_then_some_cells_again() -> None:
    listed = tasks(_TINY)
    small = all_cells(CellSpace(operators=("identity",), lookback=1, blocks=2))
    wide = all_cells(CellSpace(operators=("identity", "2x2 maxpool"), lookback=1, blocks=2))
    assert {task.architecture for task in listed[: len(small)]} == set(small)
    assert [(task.seed, task.size) for task in listed[len(small) : len(small) + 2]] == [(3, 0), (3, 1)]
    assert {task.architecture for task in listed} == set(wide)
    assert len(listed) == len(wide) + 2 == len(set(listed))
    assert tasks(_TINY) == listed


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_plans_are_of_hundreds_of_cells(plan: Plan) -> None:
    first, blocks = plan.spaces[0]
    assert 100 < len(all_cells(CellSpace(operators=first, lookback=1, blocks=blocks))) < 1000
    assert 150 < len(tasks(plan)) < 5000


def test_a_recording_goes_on_where_it_was_cut_off(file: Path) -> None:
    head, lines = read_recording(file)
    assert head is not None
    assert len(lines) == len(tasks(_TINY)) - 1
    assert [(line["measurement"]["architecture"], line["seed"]) for line in lines] == [
        (task.architecture, task.seed) for task in tasks(_TINY)[:-1]
    ]


def test_only_whole_spaces_are_named(file: Path, tmp_path: Path, dataset: Dataset) -> None:
    part = pack(_TINY, file, tmp_path / "part.npz", "a test")
    assert [space.operators for space in part.about.spaces] == [("identity",)]
    assert part.about.data.fingerprint == dataset.fingerprint
    assert part.about.provenance["command"] == "a test"
    copy = tmp_path / "tiny.jsonl"
    copy.write_bytes(file.read_bytes())
    record(_TINY, dataset, copy, 600.0)
    whole = pack(_TINY, copy, tmp_path / "whole.npz", "a test")
    assert whole.space.operators == ("identity", "2x2 maxpool")
    assert len(whole.rows) == len(tasks(_TINY))
    assert whole.seeds("[]") == (0, 3)
    assert (whole.rows.seconds > 0).all()
    copy.write_text("".join(copy.read_text().splitlines(keepends=True)[:3]))
    with pytest.raises(RunError, match="lacks cells of the first space"):
        pack(_TINY, copy, tmp_path / "none.npz", "a test")


def test_recordings_of_other_settings_are_not_mixed(file: Path, dataset: Dataset) -> None:
    other = replace(_TINY, settings={**_TINY.settings, "training": {"epochs": 2}})
    with pytest.raises(RunError, match=r"settings.training.epochs: 1 → 2"):
        record(other, dataset, file, 600.0)


def test_nothing_recorded_cannot_be_packed(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is none"):
        main(["digits", "--folder", str(tmp_path), "--pack", str(tmp_path / "x.npz")])


def test_the_machine_s_slowness_is_not_charged(file: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    slow = [{**line, "measurement": {**line["measurement"], "details": {"drift": 2.0}}} for line in lines[1:]]
    copy = tmp_path / "slow.jsonl"
    copy.write_text("".join(json.dumps(line) + "\n" for line in [lines[0], *slow]))
    plain, corrected = (pack(_TINY, one, tmp_path / "x.npz", "a test").rows.seconds for one in (file, copy))
    assert corrected == pytest.approx(plain / 2)
