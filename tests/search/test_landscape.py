"""What a landscape knows, and what it says of what it doesn't."""

from pathlib import Path

import pytest
from tests.search.toy_landscape import AGAIN, LATENCY, SECONDS, SPACE, landscape
from tests.search.toy_search import result

from vilfredo.errors import InputError
from vilfredo.search.landscape import Landscape, all_cells, cells_by_size, fewest_cells
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.trials import Measurement, Proposal


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Landscape:
    return landscape(tmp_path_factory.mktemp("landscapes") / "toy.npz")


def _proposal(cell: str, **fields: object) -> Proposal:
    return Proposal.model_validate({"id": 7, "architecture": cell, "step": 1, **fields})


def test_all_cells_of_a_space_once_by_size() -> None:
    assert {size: len(texts) for size, texts in cells_by_size(SPACE).items()} == {0: 1, 1: 3, 2: 27, 3: 409}
    cells = all_cells(SPACE)
    assert len(set(cells)) == len(cells) == 440
    assert SPACE.texts(SPACE.codes([cells[-1]])) == [cells[-1]]


def test_a_cell_that_is_there_is_measured_as_it_was(toy: Landscape) -> None:
    cell = all_cells(SPACE)[-1]
    found, expected = toy.measurement(_proposal(cell), 0), result(_proposal(cell))
    assert (found.proposal, found.architecture, found.outcome) == (7, cell, "complete")
    halved = {**expected.objectives, "accuracy": expected.objectives["accuracy"] / 2, "latency": LATENCY}
    assert found.objectives == halved
    assert [epoch.epoch for epoch in found.curve] == [1]
    assert found.curve[0].validation_nll == pytest.approx(1 / 3)
    assert found.wall_time == SECONDS
    assert found.device == toy.about.device


def test_the_seed_of_the_search_chooses_among_the_recorded_ones(toy: Landscape) -> None:
    assert toy.seeds(AGAIN) == (0, 1, 2)
    by_seed = [toy.measurement(_proposal(AGAIN), seed) for seed in range(4)]
    assert [m.details["seed"] for m in by_seed] == [0, 1, 2, 0]
    assert len({m.objectives["accuracy"] for m in by_seed}) == 3
    assert by_seed[3] == by_seed[0]
    other = all_cells(SPACE)[-1]
    assert toy.seeds(other) == (0,)
    assert toy.measurement(_proposal(other), 5) == toy.measurement(_proposal(other), 0)


def test_a_cell_that_is_not_there_is_refused_saying_what_is(toy: Landscape) -> None:
    with pytest.raises(InputError, match=r"'toy' lacks \[\(-2, .*up to 3 blocks over identity, 3x3 conv, lookback 1"):
        toy.measurement(_proposal("[(-2, 'identity', -1, 'identity')]"), 0)
    assert toy.seeds("[(-2, 'identity', -1, 'identity')]") == ()


def test_cells_stacked_otherwise_are_refused(toy: Landscape) -> None:
    with pytest.raises(InputError, match="one way only, and the proposal changes filters"):
        toy.measurement(_proposal(AGAIN, network={"filters": 99}), 0)


def test_a_failed_training_is_a_measurement_too(tmp_path: Path) -> None:
    def fail(proposal: Proposal) -> Measurement:
        return result(proposal, "failed").model_copy(update={"curve": ()})

    found = landscape(tmp_path / "toy.npz", fail).measurement(_proposal(AGAIN), 0)
    assert (found.outcome, found.reason, dict(found.objectives), found.curve) == (
        "failed",
        "as ordered",
        {"parameters": 3.0},
        (),
    )
    assert "step" not in found.details


def test_what_a_space_lacks_is_counted(toy: Landscape) -> None:
    assert toy.missing(SPACE) == 0
    assert toy.missing(CellSpace(operators=("3x3 conv",), lookback=1, blocks=2)) == 0
    for beyond in ({"blocks": 4}, {"lookback": 2}, {"operators": ("3x3 conv", "5x5 conv")}):
        assert toy.missing(SPACE.model_copy(update=beyond)) is None
    assert toy.missing(MlpSpace(layers=2)) is None


def test_a_space_between_two_whole_ones_lacks_cells(tmp_path: Path) -> None:
    wide = CellSpace(operators=("identity", "3x3 conv", "3x3 dconv"), lookback=1, blocks=1)
    found = landscape(tmp_path / "toy.npz", spaces=(SPACE, wide))
    assert found.missing(wide) == 3  # it only says that it has them
    assert found.missing(wide.model_copy(update={"blocks": 3})) == 3765 - 440


def test_a_space_far_beyond_the_trainings_is_not_counted_out(tmp_path: Path) -> None:
    """Of a wide space and a deep one, each small, a space both wide and deep would take for ever."""
    wide = CellSpace(operators=("identity", *(f"{n}x{n} conv" for n in range(3, 17, 2))), lookback=1, blocks=1)
    deep = CellSpace(operators=("identity",), lookback=1, blocks=7)
    found = landscape(tmp_path / "toy.npz", spaces=(SPACE, wide, deep))
    assert found.missing(wide) == 36 - 3
    assert found.missing(wide.model_copy(update={"blocks": 7})) is None  # known without listing
    assert found.missing(deep) is None  # after listing some


@pytest.mark.parametrize(
    ("operators", "lookback", "blocks"),
    [(("identity",), 1, 5), (("identity", "3x3 conv"), 1, 3), (("identity",), 3, 3), (("3x3 conv", "5x5 conv"), 2, 2)],
)
def test_a_space_has_no_fewer_cells_than_reckoned(operators: tuple[str, ...], lookback: int, blocks: int) -> None:
    space = CellSpace(operators=operators, lookback=lookback, blocks=blocks)
    assert 0.04 < fewest_cells(space) / len(all_cells(space)) <= 1
