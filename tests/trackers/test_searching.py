"""What trackers are told of a search equals what the run folder holds, however it came about."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.search import toy_search
from tests.trackers.memory import Broken, Failing, Memory

from vilfredo.deploy.deployment import deploy
from vilfredo.errors import RunError
from vilfredo.search.evaluation import Measured, OnEpoch, StopCheck
from vilfredo.search.events import CandidateEnds, EpochEnds, Event
from vilfredo.search.front import measured_front
from vilfredo.search.run_folder import reading, writing
from vilfredo.search.store import Step
from vilfredo.trackers.searching import finite, record_of
from vilfredo.trackers.sending import PATIENCE, Sender
from vilfredo.trackers.tracker import SEARCH, Closing
from vilfredo.trackers.tracking import together, track, track_deployment, track_search
from vilfredo.trials import Measurement, Proposal


@pytest.fixture(autouse=True)
def memory() -> Iterator[None]:
    Memory.empty()
    yield
    Memory.empty()


def _stored(run: Path) -> tuple[list[Measurement], list[Step]]:
    with reading(run) as (_, store):
        known = {m.proposal: m for m in store.measurements()}
        return [known[number] for number in store.seconds_until()], store.steps()


def _agrees(run: Path) -> None:
    """Compare everything that the tracker has with the run folder."""
    measured, steps = _stored(run)
    assert set(Memory.facts) == {SEARCH, *(record_of(m.proposal) for m in measured)}
    for m in measured:
        record = record_of(m.proposal)
        assert Memory.facts[record]["architecture"] == m.architecture
        assert Memory.curve(record, "epoch/training_loss") == [(e.epoch, e.training_loss) for e in m.curve]
        closing = Memory.closings[record]
        assert closing.status == ("finished" if m.outcome == "complete" else "failed")
        assert closing.text == ("" if m.outcome == "complete" else f"{m.outcome}: {m.reason}")
        found = {k.removeprefix("result/"): v for k, v in closing.values.items() if k.startswith("result/")}
        assert found == {**m.objectives, "wall_time": m.wall_time}
    fronts = [
        measured_front(sorted(measured[:count], key=lambda m: m.proposal)) for count in range(1, len(measured) + 1)
    ]
    counts = range(1, len(measured) + 1)
    assert Memory.curve(SEARCH, "progress/front_size") == [
        (count, float(len(front))) for count, front in zip(counts, fronts, strict=True)
    ]
    assert Memory.curve(SEARCH, "progress/best") == [
        (count, front[0].objectives["accuracy"]) for count, front in zip(counts, fronts, strict=True) if front
    ]
    failures = [sum(m.outcome != "complete" for m in measured[:count]) for count in counts]
    assert Memory.curve(SEARCH, "progress/failures") == [
        (count, float(number)) for count, number in zip(counts, failures, strict=True)
    ]
    rank = [(s.step, s.quality["accuracy"]["spearman"]) for s in steps if s.quality.get("accuracy")]
    assert Memory.curve(SEARCH, "predictors/accuracy_spearman") == [one for one in rank if one[1] is not None]


def _third_fails(proposal: Proposal) -> Measurement:
    return toy_search.result(proposal, "failed" if proposal.id % 3 == 2 else "complete")


def test_a_search_is_logged_whole_with_its_failures(tmp_path: Path) -> None:
    run = tmp_path / "run"
    seen: list[Event] = []
    with track_search(run, [Memory]) as log:
        execute = toy_search.executor(_third_fails)
        toy_search.run(run, toy_search.settings(), execute=execute, observe=together(seen.append, log))
    _agrees(run)
    assert sum(isinstance(event, CandidateEnds) for event in seen) == len(Memory.closings) - 1
    facts = Memory.facts[SEARCH]
    assert facts["settings.strategy.name"] == "popnas-v3"
    assert facts["data.name"] == "toy"
    assert facts["settings.space.operators"] == "identity, 3x3 conv"
    closing = Memory.closings[SEARCH]
    assert closing.status == "finished"
    assert closing.text.count("\n") == 1 + len(measured_front(_stored(run)[0]))
    assert Memory.calls == ["open", "close"]


@pytest.mark.parametrize("before", [True, False])
def test_a_resumed_search_repeats_nothing(tmp_path: Path, before: bool) -> None:
    """Tracked from the start, or only once it is resumed."""
    run, ended = tmp_path / "run", [0]
    with track_search(run, [Memory] if before else []) as log:

        def observe(event: Event) -> None:
            ended[0] += isinstance(event, CandidateEnds)
            log(event)

        toy_search.run(run, toy_search.settings(), observe=observe, interrupted=lambda: ended[0] >= 7)
    assert (SEARCH in Memory.closings) == before
    if before:
        assert Memory.closings[SEARCH].status == "stopped"
    with track_search(run, [Memory]) as log:
        toy_search.run(run, toy_search.settings(), observe=log)
    assert len(_stored(run)[0]) > 7
    _agrees(run)


def test_a_network_killed_in_training_begins_anew(tmp_path: Path) -> None:
    run = tmp_path / "run"
    ended = [0]

    def count(event: Event) -> None:
        ended[0] += isinstance(event, CandidateEnds)

    toy_search.run(run, toy_search.settings(), observe=count, interrupted=lambda: ended[0] >= 3)
    # As a session leaves it that is killed in the middle of the next.
    left = Memory()
    left.begin(record_of(3), {})
    left.log(record_of(3), {1: {"epoch/training_loss": 7.0}, 2: {"epoch/training_loss": 7.0}})
    with track_search(run, [Memory]) as log:
        toy_search.run(run, toy_search.settings(), observe=log)
    _agrees(run)


def _in_pieces(proposal: Proposal) -> Measurement:
    plain = toy_search.result(proposal)
    (first,) = plain.curve
    later = [first.model_copy(update={"epoch": epoch, "training_loss": 0.1 / epoch}) for epoch in (2, 3)]
    return plain.model_copy(update={"curve": (first, *later)})


def test_a_network_that_is_tried_twice_has_one_curve(tmp_path: Path) -> None:
    """That of the second attempt: the worker process of the first died, and nothing of it is in the run."""
    run = tmp_path / "run"
    with track_search(run, [Memory]) as log:

        def twice(event: Event) -> None:
            if isinstance(event, EpochEnds) and event.epoch.epoch == 1:
                for epoch in (1, 2):
                    lost = event.epoch.model_copy(update={"epoch": epoch, "training_loss": 7.0})
                    log(replace(event, epoch=lost))
            log(event)

        toy_search.run(run, toy_search.settings(), execute=toy_search.executor(_in_pieces), observe=twice)
    _agrees(run)


def test_a_network_that_is_given_up_is_closed_with_the_search(tmp_path: Path) -> None:
    """And begins anew when the search goes on."""
    run, left = tmp_path / "run", list[Proposal]()

    def give_up(proposals: Sequence[Proposal], should_stop: StopCheck, on_epoch: OnEpoch) -> Iterator[Measured]:
        yield from toy_search.executor()(proposals[:1], should_stop, on_epoch)
        for proposal in proposals[1:2]:
            on_epoch(proposal, toy_search.result(proposal).curve[0])
            left.append(proposal)

    with track_search(run, [Memory]) as log:
        toy_search.run(run, toy_search.settings(), execute=give_up, observe=log, interrupted=lambda: bool(left))
    assert Memory.closings[record_of(left[0].id)] == Closing("stopped")
    with track_search(run, [Memory]) as log:
        toy_search.run(run, toy_search.settings(), observe=log)
    _agrees(run)


def test_a_finished_run_is_logged_afterwards_and_once(tmp_path: Path) -> None:
    run = tmp_path / "run"
    toy_search.run(run, toy_search.settings())
    assert track(run, [Memory]) == [run / "memory"]
    _agrees(run)
    points = {record: list(own) for record, own in Memory.points.items()}
    closing = Memory.closings[SEARCH]
    assert track(run, [Memory], tmp_path / "out") == [tmp_path / "out" / "memory"]
    assert Memory.points == points
    assert Memory.closings[SEARCH] is closing


def test_a_run_that_is_searched_is_left_to_its_search(tmp_path: Path) -> None:
    run = tmp_path / "run"
    toy_search.run(run, toy_search.settings())
    with writing(run), pytest.raises(RunError, match="in use"):
        track(run, [Memory])
    assert Memory.calls == []


@pytest.mark.parametrize("kind", [Broken, Failing])
def test_a_tracker_that_fails_takes_nothing_with_it(kind: type[Memory], tmp_path: Path) -> None:
    run, said = tmp_path / "run", list[str]()
    seen: list[Event] = []
    with track_search(run, [kind], said.append) as log:
        assert toy_search.run(run, toy_search.settings(), observe=together(log, seen.append)) == "finished"
    (line,) = said
    assert line.startswith(f"{kind.name}: it failed and is switched off")
    undisturbed = tmp_path / "undisturbed"
    toy_search.run(undisturbed, toy_search.settings())
    assert [m.architecture for m in _stored(run)[0]] == [m.architecture for m in _stored(undisturbed)[0]]
    # What was missed comes later.
    track(run, [Memory])
    _agrees(run)


def test_no_run_nothing_to_track(tmp_path: Path) -> None:
    said: list[str] = []
    with track_search(tmp_path / "none", [Memory], said.append):
        pass
    assert Memory.calls == said == []


@pytest.mark.parametrize(("end", "waits"), [(SystemExit, 0.0), (KeyboardInterrupt, 0.0), (OSError, PATIENCE)])
def test_who_kills_the_process_need_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: type[BaseException], waits: float
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(Sender, "close", lambda self, patience: waited.append(patience))
    with pytest.raises(end), track_search(tmp_path / "none", [Memory, Broken]):
        raise end
    assert waited == [waits, waits]


def test_what_was_refused_leaves_no_trace(tmp_path: Path) -> None:
    run = tmp_path / "run"
    toy_search.run(run, toy_search.settings())
    with writing(run), pytest.raises(RunError, match="in use"), track_search(run, [Memory]) as log:
        toy_search.run(run, toy_search.settings(), observe=log)
    with pytest.raises(RunError, match="no folder"), track_deployment(tmp_path / "none", None, [Memory]) as watch:
        deploy(tmp_path / "none", observe=watch)
    assert Memory.calls == []


def test_what_cannot_be_drawn_is_left_out() -> None:
    assert finite({"a": 1, "b": float("nan"), "c": float("inf")}) == {"a": 1.0}
