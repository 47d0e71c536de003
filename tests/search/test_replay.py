"""Searches in a recorded landscape."""

from pathlib import Path
from typing import Any

import pytest
from tests.search.contents import contents
from tests.search.toy_landscape import SECONDS, SPACE, landscape

from vilfredo.errors import InputError, RunError
from vilfredo.search.api import search
from vilfredo.search.front import measured_front
from vilfredo.search.landscape import Landscape
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.replay import replay_settings
from vilfredo.search.run_folder import reading
from vilfredo.search.summary import front_of, status_of
from vilfredo.strategies.protocol import find_strategy, strategies
from vilfredo.trials import Measurement, Proposal

CHEAP: dict[str, Any] = {"accuracy_predictor": "ridge", "time_predictor": "ridge", "beam_size": 6}
SETTINGS: dict[str, dict[str, Any]] = {"random": {"cells_per_size": 12}, "popnas-v3": {"exploration_beam_size": 2}}
"""What makes each strategy quick, beside `CHEAP`."""


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Landscape:
    return landscape(tmp_path_factory.mktemp("landscapes") / "toy.npz")


def _settings(name: str, **more: Any) -> dict[str, Any]:
    fields = find_strategy(name).model_fields
    own = {key: value for key, value in CHEAP.items() if key in fields} | SETTINGS.get(name, {})
    return {"strategy": {"name": name, **own}, **more}


def _measured(folder: Path) -> list[Measurement]:
    with reading(folder) as (_, store):
        return store.measurements()


@pytest.mark.parametrize("name", sorted(strategies()))
def test_each_strategy_searches_and_the_same_seed_finds_the_same(toy: Landscape, tmp_path: Path, name: str) -> None:
    for run in ("first", "second"):
        assert search(toy, tmp_path / run, settings=_settings(name, seed=1)) == "finished"
    assert contents(tmp_path / "first") == contents(tmp_path / "second")
    found = _measured(tmp_path / "first")
    assert len(found) > 5
    assert all(m == toy.measurement(Proposal(id=m.proposal, architecture=m.architecture, step=0), 1) for m in found)


def test_a_search_of_the_whole_space_finds_the_front_of_the_landscape(toy: Landscape, tmp_path: Path) -> None:
    proposals = [Proposal(id=i, architecture=cell, step=1) for i, cell in enumerate(toy.cells())]
    best = measured_front([toy.measurement(proposal, 0) for proposal in proposals])
    search(toy, tmp_path / "run", settings={"strategy": {"name": "random", "cells_per_size": 1000}})
    rows = front_of(tmp_path / "run")["front"]
    known = {m.architecture for m in best} - {"[]"}  # the empty cell, which random search does not draw
    assert known <= {row["architecture"] for row in rows}
    assert len(_measured(tmp_path / "run")) == 439


def test_another_seed_is_another_search(toy: Landscape, tmp_path: Path) -> None:
    for seed in (1, 2):
        search(toy, tmp_path / str(seed), settings=_settings("random", seed=seed))
    assert {m.architecture for m in _measured(tmp_path / "1")} != {m.architecture for m in _measured(tmp_path / "2")}


@pytest.mark.parametrize("seconds", [3 * SECONDS, 15.0, 25.0])
def test_budgets_are_recorded_seconds(toy: Landscape, tmp_path: Path, seconds: float) -> None:
    ending = search(toy, tmp_path / "run", settings=_settings("random"), seconds=seconds)
    found = _measured(tmp_path / "run")
    assert sum(m.wall_time for m in found) <= seconds
    # Beams are narrowed where the budget would not reach the last step.
    assert ending == ("budget" if seconds < 5 else "finished")
    assert 0 < len(found) < 27


def test_a_search_goes_on_where_its_budget_ended(toy: Landscape, tmp_path: Path) -> None:
    chosen = _settings("random")
    search(toy, tmp_path / "whole", settings=chosen)
    assert search(toy, tmp_path / "parts", settings=chosen, seconds=2 * SECONDS) == "budget"
    assert search(toy, tmp_path / "parts", settings=chosen) == "finished"
    assert {m.architecture for m in _measured(tmp_path / "parts")} <= {
        m.architecture for m in _measured(tmp_path / "whole")
    }
    assert status_of(tmp_path / "parts")["state"] == "finished"


def test_another_landscape_or_other_settings_do_not_go_on_with_a_run(toy: Landscape, tmp_path: Path) -> None:
    search(toy, tmp_path / "run", settings=_settings("random"), seconds=9.0)
    with pytest.raises(RunError, match=r"seed: 0 → 3"):
        search(toy, tmp_path / "run", settings=_settings("random", seed=3))
    other = landscape(tmp_path / "other.npz", name="other")
    with pytest.raises(RunError, match="other contents"):
        search(other, tmp_path / "run", settings=_settings("random"))


def test_what_is_recorded_cannot_be_asked_for_otherwise(toy: Landscape, tmp_path: Path) -> None:
    layer = {"training": {"epochs": 50}, "network": {"filters": 7}, "time_source": "flops"}
    with pytest.raises(InputError) as caught:
        search(toy, tmp_path / "run", settings=_settings("random", **layer))
    for line in ("training.epochs: 2 → 50", "network.filters: 24 → 7", "time_source: 'measured' → 'flops'"):
        assert line in str(caught.value)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("space", [{"blocks": 4}, {"operators": ["identity", "5x5 conv"]}, {"lookback": 2}])
def test_spaces_with_cells_that_are_lacking_are_refused_beforehand(
    toy: Landscape, tmp_path: Path, space: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=r"goes beyond what 'toy' holds.*It is whole for cells of up to 3 blocks"):
        search(toy, tmp_path / "run", settings=_settings("random", space=space))
    assert not (tmp_path / "run").exists()


def test_a_smaller_space_is_searched(toy: Landscape, tmp_path: Path) -> None:
    search(toy, tmp_path / "run", settings=_settings("random", space={"blocks": 1}))
    assert len(_measured(tmp_path / "run")) == 3


def test_only_the_recorded_executor_replays_with_one_worker(toy: Landscape, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a landscape has no data to train on"):
        search(toy, tmp_path / "run", executor="processes")
    with pytest.raises(InputError, match="replayed by one, got 2"):
        search(toy, tmp_path / "run", workers=2)
    assert not (tmp_path / "run").exists()


def test_the_run_says_that_it_is_a_replay(toy: Landscape, tmp_path: Path) -> None:
    search(toy, tmp_path / "run", settings=_settings("random"))
    recorded = RecordedRun.of(tmp_path / "run")
    assert recorded.source == toy.source
    with pytest.raises(RunError, match="measurements but no samples"):
        recorded.open_data()
    assert status_of(tmp_path / "run")["data"]["classes"] == 2


def test_the_preset_gives_the_strategy_and_the_landscape_all_else(toy: Landscape) -> None:
    preset = {"strategy": {"name": "random", "cells_per_size": 5}, "training": {"epochs": 99}, "fit_budget": True}
    settings = replay_settings(toy, preset)
    assert settings.strategy.model_dump() == {"cells_per_size": 5}
    assert settings.space == SPACE
    assert (settings.training, settings.network) == (toy.about.training, toy.about.network)
    assert not settings.fit_budget
