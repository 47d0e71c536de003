import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.deploy.conftest import CELLS, SHORT, pictures

from vilfredo.bundle.folder import load_model
from vilfredo.bundle.report import report
from vilfredo.deploy import final, writing
from vilfredo.deploy.deployment import deploy
from vilfredo.deploy.events import EpochEnds, Event, FinalBegins, NetworkEnds, Planned, Remark, RoundBegins, Working
from vilfredo.deploy.job import Job
from vilfredo.deploy.request import Origin, Request
from vilfredo.deploy.selection import best_first, satisfying
from vilfredo.deploy.work import Work
from vilfredo.errors import InputError, RunError, VilfredoError
from vilfredo.search.api import search
from vilfredo.search.constraints import parse_constraints
from vilfredo.search.events import CandidateEnds
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.run_folder import reading
from vilfredo.search.run_folder import writing as run_writing
from vilfredo.search.session import begin
from vilfredo.search.settings import resolve
from vilfredo.search.summary import front_of
from vilfredo.tasks.memory import dataset_from
from vilfredo.tasks.open import open_dataset
from vilfredo.training.checkpoint import Checkpoint
from vilfredo.training.loop import Abandoned, TrainingError, never, train
from vilfredo.trials import Measurement

RunOf = Callable[[str], Path]


def short(run: Path, out: Path | None = None, **options: Any) -> Any:
    """Deploy in this process, without exports."""
    chosen: dict[str, Any] = {"settings": SHORT, "executor": "local", "formats": ()}
    return deploy(run, out, **(chosen | options))


def test_from_a_run_to_a_model(run_of: RunOf) -> None:
    run = run_of("images")
    events: list[Event] = []
    found = short(run, observe=events.append)
    assert found.folder == run / "model"
    kinds = [type(event) for event in events if not isinstance(event, EpochEnds | NetworkEnds)]
    assert kinds[:4] == [Working, Planned, RoundBegins, FinalBegins]
    measured = [event for event in events if isinstance(event, NetworkEnds)]
    planned = next(event.plan for event in events if isinstance(event, Planned))
    assert len(measured) == len(planned.candidates) > 2
    assert measured[-1].done == 1
    assert sorted(event.done for event in measured) == [event.done for event in measured]
    assert {len(event.measurement.curve) for event in measured} == {3}
    best = max(event.measurement.objectives["accuracy"] for event in measured)
    assert found.training.measurement is not None
    assert found.training.measurement.objectives["accuracy"] == best
    assert len(found.training.curve) == 4
    assert found.training.samples == 60  # all training samples, none set aside
    assert all(not epoch.scores for epoch in found.training.curve)


def test_the_model_answers_as_was_tested(run_of: RunOf) -> None:
    run = run_of("images")
    found = short(run)
    model, dataset = load_model(run / "model"), open_dataset(str(_source(run)))
    assert report(model.predict_proba(dataset.x_test), dataset.y_test, dataset.labels) == found.report
    objectives = model.record.objectives
    assert objectives["test_accuracy"] == found.report.accuracy
    assert objectives["parameters"] == sum(weight.numel() for weight in model.network.parameters())
    assert 0 < objectives["latency"] <= objectives["latency_64"]
    assert model.labels == dataset.labels
    metrics = json.loads((run / "model" / "metrics.json").read_text())
    assert metrics["test"]["accuracy"] == found.report.accuracy
    assert len(metrics["curves"]["selection"]) == 3
    assert len(metrics["curves"]["final"]) == 4
    names = {path.name for path in (run / "model").iterdir()}
    assert names == {
        "model.json", "model.safetensors", "network.py", "metrics.json", "evaluation.png", "README.md"
    }  # fmt: skip
    assert {*model.record.files} == names - {"model.json"}


def test_a_table_is_deployed_too(run_of: RunOf) -> None:
    found = short(run_of("table"))
    assert found.model.record.space == "mlp"
    assert all(not candidate.network for candidate in found.plan.candidates)
    assert found.report.samples == 36


def test_what_is_done_is_not_done_again(run_of: RunOf, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of("images")
    first = short(run)
    shutil.rmtree(run / "model")
    monkeypatch.setattr(final, "train", None)
    monkeypatch.setattr(writing, "report", None)  # the test part is looked at once
    events: list[Event] = []
    again = short(run, observe=events.append)
    assert not [event for event in events if isinstance(event, EpochEnds | NetworkEnds | FinalBegins)]
    assert again.report == first.report
    assert again.model.record.files["model.safetensors"] == first.model.record.files["model.safetensors"]


@pytest.mark.parametrize("after", ["selection", "final"])
def test_stopped_and_gone_on_with_is_as_if_never_stopped(run_of: RunOf, tmp_path: Path, after: str) -> None:
    whole = short(run_of("images"), tmp_path / "whole")
    run = Path(shutil.copytree(tmp_path / "images", tmp_path / "again"))
    shutil.rmtree(run / "deploy")
    seen: list[Event] = []

    def stop() -> bool:
        ended = [event for event in seen if isinstance(event, EpochEnds) and event.final == (after == "final")]
        return len(ended) > 1

    with pytest.raises(Abandoned):
        short(run, tmp_path / "stopped", observe=seen.append, interrupted=stop)
    assert not (tmp_path / "stopped").exists()
    again = short(run, tmp_path / "stopped")
    assert _lasting(again.training) == _lasting(whole.training)
    assert again.report == whole.report
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("whole", "stopped")]
    assert weights[0] == weights[1]


def test_other_wishes_make_another_deployment(run_of: RunOf, tmp_path: Path) -> None:
    run = run_of("images")
    first = short(run)
    with pytest.raises(RunError, match=r"begun otherwise.*--restart:\n  network: None → 1"):
        short(run, network=1)
    other = short(run, tmp_path / "other", network=1)
    assert other.training.candidate.architecture == _architecture(run, 1)
    restarted = short(run, network=1, restart=True)
    assert restarted.model.record.files["model.safetensors"] == other.model.record.files["model.safetensors"]
    assert first.training != restarted.training


def test_one_network_is_trained_at_once(run_of: RunOf) -> None:
    run = run_of("images")
    found = short(run, network=2)
    assert found.plan.rounds == ()
    assert found.training.measurement is None
    assert found.training.candidate.network == {}
    assert any("no model selection: there is one network only" in note for note in found.plan.notes)
    tuned = short(run, run / "tuned", network=2, tune=True)
    assert len(tuned.plan.candidates) > 1
    assert {candidate.architecture for candidate in tuned.plan.candidates} == {_architecture(run, 2)}


def test_halving_trains_the_better_ones_longer(run_of: RunOf) -> None:
    tables = {**SHORT, "selection": {**SHORT["selection"], "halving": True, "reduction": 2, "top": 3}}
    events: list[Event] = []
    found = short(run_of("images"), settings=tables, observe=events.append)
    rounds = [event for event in events if isinstance(event, RoundBegins)]
    assert len(rounds) == len(found.plan.rounds) == 2
    first, second = found.plan.rounds
    assert (second.epochs, first.epochs) == (3, 1)
    assert second.networks == first.networks // 2
    ended = [event.measurement for event in events if isinstance(event, NetworkEnds)]
    early = sorted(ended[: first.networks], key=lambda m: (-m.objectives["accuracy"], m.objectives["training_time"]))
    best = {(m.proposal % len(found.plan.candidates)) for m in early[: second.networks]}
    assert {m.proposal % len(found.plan.candidates) for m in ended[first.networks :]} == best


def test_a_budget_is_planned_beforehand(run_of: RunOf) -> None:
    long = {"selection": {"training": {"epochs": 5000}, "least_epochs": 2}, "final": {"training": {"epochs": 90000}}}
    events: list[Event] = []

    def stop() -> bool:
        return any(isinstance(event, RoundBegins | FinalBegins) for event in events)

    with pytest.raises(Abandoned):
        short(run_of("images"), settings=long, seconds=70, observe=events.append, interrupted=stop)
    plan = next(event.plan for event in events if isinstance(event, Planned))
    assert plan.seconds is not None
    assert plan.seconds <= 70
    assert max(plan.final_epochs) < 90000
    assert "instead of 90000" in plan.notes[-2]
    assert plan.notes[-1].startswith("then testing, exporting")


def test_constraints_come_before_model_selection(run_of: RunOf) -> None:
    run = run_of("images")
    rows = front_of(run, ("parameters",))["front"]
    least = rows[0]["parameters"]
    found = short(run, constraints=[f"parameters<={least}"])
    assert all(candidate.predicted["parameters"] <= least for candidate in found.plan.candidates)
    assert found.model.record.objectives["parameters"] <= least
    with pytest.raises(InputError, match="constraints: no network satisfies parameters<1"):
        short(run, run / "none", constraints=["parameters<1"])
    with pytest.raises(InputError, match="'size'"):
        short(run, run / "none", constraints=["size<1"])
    assert not (run / "none").exists()
    assert not (run / "deploy" / "none" / "plan.json").exists()
    with pytest.raises(InputError, match=r"network: 1 does not satisfy parameters<1: its parameters is"):
        short(run, run / "none", constraints=["parameters<1"], network=1)


@pytest.mark.parametrize("objective", ["latency", "training_time", "flops"])
def test_limits_hold_for_what_is_tuned(run_of: RunOf, objective: str) -> None:
    run = run_of("images")
    with reading(run) as (_, store):
        most = max(m.objectives[objective] for m in store.measurements())
    free = short(run)
    limited = short(run, run / "limited", constraints=[f"{objective}<={most!r}"])
    flops = {candidate.predicted["flops"] for candidate in limited.plan.candidates}
    assert max(candidate.predicted["flops"] for candidate in free.plan.candidates) > max(flops)
    # Derived times grow with the operations: no tuned network may have more than the largest of the search.
    with reading(run) as (_, store):
        largest = max(m.objectives["flops"] for m in store.measurements())
    assert max(flops) <= largest
    assert any("left out" in note for note in limited.plan.notes)


def test_what_satisfies_no_limit_after_all_gives_way_to_the_searchs_own(run_of: RunOf) -> None:
    run = run_of("images")
    slow = ("training_time<=1000s",)
    events: list[Event] = []
    job = _job(run, events)
    ranking = [
        Measurement(
            proposal=number, architecture="[]", outcome="complete", objectives={"training_time": 5000.0 + number}
        )
        for number in range(len(job.plan.candidates))
    ]
    limits = parse_constraints(slow)
    own = satisfying(job, limits, ranking)
    assert {m.proposal for m in own} == {one.id for one in job.plan.candidates if not one.network}
    tuned = [m for m in ranking if job.candidate_of(m).network]
    with pytest.raises(InputError, match=r"no network satisfies training_time<=1000s"):
        satisfying(job, limits, tuned)
    assert satisfying(job, (), tuned) == tuned


def test_ranges_that_nothing_fits(run_of: RunOf) -> None:
    tables = {**SHORT, "selection": {**SHORT["selection"], "growth": None, "parameters": [1e9, 2e9]}}
    with pytest.raises(InputError, match=r"parameters: no network of the grid is between 1e\+09 and 2e\+09; they have"):
        short(run_of("images"), settings=tables)


def test_what_was_not_trained_is_refused(run_of: RunOf, tmp_path: Path) -> None:
    run = run_of("images")
    with pytest.raises(InputError, match="network: 99 was not trained"):
        short(run, network=99)
    with pytest.raises(RunError, match="there is no folder"):
        short(tmp_path / "nowhere")
    empty, dataset = tmp_path / "empty", open_dataset(str(pictures(tmp_path / "blobs.npz")))
    begin(empty, resolve({**CELLS, "time_source": "flops"}), dataset, {}, [])
    with pytest.raises(RunError, match=r"no trained network yet.*--resume"):
        short(empty)
    with run_writing(run), pytest.raises(RunError, match="in use by process"):
        short(run)


def test_an_unfinished_search_is_said_to_be_one(tmp_path: Path) -> None:
    dataset = open_dataset(str(pictures(tmp_path / "blobs.npz")))
    trained: list[object] = []

    def stop() -> bool:
        return any(isinstance(event, CandidateEnds) for event in trained)

    search(dataset, tmp_path / "run", settings=CELLS, executor="local", interrupted=stop, observe=trained.append)
    found = short(tmp_path / "run")
    assert "the search is not finished" in found.plan.notes[0]


def test_a_place_that_is_taken_is_refused(run_of: RunOf, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="exists and is not a model"):
        short(run_of("images"), tmp_path / "papers")
    assert (tmp_path / "papers" / "thesis.txt").read_text() == "years of work"


def test_settings_that_are_not_for_these_data(run_of: RunOf) -> None:
    with pytest.raises(InputError, match=r"training.cutout = 8 is for images"):
        short(run_of("table"), settings={"selection": {"training": {"cutout": 8}}})
    with pytest.raises(InputError, match="preset: 'paper-series' is for data of the kind 'series'"):
        short(run_of("images"), preset="paper-series")


def test_changed_data_are_noticed(run_of: RunOf, tmp_path: Path) -> None:
    run = run_of("images")
    source = _source(run)
    kept = source.read_bytes()
    try:
        pictures(source, samples=96)
        with pytest.raises(RunError, match="has changed since the run was begun"):
            short(run)
    finally:
        source.write_bytes(kept)


def test_the_next_best_is_trained_when_the_best_cannot_be(run_of: RunOf, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = list[int]()

    def failing(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise TrainingError("loss became NaN in epoch 1")
        if len(calls) == 2:
            raise Abandoned
        return train(*arguments, **options)

    monkeypatch.setattr(final, "train", failing)
    run, events = run_of("images"), list[Event]()
    with pytest.raises(Abandoned):
        short(run, observe=events.append)
    found = short(run, observe=events.append)
    assert len(calls) == 3  # what failed is not tried again
    assert list(found.training.failures.values()) == ["loss became NaN in epoch 1"]
    assert sum(isinstance(event, Remark) and "NaN" in event.text for event in events) == 1
    monkeypatch.setattr(final, "train", lambda *arguments, **options: (_ for _ in ()).throw(TrainingError("no")))
    with pytest.raises(VilfredoError, match="no network could be trained"):
        short(run, run / "other", network=1)


def test_a_full_disk_is_not_taken_for_a_bad_network(run_of: RunOf, monkeypatch: pytest.MonkeyPatch) -> None:
    run, keep = run_of("images"), Checkpoint.save
    full = [True]

    def save(checkpoint: Checkpoint, state: Any) -> None:
        if full[0] and "final" in checkpoint.path.name:
            raise RunError("checkpoint: cannot be written (No space left on device)")
        keep(checkpoint, state)

    monkeypatch.setattr(Checkpoint, "save", save)
    with pytest.raises(RunError, match="No space left"):
        short(run)
    full[0] = False
    assert short(run).training.failures == {}


def test_a_search_that_went_on_is_another_one(tmp_path: Path) -> None:
    dataset, trained = open_dataset(str(pictures(tmp_path / "blobs.npz"))), list[object]()
    settings: dict[str, Any] = {"settings": CELLS, "executor": "local"}

    def stop() -> bool:
        return any(isinstance(event, CandidateEnds) for event in trained)

    search(dataset, tmp_path / "run", interrupted=stop, observe=trained.append, **settings)
    short(tmp_path / "run")
    search(dataset, tmp_path / "run", **settings)
    with pytest.raises(RunError, match=r"begun otherwise[^$]*networks: 1 → [2-9]"):
        short(tmp_path / "run")
    assert len(short(tmp_path / "run", restart=True).plan.candidates) > 1


def test_what_was_wished_wrongly_costs_nothing(run_of: RunOf) -> None:
    run = run_of("images")
    first = short(run)
    with pytest.raises(InputError, match="parameters<1"):
        short(run, constraints=["parameters<1"], restart=True)
    assert short(run).training == first.training


def test_places_where_no_model_may_be(run_of: RunOf, tmp_path: Path) -> None:
    run = run_of("images")
    for place in (run / "deploy", run / "deploy" / "model", run / "deploy" / "new"):
        with pytest.raises(RunError, match="where deployments keep"):
            short(run, place)
    here, there = short(run, tmp_path / "a" / "same"), short(run, tmp_path / "b" / "same", network=1)
    assert here.training != there.training


def test_the_order_of_equals_is_no_matter_of_measured_times() -> None:
    def measured(number: int, seconds: float, nll: float, flops: float) -> Measurement:
        objectives = {"accuracy": 1.0, "training_time": seconds, "nll": nll, "flops": flops}
        return Measurement(proposal=number, architecture="[]", outcome="complete", objectives=objectives)

    rows = [measured(0, 1.0, 0.3, 5.0), measured(1, 9.0, 0.1, 9.0), measured(2, 5.0, 0.1, 7.0)]
    assert [m.proposal for m in best_first("accuracy", rows)] == [2, 1, 0]


def test_one_range_takes_the_place_of_the_other(run_of: RunOf) -> None:
    found = short(run_of("images"), settings={**SHORT, "selection": {"top": 1, "parameters": [1, 1e9]}})
    assert any(candidate.network for candidate in found.plan.candidates)


def test_time_limits_of_the_last_training_hold(run_of: RunOf) -> None:
    tables = {**SHORT, "final": {"training": {"epochs": 4, "time_limit": 1e-6}}}
    with pytest.raises(VilfredoError, match="time limit reached in epoch 1"):
        short(run_of("images"), settings=tables, network=1)


def test_the_better_exit_is_what_ships(run_of: RunOf, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {**SHORT, "selection": {**SHORT["selection"], "growth": None}}
    tables["selection"]["training"] = {"epochs": 2, "secondary_exit": 0.25}
    run = run_of("images")
    exits = [0, 1]
    monkeypatch.setattr(final.Chosen, "exit", property(lambda chosen: exits[0]))
    main = short(run, settings=tables)
    exits.pop(0)
    second = short(run, run / "second", settings=tables)
    assert (main.training.exit, second.training.exit) == (0, 1)
    assert second.model.record.objectives["parameters"] < main.model.record.objectives["parameters"]
    assert second.model.network.state_dict().keys() < main.model.network.state_dict().keys()


def test_data_in_memory_without_a_test_part(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    y = np.arange(40) % 2
    x = rng.normal(size=(40, 3)) + y[:, None]
    table = dataset_from(x, y, task="table", hold_out=False)
    settings = {"strategy": {"name": "random", "cells_per_size": 2}, "training": {"epochs": 2, "device": "cpu"}}
    search(table, tmp_path / "run", settings=settings, executor="local")
    found = short(tmp_path / "run", dataset=table)
    assert found.report is None
    assert found.training.samples == 40
    assert {path.name for path in found.folder.iterdir()} == {
        "model.json", "model.safetensors", "network.py", "metrics.json", "README.md"
    }  # fmt: skip
    assert "has not been tested" in (found.folder / "README.md").read_text()


def _job(run: Path, events: list[Event]) -> Job:
    found = short(run)
    origin = Origin.of(run, None)
    request = Request.of("image", "quick", SHORT, (), None, None, None)
    settings = origin.settings(request)
    return Job(origin, found.plan, settings, settings.training, Work.of(run, run / "model"), events.append, never)


def _lasting(training: final.FinalTraining) -> final.FinalTraining:
    """What of it must be the same every time."""
    assert training.measurement is not None
    same = training.measurement.model_copy(update={"wall_time": 0.0, "details": {}})
    return training.model_copy(update={"measurement": same})


def _source(run: Path) -> Path:
    return Path(RecordedRun.of(run).source)


def _architecture(run: Path, number: int) -> str:
    with reading(run) as (_, store):
        return next(m.architecture for m in store.measurements() if m.proposal == number)
