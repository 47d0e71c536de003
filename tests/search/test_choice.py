"""The front within constraints, and the network chosen from it."""

import json
from pathlib import Path

import pytest
from tests.search.toy_search import executor, result, run, settings

from vilfredo.errors import InputError, RunError
from vilfredo.search.choice import choice_of
from vilfredo.search.constraints import parse_constraints
from vilfredo.search.run_folder import reading
from vilfredo.search.summary import front_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("choice") / "run"
    run(folder, settings(), execute=executor(lambda p: result(p, "failed" if p.id == 2 else "complete")))
    return folder


def test_without_wishes_it_is_the_front(folder: Path) -> None:
    found = choice_of(folder)
    assert {name: found[name] for name in ("run", "objectives", "front")} == front_of(folder)
    assert (found["score"], found["constraints"], found["chosen"]) == ("accuracy", [], None)
    with reading(folder) as (_, store):
        complete = {m.proposal for m in store.measurements() if m.outcome == "complete"}
    assert {row["id"] for row in found["networks"]} == complete
    assert found["trained"] == len(complete)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_chosen_is_of_those_within_the_constraints(folder: Path) -> None:
    limit = sorted(row["training_time"] for row in choice_of(folder)["networks"])[3]
    constraints = parse_constraints([f"training_time<={limit}"])
    best = choice_of(folder, constraints=constraints, best_in="accuracy", at_knee=True)
    assert len(best["networks"]) >= 4
    assert all(row["training_time"] <= limit for row in best["networks"])
    assert best["chosen"]["accuracy"] == max(row["accuracy"] for row in best["networks"])
    assert best["constraints"] == list(map(str, constraints))
    assert choice_of(folder, constraints=constraints, at_knee=True)["chosen"] in best["front"]


def test_the_score_of_the_search_is_the_first_objective(tmp_path: Path) -> None:
    run(tmp_path / "run", settings({"training": {"score": "balanced_accuracy"}}))
    found = choice_of(tmp_path / "run", at_knee=True)
    assert found["objectives"] == ["balanced_accuracy", "training_time"]
    assert choice_of(tmp_path / "run", objectives=["flops", "flops"])["objectives"] == ["flops"]


def test_what_cannot_be_chosen_is_refused(folder: Path, tmp_path: Path) -> None:
    for wish in ({"best_in": "speed"}, {"objectives": ["latency"]}, {"constraints": parse_constraints(["speed<1"])}):
        with pytest.raises(InputError, match=r"'speed' is not an objective|'latency' was not measured"):
            choice_of(folder, **wish)
    with pytest.raises(RunError):
        choice_of(tmp_path)


def test_a_run_without_networks_has_none_to_choose(tmp_path: Path) -> None:
    run(tmp_path / "run", settings(), interrupted=lambda: True)
    assert choice_of(tmp_path / "run")["networks"] == []
    with pytest.raises(InputError, match="no trained network yet"):
        choice_of(tmp_path / "run", at_knee=True)
