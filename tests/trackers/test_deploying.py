"""What trackers are told of a deployment."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.command import tiny_search
from tests.trackers.memory import Memory

from vilfredo.deploy.deployment import deploy
from vilfredo.deploy.events import Event
from vilfredo.trackers.tracker import SEARCH
from vilfredo.trackers.tracking import together, track, track_deployment
from vilfredo.training.loop import Abandoned

RECORD = "deploy-model"
_FINAL = {"selection": {"top": 1}, "final": {"training": {"epochs": 4}}}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deploying") / "run"
    assert tiny_search(folder).code == 0
    return folder


@pytest.fixture(autouse=True)
def memory() -> Iterator[None]:
    Memory.empty()
    yield
    Memory.empty()


def _deploy(run: Path, model: Path, stop_after: int | None = None, *, tracked: bool = True) -> list[Event]:
    seen: list[Event] = []
    epochs = [0]

    def watch(event: Event) -> None:
        seen.append(event)
        epochs[0] += getattr(event, "final", False)

    with track_deployment(run, model, [Memory] if tracked else []) as log:
        deploy(
            run,
            model,
            settings=_FINAL,
            network=1,
            formats=(),
            latency=False,
            executor="local",
            observe=together(watch, log),
            interrupted=lambda: stop_after is not None and epochs[0] >= stop_after,
        )
    return seen


def _record() -> str:
    (record,) = (name for name in Memory.facts if name.startswith("deploy-"))
    return record


def _is_whole() -> None:
    record = _record()
    assert [step for step, _ in Memory.curve(record, "epoch/training_loss")] == [1, 2, 3, 4]
    closing = Memory.closings[record]
    assert closing.status == "finished"
    assert 0 <= closing.values["test/accuracy"] <= 1
    assert closing.values["model/parameters"] == Memory.facts[record]["parameters"]
    assert {path.name for path in closing.files} >= {"model.json", "model.safetensors", "README.md", "metrics.json"}
    assert closing.text.startswith("#")
    assert Memory.closings[SEARCH].status == "finished"


def test_a_deployment_is_logged_with_its_search(run: Path, tmp_path: Path) -> None:
    _deploy(run, tmp_path / "model")
    _is_whole()
    before = list(Memory.points[_record()])
    _deploy(run, tmp_path / "model")  # everything is done already
    assert Memory.points[_record()] == before
    _is_whole()


@pytest.mark.parametrize("tracked", [True, False])
def test_one_that_goes_on_is_logged_whole(run: Path, tmp_path: Path, tracked: bool) -> None:
    """Whether or not its first epochs were tracked."""
    with pytest.raises(Abandoned):
        _deploy(run, tmp_path / "model", 2, tracked=tracked)
    if tracked:
        assert Memory.closings[_record()].status == "stopped"
    _deploy(run, tmp_path / "model")
    _is_whole()


def test_models_are_logged_afterwards(run: Path) -> None:
    _deploy(run, run / "model", tracked=False)
    track(run, [Memory])
    assert _record() == RECORD
    _is_whole()
    points = list(Memory.points[RECORD])
    track(run, [Memory])
    assert Memory.points[RECORD] == points
