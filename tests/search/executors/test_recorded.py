"""A landscape in the place of training."""

from pathlib import Path

import pytest
from tests.search.toy_evaluator import evaluator
from tests.search.toy_landscape import AGAIN, SECONDS, landscape

from vilfredo.errors import InputError
from vilfredo.search.execution import crew
from vilfredo.search.executors.recorded import Recorded
from vilfredo.search.landscape import Landscape
from vilfredo.search.replay import replay_evaluator, replay_settings
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Proposal


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Landscape:
    return landscape(tmp_path_factory.mktemp("landscapes") / "toy.npz")


def _executor(toy: Landscape, seed: int = 0) -> Recorded:
    return Recorded.start(
        replay_evaluator(toy, replay_settings(toy, {"strategy": {"name": "random"}}, {"seed": seed})), 1
    )


def _proposals(toy: Landscape) -> list[Proposal]:
    return [Proposal(id=id_, architecture=cell, step=1) for id_, cell in enumerate(toy.cells()[:4])]


def test_its_clock_goes_on_by_recorded_seconds_only(toy: Landscape) -> None:
    with _executor(toy) as executor:
        assert executor.now() == 0
        for count, _ in enumerate(executor.measure(_proposals(toy), lambda: False, lambda proposal, epoch: None)):
            assert executor.now() == SECONDS * (count + 1)
        list(executor.measure(_proposals(toy)[:1], lambda: False, lambda proposal, epoch: None))
        assert executor.now() == SECONDS * 5


def test_a_candidate_during_which_the_time_is_up_is_dropped(toy: Landscape) -> None:
    with _executor(toy) as executor:
        running = executor.measure(_proposals(toy), lambda: executor.now() > 4, lambda proposal, epoch: None)
        assert [measured.measurement.proposal for measured in running] == [0, 1]


def test_the_seed_of_the_search_answers(toy: Landscape) -> None:
    again = [Proposal(id=0, architecture=AGAIN, step=1)]
    for seed in (0, 1, 2, 4):
        with _executor(toy, seed) as executor:
            (found,) = executor.measure(again, lambda: False, lambda proposal, epoch: None)
        assert found.measurement.details["seed"] == seed % 3
        assert not found.weights


def test_a_cell_that_is_lacking_is_refused(toy: Landscape) -> None:
    strange = [Proposal(id=0, architecture="[(-1, '5x5 conv', -1, '5x5 conv')]", step=1)]
    with _executor(toy) as executor, pytest.raises(InputError, match="'toy' lacks"):
        list(executor.measure(strange, lambda: False, lambda proposal, epoch: None))


def test_data_to_train_on_are_refused() -> None:
    with pytest.raises(InputError, match="Give one as data"):
        Recorded.start(evaluator(), 1)
    with pytest.raises(InputError, match="'recorded' replays landscapes, and these data are to be trained on"):
        crew("recorded", None, TrainingSettings())


def test_a_file_elsewhere_can_be_moved(toy: Landscape, tmp_path: Path) -> None:
    assert toy.source.endswith("toy.npz")
    moved = landscape(tmp_path / "moved.npz")
    assert moved.checksum == toy.checksum
