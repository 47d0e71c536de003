"""``vilfredo search``, on few digits."""

import os
import re
import signal
import tomllib
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from tests.cli.command import TINY, Answer, refused, tiny_search, vilfredo

from vilfredo.cli import search as command
from vilfredo.search import evaluation, planning, session
from vilfredo.search.presets import preset, preset_names, preset_tasks
from vilfredo.search.run_folder import read_description
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.search.summary import status_of
from vilfredo.training.precision import PrecisionTrial


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search") / "run"


@pytest.fixture(scope="module")
def finished(run: Path) -> Answer:
    return tiny_search(run, "--json")


def test_one_json_object_at_the_end(finished: Answer, run: Path) -> None:
    found = finished.value
    assert finished.code == 0
    assert (found["state"], found["ending"], found["run"]) == ("finished", "finished", str(run))
    # The empty cell; pairs with repetition of two operators; a beam of two and one to explore, at most.
    *first, (proposed, measured) = [(step["proposed"], step["measured"]) for step in found["steps"]]
    assert first == [(1, 1), (3, 3)]
    assert 1 <= proposed == measured <= 3
    assert (found["trained"], found["failed"], found["infeasible"], found["waiting"]) == (4 + proposed, 0, 0, 0)
    assert (found["strategy"], found["seed"], found["time_source"]) == ("popnas-v3", 0, "flops")
    assert found["data"] == {
        "name": "digits",
        "source": "digits",
        "input_shape": [1, 8, 8],
        "classes": 10,
        "task": "image",
    }
    assert found["objectives"] == ["accuracy", "training_time"]
    assert len(found["front"]) == found["front_size"] >= 1
    assert found["best"] == found["front"][0]


def test_the_front_is_a_front(finished: Answer) -> None:
    rows = finished.value["front"]
    accuracies, times = ([row[name] for row in rows] for name in ("accuracy", "training_time"))
    assert accuracies == sorted(set(accuracies), reverse=True)
    assert times == sorted(set(times), reverse=True)
    assert all(Path(row["weights"]).is_file() for row in rows)


def test_progress_goes_to_standard_error_in_plain_lines(finished: Answer) -> None:
    lines = finished.err.splitlines()
    assert "\x1b" not in finished.err
    assert lines[0] == "step 0 of 2: empty cell: 1 to train"
    assert "step 1 of 2: cells of 1 block: 3 to train" in lines
    assert any(line.startswith("step 2: ") for line in lines)
    assert re.search(
        r"step 2 of 2: cells of 2 blocks: \d to train, chosen from 27 \(3 isomorphs spared\)", finished.err
    )
    assert sum(bool(re.match(r"  \d/\d  accuracy", line)) for line in lines) == finished.value["trained"]


def test_status_and_front_say_the_same(finished: Answer, run: Path) -> None:
    status, front = vilfredo("status", run, "--json").value, vilfredo("front", run, "--json").value
    choice: dict[str, Any] = {"constraints": [], "chosen": None, "networks": None}  # of the front alone
    # Other searches may have gone on with the run meanwhile, and spent time.
    told = finished.value | {"seconds_spent": status["seconds_spent"]} | choice
    assert told == status | front | {"ending": "finished"}


def test_a_finished_run_reports_again(finished: Answer, run: Path) -> None:
    answer = vilfredo("search", "--resume", "--executor", "local", "--run", run)
    assert (answer.code, answer.err) == (0, "")
    assert f"Pareto front of {run}" in answer.out
    assert f"finished: {finished.value['trained']} networks trained, 3 isomorphs spared" in answer.out
    assert "predictors at 2 blocks: accuracy ρ" in answer.out
    assert f"vilfredo front {run}" in answer.out
    assert "go on with" not in answer.out


def test_a_run_is_not_begun_twice(finished: Answer, run: Path) -> None:
    assert "holds a run already" in refused(tiny_search(run))


def test_other_settings_are_refused_on_resuming(finished: Answer, run: Path) -> None:
    answer = vilfredo("search", "digits", "--resume", "--run", run, "--seed", "3", "--blocks", "3")
    message = refused(answer)
    assert "seed: 0 → 3" in message
    assert "space.blocks: 2 → 3" in message


def test_other_data_are_refused_on_resuming(finished: Answer, run: Path) -> None:
    assert "other contents" in refused(vilfredo("search", "digits", "--resume", "--run", run, "--samples", "140"))


def test_the_flags_are_in_the_settings_of_the_run(finished: Answer, run: Path) -> None:
    settings = read_description(run)["settings"]
    assert settings["space"] == {"kind": "cells", "operators": ["identity", "2x2 maxpool"], "lookback": 1, "blocks": 2}
    assert settings["training"]["epochs"] == 1
    assert settings["training"]["threads"] == 1
    assert settings["fit_budget"] is False
    assert settings["strategy"]["accuracy_predictor"]["name"] == "ridge"


def test_a_spent_budget_keeps_what_there_is_and_is_gone_on_with(tmp_path: Path, finished: Answer) -> None:
    folder = tmp_path / "run"
    answer = tiny_search(folder, "--budget", "0.001s")
    assert answer.code == 1
    assert "the budget is spent: 0 networks trained" in answer.out
    assert f"go on with   vilfredo search --resume --run {folder}" in answer.out
    assert answer.err.splitlines()[0] == "digits: 120 training and 30 validation images of 8×8×1, 10 classes"
    assert "popnas-v3, 2 operators, up to 2 blocks" in answer.err
    assert status_of(folder)["state"] == "stopped"
    resumed = vilfredo("search", "--resume", "--executor", "local", "--run", folder, "--json").value
    assert _results(resumed) == _results(finished.value)


def _results(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "weights"} for row in found["front"]]


def test_trainings_are_shortened_to_fit_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "step_times", lambda settings, data, seconds: [1.0])
    monkeypatch.setattr(evaluation, "calibrate", lambda device: Mock(seconds=1.0))
    monkeypatch.setattr(session, "try_precisions", lambda settings, data: PrecisionTrial("float32", None))
    answer = tiny_search(tmp_path / "run", "--budget", "0.001s", "--time-source", "measured", epochs="")
    assert "to fit the budget, 1 epoch per candidate instead of 6" in answer.err
    assert read_description(tmp_path / "run")["planned"] == {"training": {"precision": "float32", "epochs": 1}}


def test_exactly_repeatable_searches_are_not_shortened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "step_times", lambda settings, data, seconds: [1.0])
    answer = tiny_search(tmp_path / "run", "--budget", "0.001s", epochs="")
    assert "to fit the budget" not in answer.err
    assert read_description(tmp_path / "run")["planned"] == {"training": {"precision": "float32"}}


def test_epochs_asked_for_are_not_shortened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "step_times", lambda settings, data, seconds: [1.0])
    monkeypatch.setattr(evaluation, "calibrate", lambda device: Mock(seconds=1.0))
    monkeypatch.setattr(session, "try_precisions", lambda settings, data: PrecisionTrial("float32", None))
    answer = tiny_search(tmp_path / "run", "--budget", "0.001s", "--time-source", "measured", epochs="--epochs=3")
    assert "to fit the budget" not in answer.err
    assert read_description(tmp_path / "run")["planned"] == {"training": {"precision": "float32"}}
    assert read_description(tmp_path / "run")["settings"]["training"]["epochs"] == 3


def test_ctrl_c_is_a_polite_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

    def conduct(folder: Path, settings: SearchSettings, evaluator: object, **options: Any) -> str:
        assert not options["interrupted"]()
        os.kill(os.getpid(), signal.SIGINT)
        assert options["interrupted"]()
        with pytest.raises(SystemExit):
            signal.raise_signal(signal.SIGTERM)
        return "interrupted"

    monkeypatch.setattr(command, "conduct", conduct)
    answer = tiny_search(tmp_path / "run", "--json")
    assert answer.code == 130
    assert answer.value["ending"] == "interrupted"
    assert answer.value["state"] == "stopped"
    assert answer.value["front"] == []
    assert answer.err.count("stopping …") == 1
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_nothing_trained_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "conduct", lambda *arguments, **options: "interrupted")
    answer = tiny_search(tmp_path / "run")
    assert "No network has been trained yet." in answer.out
    assert "interrupted: 0 networks trained" in answer.out


def test_a_budget_too_short_to_train_anything_is_a_failure_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "conduct", lambda *arguments, **options: "budget")
    answer = tiny_search(tmp_path / "run")
    assert answer.code == 1
    assert "before the first network was trained" in answer.out


def test_a_search_that_trained_nothing_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "conduct", lambda *arguments, **options: "finished")
    answer = tiny_search(tmp_path / "run", "--json")
    assert answer.code == 1
    assert (answer.value["trained"], answer.value["front"]) == (0, [])


@pytest.mark.parametrize("name", preset_names())
def test_printed_settings_read_back(name: str, tmp_path: Path) -> None:
    printed = vilfredo("search", "--preset", name, "--print-settings")
    assert (printed.code, printed.err) == (0, "")
    assert resolve(tomllib.loads(printed.out)) == resolve(preset(name, preset_tasks(name)[0]))
    path = tmp_path / "mine.toml"
    path.write_text(printed.out)
    # Whatever preset they are laid over.
    for other in preset_names():
        again = vilfredo("search", "--preset", other, "--settings", path, "--print-settings")
        assert again.out == printed.out


def test_printed_settings_have_the_flags_in_them(tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    flags = ["--strategy", "pnas", "--seed", "7", "--time-source", "flops", "--operators", "identity, 3x3 conv"]
    flags += ["--blocks", "4", "--epochs", "2", "--threads", "3"]
    found = tomllib.loads(vilfredo("search", "--settings", path, *flags, "--print-settings").out)
    assert found["strategy"]["name"] == "pnas"
    assert found["strategy"]["beam_size"] == 2
    assert found["strategy"]["accuracy_predictor"]["name"] == "ridge"
    assert "time_predictor" not in found["strategy"]
    assert (found["seed"], found["time_source"], found["fit_budget"]) == (7, "flops", False)
    assert found["space"] == {
        "kind": "cells",
        "operators": ["identity", "3x3 conv"],
        "lookback": 1,
        "blocks": 4,
    }
    assert (found["training"]["epochs"], found["training"]["threads"]) == (2, 3)
    assert resolve(found).to_table() == found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say what to search on"),
        (["nowhere"], "no such file"),
        (["digits", "--preset", "quik"], "Did you mean 'quick'?"),
        (["digits", "--settings", "/nowhere"], "cannot be read"),
        (["digits", "--strategy", "popnas-3"], "Did you mean 'popnas-v3'?"),
        (["digits", "--strategy", ""], "is unknown"),
        (["digits", "--seed=-1"], "seed"),
        (["digits", "--time-source", "clock"], "'measured' or 'flops'"),
        (["digits", "--operators", ""], "the list is empty"),
        (["digits", "--operators", "4d conv"], "'4d conv' is not an operator"),
        (["digits", "--blocks", "0"], "space.blocks"),
        (["digits", "--epochs", "0"], "training.epochs"),
        (["digits", "--threads=-1"], "training.threads"),
        (["digits", "--workers", "0"], "workers: expected 1"),
        (["digits", "--workers", "100000"], "got 100000. Leave --workers out"),
        (["digits", "--workers", "many"], "Usage:"),
        (["digits", "--workers", "2", "--executor", "local"], "the executor 'local' has exactly one"),
        (["digits", "--executor", "process"], "Did you mean 'processes'?"),
        (["digits", "--budget", "soon"], "not a time span"),
        (["digits", "--budget", "0"], "not a time span"),
        (["digits", "--budget", ""], "not a time span"),
        (["digits", "--samples", "0"], "at least 1"),
        (["digits", "--samples", "3"], "too few for 10 classes"),
        (["digits", "--resize", "8"], "is a length, but these are images"),
        (["digits", "--blocks", "two"], "Usage:"),
        (["digits", "digits"], "Usage:"),
        (["digits", "--resume"], "there is no folder"),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing_behind(arguments: list[str], message: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert message in refused(vilfredo("search", *arguments, "--run", folder))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = ", "not TOML"),
        ("sead = 1", "Did you mean 'seed'?"),
        ("[training]\nepoch = 1", "Did you mean 'epochs'?"),
        ("[strategy]\nbeam = 1", "strategy.beam"),
        ("[space]\nblocks = 0", "space.blocks"),
        ('strategy = "popnas"', "Did you mean 'popnas-v3'?"),
        ('[strategy]\naccuracy_predictor = "rigde"', "Did you mean 'ridge'?"),
        ("strategy = 3", "expected a name"),
    ],
)
def test_bad_settings_files_are_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    assert message in refused(vilfredo("search", "digits", "--settings", path, "--run", tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_resuming_needs_to_know_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "say which run to resume" in refused(vilfredo("search", "--resume"))
    assert "'runs/digits'" in refused(vilfredo("search", "digits", "--resume"))


def test_the_run_folder_is_named_after_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "conduct", lambda *arguments, **options: "budget")
    vilfredo("search", "digits", "--samples", "100", "--time-source", "flops", "--executor", "local", "--json")
    assert (tmp_path / "runs" / "digits" / "run.toml").is_file()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    assert "is not a run" in refused(vilfredo("search", "digits", "--run", tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
