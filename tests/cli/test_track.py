import json
from pathlib import Path

import pytest
from tests.cli.command import refused, tiny_search, vilfredo
from tests.search import toy_search

from vilfredo.trackers.backends.tensorboard import TensorBoard


def test_a_search_and_a_deployment_are_tracked(tmp_path: Path) -> None:
    run = tmp_path / "run"
    answer = tiny_search(run, "--track", "jsonl")
    assert answer.code == 0
    assert f"tracked by jsonl; to see it: cat {run}/jsonl/log.jsonl" in answer.err
    lines = [json.loads(line) for line in (run / "jsonl" / "log.jsonl").read_text().splitlines()]
    front = vilfredo("front", run, "--json").value["front"]
    ends = {line["record"]: line for line in lines if line["event"] == "end"}
    assert ends["search"]["status"] == "finished"
    for row in front:
        assert ends[f"network-{row['id']:04d}"]["values"]["result/accuracy"] == row["accuracy"]
    flags = ("--executor", "local", "--network", "1", "--epochs", "2", "--formats", "none", "--track", "jsonl")
    deployed = vilfredo("deploy", run, *flags, "--json")
    assert deployed.code == 0, deployed.err
    last = json.loads((run / "jsonl" / "log.jsonl").read_text().splitlines()[-1])
    assert last["record"] == "deploy-model"
    assert last["values"]["test/accuracy"] == deployed.value["test"]["accuracy"]
    assert "tracked by" not in deployed.err


def test_a_run_is_tracked_afterwards(tmp_path: Path) -> None:
    run = tmp_path / "run"
    toy_search.run(run, toy_search.settings())
    answer = vilfredo("track", run, "--with", "jsonl", "--out", tmp_path / "out")
    assert answer.code == 0
    assert f"cat {tmp_path}/out/jsonl/log.jsonl" in answer.err
    log = (tmp_path / "out" / "jsonl" / "log.jsonl").read_bytes()
    found = vilfredo("track", run, "--out", tmp_path / "out", "--json").value
    place = tmp_path / "out" / "jsonl"
    assert found == {
        "run": str(run),
        "tracked": [{"tracker": "jsonl", "folder": str(place), "look": f"cat {place}/log.jsonl"}],
    }
    assert (place / "log.jsonl").read_bytes() == log


def test_what_cannot_be_is_refused_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = tmp_path / "run"
    assert "Did you mean 'tensorboard'?" in refused(tiny_search(run, "--track", "tensorbord"))
    monkeypatch.setattr(TensorBoard, "missing", classmethod(lambda cls: "the package tensorboard"))
    message = refused(tiny_search(run, "--track", "jsonl,tensorboard"))
    assert "pip install 'vilfredo[tensorboard]'" in message
    assert "the list is empty" in refused(tiny_search(run, "--track", ","))
    assert not run.exists()
    assert "there is no folder" in refused(vilfredo("track", run, "--with", "jsonl"))


def test_without_a_tracker_it_is_said_which_there_are(tmp_path: Path) -> None:
    toy_search.run(tmp_path / "run", toy_search.settings())
    assert "Say which by --with; known: jsonl, mlflow" in refused(vilfredo("track", tmp_path / "run"))


def test_a_tracker_that_fails_afterwards_is_told(tmp_path: Path) -> None:
    run = tmp_path / "run"
    toy_search.run(run, toy_search.settings())
    (run / "jsonl").write_text("in the way")
    answer = vilfredo("track", run, "--with", "jsonl")
    assert answer.code == 1
    assert "tracker: 'jsonl' failed" in answer.err
