"""Whole comparisons, on data so small that they take a second."""

import json
import shutil
import struct
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from tests.comparison.small import SETTINGS, STRATEGIES, Log, conducted, data, planned, request

from vilfredo.comparison import remarks
from vilfredo.comparison.figures import picture
from vilfredo.comparison.folder import RESULT, Folder
from vilfredo.comparison.plan import Plan
from vilfredo.comparison.runs import runs
from vilfredo.errors import RunError, VilfredoError
from vilfredo.search.run_folder import reading
from vilfredo.search.summary import status_of


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data(tmp_path_factory.mktemp("data") / "toy.npz")


@pytest.fixture(scope="module")
def finished(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan, dict[str, Any], Log]:
    out, log = tmp_path_factory.mktemp("finished") / "out", Log()
    plan = planned(out, [source])
    found = conducted(out, plan, seeds=2, finalist_seeds=2, log=log)
    assert found is not None
    return out, plan, found, log


def _trainings(out: Path) -> dict[str, list[str]]:
    """What each run and finalist stores."""
    found = {}
    for run in sorted((out / "runs").iterdir()):
        with reading(run) as (_, store):
            found[run.name] = [m.model_dump_json(exclude={"wall_time", "details"}) for m in store.measurements()]
    for file in sorted((out / "finalists").rglob("*.json")):
        content = json.loads(file.read_text())
        del content["seconds"]
        found[str(file.relative_to(out))] = [json.dumps(content)]
    return found


def test_every_run_is_an_ordinary_one(finished: tuple[Path, Plan, dict[str, Any], Log]) -> None:
    out, _, found, log = finished
    names = {f"toy-{name}-{seed}" for name in STRATEGIES for seed in range(2)}
    assert {run.name for run in (out / "runs").iterdir()} == names
    for run in found["data"][0]["runs"]:
        status = status_of(run["folder"])
        assert (status["strategy"], status["seed"], status["state"]) == (run["strategy"], run["seed"], "finished")
        assert status["trained"] == run["trained"] > 0
        assert run["ending"] == "finished"
    # the baseline comes last: it gets the time that the others took
    assert [(run.strategy, run.seed) for run in log.runs] == [
        ("popnas-v3", 0),
        ("random", 0),
        ("popnas-v3", 1),
        ("random", 1),
    ]


def test_the_result_holds_what_is_claimed(finished: tuple[Path, Plan, dict[str, Any], Log]) -> None:
    out, _, found, _ = finished
    assert json.loads((out / RESULT).read_text()) == found
    (toy,) = found["data"]
    assert found["overall"] is None
    assert "2 seeds cannot show a difference" in found["outlook"]
    assert toy["spaces"]["random"] == toy["spaces"]["popnas-v3"]
    assert toy["notes"] == []
    for run in toy["runs"]:
        assert 0 <= run["hypervolume"] <= 1
        assert run["igd_plus"] >= 0
        assert run["anytime"] <= run["hypervolume"]
        assert run["curves"]["score"]["value"][-1] == run["validation"] == run["best"]["accuracy"]
        assert run["curves"]["hypervolume"]["value"][-1] == run["hypervolume"]
        assert run["device_seconds"]["total"] == pytest.approx(run["wall_seconds"])
        trainings = run["test"]["trainings"]
        assert [one["seed"] for one in trainings] == [1000, 1001]
        assert run["test"]["mean"] == pytest.approx(np.mean([one["test"]["accuracy"] for one in trainings]))
    for metric in toy["metrics"].values():
        (pair,) = metric["pairs"]
        values = metric["values"]
        sign = 1 if metric["maximised"] else -1
        difference = np.subtract(values["popnas-v3"], values["random"]).mean()
        assert pair["difference"] == pytest.approx(sign * difference)
        assert not pair["significant"]


def test_a_finalist_of_two_runs_is_trained_once(finished: tuple[Path, Plan, dict[str, Any], Log]) -> None:
    _, _, found, log = finished
    chosen = {run["test"]["architecture"] for run in found["data"][0]["runs"]}
    trained = [(one.architecture, one.seed) for one in log.tested]
    assert sorted(trained) == sorted((one, seed) for one in chosen for seed in (1000, 1001))


def test_going_on_with_what_is_done_trains_nothing(
    finished: tuple[Path, Plan, dict[str, Any], Log], source: Path
) -> None:
    out, _, found, _ = finished
    log, before = Log(), _trainings(out)
    again = conducted(out, planned(out, [source]), seeds=2, finalist_seeds=2, log=log)
    assert (log.runs, log.tested) == ([], [])
    assert again == found
    assert _trainings(out) == before


def test_stopped_anywhere_it_goes_on_to_the_same(
    finished: tuple[Path, Plan, dict[str, Any], Log], source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    rng, stops, found = np.random.default_rng(0), 0, None
    while found is None:
        patience = [int(rng.integers(1, 60))]

        def interrupted(patience: list[int] = patience) -> bool:
            patience[0] -= 1
            return patience[0] < 0

        found = conducted(out, planned(out, [source]), seeds=2, finalist_seeds=2, interrupted=interrupted)
        stops += found is None
        assert found is not None or not (out / RESULT).exists()
    assert stops > 2
    assert _trainings(out) == _trainings(finished[0])


def test_more_seeds_go_on_from_fewer(
    finished: tuple[Path, Plan, dict[str, Any], Log], source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished[0], out)
    log = Log()
    found = conducted(out, planned(out, [source]), seeds=3, finalist_seeds=0, log=log)
    assert {run.seed for run in log.runs} == {2}
    assert found is not None
    assert len(found["data"][0]["runs"]) == 6
    assert found["data"][0]["metrics"]["test"]["pairs"] == []
    assert all(run["test"] is None for run in found["data"][0]["runs"])


def test_others_take_turns_in_beginning(source: Path, tmp_path: Path) -> None:
    plan = planned(tmp_path / "out", [source], request(strategies=("pnas", "random", "popnas-v3")))
    order = [(run.strategy, run.seed) for run in runs(plan, Folder(tmp_path / "out"), 2)]
    assert order == [
        ("pnas", 0),
        ("popnas-v3", 0),
        ("random", 0),
        ("popnas-v3", 1),
        ("pnas", 1),
        ("random", 1),
    ]


def test_a_run_of_other_settings_is_refused(
    finished: tuple[Path, Plan, dict[str, Any], Log], source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished[0], out)
    description = out / "runs" / "toy-random-1" / "run.toml"
    text = description.read_text()
    for table, key, value, line in (
        ("settings.training", "epochs", 9, "training.epochs: 9 → 1"),
        ("environment", "device", "An Abacus", "device: 'An Abacus' → "),
        ("data", "fingerprint", "beef", "data: 'beef' → "),
    ):
        content = tomllib.loads(text)
        place = content
        for name in table.split("."):
            place = place[name]
        place[key] = value
        description.write_text(tomli_w.dumps(content))
        with pytest.raises(RunError, match=r"toy-random-1' is not of this comparison") as refused:
            conducted(out, planned(out, [source]), seeds=2)
        assert line in str(refused.value)
    description.write_text(text)
    assert conducted(out, planned(out, [source]), seeds=2)


def test_several_data_sets_are_ranked_over(source: Path, tmp_path: Path) -> None:
    plan = planned(tmp_path / "out", [source, data(tmp_path / "more.npz", shift=5)])
    found = conducted(tmp_path / "out", plan, seeds=1, finalist_seeds=1)
    assert found is not None
    assert [one["name"] for one in found["data"]] == ["toy", "more"]
    assert "one seed only: no statistics possible" in found["outlook"]
    ranking = found["overall"]["validation"]
    assert sum(ranking["ranks"].values()) == pytest.approx(3)
    assert ranking["datasets"] == 2
    picture(found, tmp_path / "page.png")
    assert _size(tmp_path / "page.png")[1] > 1000


def _size(path: Path) -> tuple[int, int]:
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_picture_is_the_same_every_time(
    ending: str, finished: tuple[Path, Plan, dict[str, Any], Log], tmp_path: Path
) -> None:
    for name in ("one", "other"):
        picture(finished[2], tmp_path / f"{name}.{ending}")
    first, second = (tmp_path / f"{name}.{ending}" for name in ("one", "other"))
    if ending == "png":
        assert first.read_bytes() == second.read_bytes()
    else:
        text = first.read_text()
        for name in STRATEGIES:
            assert f"<!-- {name} -->" in text


def test_a_run_that_trains_nothing_is_the_worst(source: Path, tmp_path: Path) -> None:
    # A finished run's trainings are turned into failures in its folder, as if none had come to its end.
    out = tmp_path / "out"
    plan = planned(out, [source])
    found = conducted(out, plan, seeds=1, finalist_seeds=0)
    assert found is not None
    run = Folder(out).run("toy", "popnas-v3", 0)
    with _writing(run) as store:
        store.execute("UPDATE measurements SET record = replace(record, '\"complete\"', '\"failed\"')")
        store.commit()
    found = conducted(out, plan, seeds=1, finalist_seeds=0)
    assert found is not None
    first, second = found["data"][0]["runs"]
    assert (first["trained"], first["best"], first["hypervolume"]) == (0, None, 0.0)
    assert first["validation"] <= second["validation"]
    assert first["igd_plus"] > second["igd_plus"]
    picture(found, tmp_path / "page.png")
    with _writing(Folder(out).run("toy", "random", 0)) as store:
        store.execute("UPDATE measurements SET record = replace(record, '\"complete\"', '\"failed\"')")
        store.commit()
    with pytest.raises(VilfredoError, match="no run could train any network"):
        conducted(out, plan, seeds=1, finalist_seeds=0)


def test_finalists_that_fail_are_counted_and_are_the_worst(
    finished: tuple[Path, Plan, dict[str, Any], Log], tmp_path: Path
) -> None:
    out, plan, before, _ = finished
    shutil.copytree(out, tmp_path / "out")
    first = before["data"][0]["runs"][0]
    trained = [json.loads(file.read_text())["test"]["accuracy"] for file in (out / "finalists").rglob("*.json")]
    for file in (tmp_path / "out" / "finalists").rglob("*-1000.json"):
        content = json.loads(file.read_text())
        if content["architecture"] == first["test"]["architecture"]:
            trained.remove(content["test"]["accuracy"])
            file.write_text(json.dumps({**content, "reason": "diverged", "validation": {}, "test": {}}))
    found = conducted(tmp_path / "out", plan, seeds=2, finalist_seeds=2)
    assert found is not None
    run = found["data"][0]["runs"][0]
    assert run["test"]["failed"] == 1
    assert run["test"]["mean"] == pytest.approx((min(trained) + first["test"]["trainings"][1]["test"]["accuracy"]) / 2)
    assert any(
        "trainings of popnas-v3's finalists failed; each counts as the worst" in n for n in found["data"][0]["notes"]
    )


def test_runs_cut_off_in_their_bootstrap_are_said(
    finished: tuple[Path, Plan, dict[str, Any], Log], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, plan, before, _ = finished
    assert not any("bootstrap" in note for note in before["data"][0]["notes"])
    shutil.copytree(out, tmp_path / "out")
    monkeypatch.setattr(remarks, "status_of", lambda run: {"step": 1, "last_step": 2, "waiting": 3})
    found = conducted(tmp_path / "out", plan, seeds=2)
    assert found is not None
    endings = {run["ending"] for run in found["data"][0]["runs"]}
    said = [note for note in found["data"][0]["notes"] if "did not get beyond its bootstrap" in note]
    assert bool(said) == ("budget" in endings)
    assert remarks._in_bootstrap(tmp_path)
    monkeypatch.setattr(remarks, "status_of", lambda run: {"step": 2, "last_step": 2, "waiting": 0})
    assert not remarks._in_bootstrap(tmp_path)


def _writing(run: Path) -> Any:
    import contextlib
    import sqlite3

    return contextlib.closing(sqlite3.connect(run / "run.db"))


def test_spaces_of_other_kinds_are_told(source: Path, tmp_path: Path) -> None:
    flat = {"kind": "parallel", "operators": ["identity", "3x3 dconv"], "blocks": 2, "groups": 1, "filters": 2}
    strategy = {"regressor": "ridge", "controller": "ridge"}
    layers = [SETTINGS, {"strategies": {"popnas-v1": {"space": flat, "strategy": strategy}}}]
    asked = request(layers=layers, strategies=("popnas-v3", "popnas-v1", "random"))
    found = conducted(tmp_path / "out", planned(tmp_path / "out", [source], asked), finalist_seeds=1)
    assert found is not None
    (toy,) = found["data"]
    assert toy["notes"] == ["popnas-v1 searches another space than popnas-v3: kind: 'cells' → 'parallel'"]
    assert [toy["spaces"][name]["kind"] for name in found["strategies"]] == ["cells", "parallel", "cells"]
    assert all(run["test"]["mean"] > 0 for run in toy["runs"])


def test_spaces_that_differ_are_told(source: Path, tmp_path: Path) -> None:
    layers = [SETTINGS, {"strategies": {"popnas-v3": {"space": {"blocks": 1}}}}]
    found = conducted(tmp_path / "out", planned(tmp_path / "out", [source], request(layers=layers)), finalist_seeds=0)
    assert found is not None
    assert found["data"][0]["notes"] == ["random searches another space than popnas-v3: space.blocks: 1 → 2"]
