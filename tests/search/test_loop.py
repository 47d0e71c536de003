"""The loop, with candidates that cost nothing."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file
from tests.search.contents import beginning_of, contents
from tests.search.toy_search import executor, result, run, settings
from tests.strategies.landscape import cheap_settings

from vilfredo.errors import RunError
from vilfredo.search import loop
from vilfredo.search.evaluation import Measured, OnEpoch, StopCheck
from vilfredo.search.events import CandidateEnds, EpochEnds, Event, Planning, StepBegins
from vilfredo.search.front import measured_front
from vilfredo.search.run_folder import reading
from vilfredo.search.settings import SearchSettings
from vilfredo.search.store import Store
from vilfredo.strategies.protocol import strategies
from vilfredo.trials import Measurement, Proposal


@pytest.fixture(params=sorted(strategies()))
def chosen(request: pytest.FixtureRequest) -> SearchSettings:
    return settings({"strategy": {"name": request.param, **cheap_settings(request.param, 3)}})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


class _Dies(BaseException):
    """What a kill looks like from inside."""


def _stored(folder: Path) -> list[Measurement]:
    with reading(folder) as (_, store):
        return store.measurements()


def _proposed(folder: Path) -> list[Proposal]:
    with reading(folder) as (_, store):
        return store.proposals()


def test_a_search_measures_all_that_is_proposed(chosen: SearchSettings, folder: Path) -> None:
    assert run(folder, chosen) == "finished"
    proposals, measurements = _proposed(folder), _stored(folder)
    assert [m.proposal for m in measurements] == [p.id for p in proposals]
    assert measurements == [result(proposal) for proposal in proposals]
    assert max(proposal.step for proposal in proposals) == 3
    with reading(folder) as (_, store):
        assert [step.step for step in store.steps()] == sorted({proposal.step for proposal in proposals})
        assert store.meta()["finished"]


def test_a_finished_search_stays_as_it_is(chosen: SearchSettings, folder: Path) -> None:
    run(folder, chosen)
    before = contents(folder)

    def never(proposal: Proposal) -> Measurement:
        raise AssertionError("nothing is left to measure")

    assert run(folder, chosen, execute=executor(never)) == "finished"
    assert contents(folder) == before


def test_interrupted_after_any_candidate_and_resumed_equals_uninterrupted(
    chosen: SearchSettings, tmp_path: Path
) -> None:
    run(tmp_path / "whole", chosen)
    whole = contents(tmp_path / "whole")
    folder = tmp_path / "pieces"
    sessions = 0
    while True:
        asked = iter(range(100))
        # Asked before a step, before each of its candidates, and after it: this stops after one candidate or none.
        ending = run(folder, chosen, interrupted=lambda asked=asked: next(asked) >= 2)  # type: ignore[misc]
        assert beginning_of(whole, contents(folder))
        sessions += 1
        if ending == "finished":
            break
        assert ending == "interrupted"
    assert sessions > 6
    assert contents(folder) == whole


def test_killed_before_or_after_any_storing_and_resumed_equals_uninterrupted(
    chosen: SearchSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole", chosen)
    whole = contents(tmp_path / "whole")
    places = [
        (Store, "add_step"),
        (Store, "add_measurement"),
        (Store, "set_quality"),
        (Store, "set_meta"),
        (loop, "keep_only"),
        (loop, "save_weights"),
        (os, "fsync"),
    ]
    for index, (holder, name) in enumerate(places):
        folder = tmp_path / str(index)
        run(folder, chosen, interrupted=lambda: True)
        for call in (1, 2, 3, 5):
            for after in (False, True):
                with monkeypatch.context() as patch, suppress(_Dies):
                    _deadly(patch, holder, name, call, after)
                    run(folder, chosen)
                assert beginning_of(whole, contents(folder)), (name, call, after)
        assert run(folder, chosen) == "finished"
        assert contents(folder) == whole, name


def test_killed_after_the_last_measurement_no_weights_are_left_of_those_it_dominates(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "whole", settings())
    last = len(_proposed(tmp_path / "whole")) - 1

    def wins_at_last(proposal: Proposal) -> Measurement:
        measured = result(proposal)
        best = {**measured.objectives, "accuracy": 2.0, "training_time": 0.0}
        return measured.model_copy(update={"objectives": best}) if proposal.id == last else measured

    with monkeypatch.context() as patch, suppress(_Dies):
        _deadly(patch, loop, "keep_only", last + 2, after=False)  # one call as it begins, one per measurement
        run(folder, settings(), execute=executor(wins_at_last))
    assert len(_stored(folder)) == last + 1
    assert len(list((folder / "weights").iterdir())) > 1
    assert run(folder, settings()) == "finished"
    assert [file.name for file in (folder / "weights").iterdir()] == [f"{last}.safetensors"]


def _deadly(patch: pytest.MonkeyPatch, holder: Any, name: str, call: int, after: bool) -> None:
    original, calls = getattr(holder, name), iter(range(1, 1000))

    def deadly(*args: Any, **kwargs: Any) -> Any:
        now = next(calls) == call
        if now and not after:
            raise _Dies
        answer = original(*args, **kwargs)
        if now:
            raise _Dies
        return answer

    patch.setattr(holder, name, deadly)


def test_each_measurement_is_stored_before_the_next_begins(chosen: SearchSettings, folder: Path) -> None:
    begun: list[int] = []

    def begin(proposal: Proposal) -> None:
        assert [m.proposal for m in _stored(folder)] == begun
        assert proposal in _proposed(folder)
        begun.append(proposal.id)

    run(folder, chosen, execute=executor(begun=begin))
    assert len(begun) == len(_stored(folder)) > 8


def _every_third_fails(proposal: Proposal) -> Measurement:
    return result(proposal, "complete" if proposal.id % 3 else "infeasible" if proposal.id % 2 else "failed")


def test_failed_candidates_are_recorded_and_the_search_goes_on(chosen: SearchSettings, folder: Path) -> None:
    assert run(folder, chosen, execute=executor(_every_third_fails)) == "finished"
    measurements = _stored(folder)
    assert len(measurements) == len(_proposed(folder))
    assert {m.outcome for m in measurements} == {"complete", "infeasible", "failed"}
    assert all(m.reason == "as ordered" for m in measurements if m.outcome != "complete")
    assert all(m.outcome == "complete" for m in measured_front(measurements))


def test_nothing_but_failures_ends_in_an_empty_front(chosen: SearchSettings, folder: Path) -> None:
    assert run(folder, chosen, execute=executor(lambda proposal: result(proposal, "failed"))) == "finished"
    assert contents(folder)["front"] == []
    assert list((folder / "weights").iterdir()) == []


def test_weights_are_those_of_the_front(chosen: SearchSettings, folder: Path) -> None:
    def look(proposal: Proposal) -> None:
        front = {f"{member.proposal}.safetensors" for member in measured_front(_stored(folder))}
        assert {file.name for file in (folder / "weights").iterdir()} == front

    run(folder, chosen, execute=executor(begun=look))
    front = {member.proposal for member in measured_front(_stored(folder))}
    assert {int(file.stem) for file in (folder / "weights").iterdir()} == front
    for member in front:
        assert load_file(folder / "weights" / f"{member}.safetensors")["w"][0, 0] == member


def test_weights_need_not_be_kept(folder: Path) -> None:
    run(folder, settings({"save_weights": False}))
    assert list((folder / "weights").iterdir()) == []


def test_a_deadline_in_the_past_measures_nothing(chosen: SearchSettings, folder: Path) -> None:
    assert run(folder, chosen, deadline=time.monotonic() - 1) == "budget"
    assert _stored(folder) == []
    assert run(folder, chosen) == "finished"


def test_the_deadline_ends_a_step_and_narrows_it(chosen: SearchSettings, folder: Path) -> None:
    now = [0.0]

    def take_a_second(proposal: Proposal) -> Measurement:
        now[0] += 1.0
        return result(proposal).model_copy(update={"wall_time": 1.0})

    assert run(folder, chosen, execute=executor(take_a_second), deadline=2.0, now=lambda: now[0]) == "budget"
    assert now[0] == 2
    assert len(_stored(folder)) == 2
    assert run(folder, chosen, execute=executor(take_a_second)) == "finished"
    assert len(_stored(folder)) == len(_proposed(folder))


def test_an_executor_may_answer_in_any_order(folder: Path, tmp_path: Path) -> None:
    def backwards(proposals: Sequence[Proposal], should_stop: StopCheck, on_epoch: OnEpoch) -> Iterator[Measured]:
        yield from executor()(list(proposals)[::-1], should_stop, on_epoch)

    run(tmp_path / "whole", settings())
    run(folder, settings(), execute=backwards)
    assert contents(folder) == contents(tmp_path / "whole")


def test_interruption_wins_over_the_budget(folder: Path) -> None:
    assert run(folder, settings(), interrupted=lambda: True, deadline=time.monotonic() - 1) == "interrupted"


def test_an_error_in_the_executor_loses_nothing(folder: Path) -> None:
    def breaks(proposal: Proposal) -> Measurement:
        if proposal.id == 2:
            raise RunError("the disk is full")
        return result(proposal)

    with pytest.raises(RunError, match="full"):
        run(folder, settings(), execute=executor(breaks))
    assert [m.proposal for m in _stored(folder)] == [0, 1]
    assert run(folder, settings()) == "finished"


def test_whoever_watches_sees_steps_epochs_and_candidates(folder: Path) -> None:
    events: list[Event] = []
    run(folder, settings(), observe=events.append)
    proposals = _proposed(folder)
    assert [event.step for event in events if isinstance(event, Planning)] == [0, 1, 2, 3]
    begun = [event for event in events if isinstance(event, StepBegins)]
    assert [event.step for event in begun] == [0, 1, 2, 3]
    assert all(event.last_step == 3 and event.waiting == event.total for event in begun)
    assert [event.total for event in begun] == [sum(p.step == step for p in proposals) for step in range(4)]
    assert "candidates" in begun[2].notes
    ends = [event for event in events if isinstance(event, CandidateEnds)]
    assert [event.measurement.proposal for event in ends] == [p.id for p in proposals]
    assert [event.tally.measured for event in ends] == list(range(1, len(proposals) + 1))
    assert sum(isinstance(event, EpochEnds) for event in events) == len(proposals)
    last = ends[-1].tally
    assert last.best == measured_front(_stored(folder))[0]
    assert (last.failures, last.front) == (0, len(measured_front(_stored(folder))))
    assert (last.step_seconds, last.search_seconds) == (0, 0)


def test_a_resumed_step_says_how_much_is_left(folder: Path) -> None:
    run(folder, settings(), interrupted=_after(4))
    events: list[Event] = []
    run(folder, settings(), observe=events.append)
    first = next(event for event in events if isinstance(event, StepBegins))
    assert (first.step, first.waiting, first.total) == (1, 2, 3)
    assert not isinstance(events[0], Planning)


def _after(times: int) -> StopCheck:
    asked = iter(range(1000))
    return lambda: next(asked) >= times


def test_quality_is_stored_with_each_predicted_step(folder: Path) -> None:
    run(folder, settings())
    with reading(folder) as (_, store):
        quality = {step.step: step.quality for step in store.steps()}
    assert quality[0] == quality[1] == {}
    for step in (2, 3):
        assert quality[step].keys() == {"accuracy", "training_time"}
        assert quality[step]["accuracy"]["count"] == sum(p.step == step for p in _proposed(folder))


def test_a_step_half_measured_has_no_quality_yet(folder: Path) -> None:
    run(folder, settings(), interrupted=_after(10))
    with reading(folder) as (_, store):
        last = store.steps()[-1]
        measured = len(store.measurements())
    assert last.step == 2
    assert 4 < measured < len(_proposed(folder))
    assert last.quality == {}


def test_time_spent_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("vilfredo.search.store.time.time", lambda: now[0])

    def take_a_second(proposal: Proposal) -> Measurement:
        now[0] += 1.0
        return result(proposal)

    run(folder, settings(), execute=executor(take_a_second))
    with reading(folder) as (_, store):
        assert store.seconds_spent() == len(_proposed(folder))
