import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.reproduction import predictions, regressors
from benchmarks.reproduction.errors import Errors, forward, within
from benchmarks.reproduction.page import filled, marked
from benchmarks.reproduction.predictions import CEILING, between_seeds, chosen, everywhere, plain, prediction_table
from benchmarks.reproduction.regressors import grounds, regressor_tables
from benchmarks.reproduction.replays import replay
from benchmarks.reproduction.searched import Searched, accuracies, compared
from benchmarks.reproduction.searches import ratio_table, search_table
from benchmarks.reproduction.steps import measured, steps
from benchmarks.reproduction.table import Table
from benchmarks.reproduction.top import top_table
from tests.search import toy_landscape, toy_search

from benchmarks import reproduce
from vilfredo.comparison.folder import Ended, Folder
from vilfredo.errors import InputError, RunError
from vilfredo.predictors.ridge import Ridge
from vilfredo.predictors.sliding import SlidingBlocks
from vilfredo.predictors.sliding_linear import SlidingNnls, SlidingRidge
from vilfredo.search.landscape import Landscape, all_cells, cells_by_size
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.cells import parse_cell
from vilfredo.strategies.pnas import Pnas
from vilfredo.strategies.popnas_v1 import PopnasV1
from vilfredo.strategies.popnas_v3 import PopnasV3
from vilfredo.strategies.random import RandomSearch
from vilfredo.trials import Measurement, Proposal

PAGE = Path(__file__).parents[2] / "docs" / "reproduction.md"
SMALL = CellSpace(operators=("identity", "3x3 conv"), lookback=1, blocks=2)
CHEAP = (
    PopnasV3(beam_size=6, exploration_beam_size=1, accuracy_predictor=Ridge(), time_predictor=Ridge()),
    PopnasV1(beam_size=6, controller=Ridge()),
    Pnas(beam_size=6, accuracy_predictor=Ridge()),
    RandomSearch(cells_per_size=6),
)


def _additive(proposal: Proposal) -> Measurement:
    """A network whose time is a part for all, and a part for each operator; better and larger with convolutions."""
    plain = toy_search.result(proposal)
    blocks = parse_cell(proposal.architecture).blocks
    names = [name for block in blocks for name in (block.op1, block.op2)]
    convolutions = names.count("3x3 conv")
    objectives = {
        **plain.objectives,
        "accuracy": 1 - 0.5 ** (1 + convolutions),
        "training_time": 1 + 2.0 * convolutions + 1.0 * names.count("identity"),
        "parameters": 10.0 + 100 * convolutions,
    }
    return plain.model_copy(update={"objectives": objectives})


@pytest.fixture(scope="module")
def landscape(tmp_path_factory: pytest.TempPathFactory) -> Landscape:
    path = tmp_path_factory.mktemp("reproduce") / "toy.npz"
    again = all_cells(SMALL)[1:12]
    return toy_landscape.landscape(path, measure=_additive, again=again, spaces=(SMALL,))


@pytest.fixture(scope="module")
def searches(landscape: Landscape) -> list[Searched]:
    return [replay(landscape, strategy, seed) for strategy in CHEAP for seed in (0, 1)]


def _column(table: Table, heading: str) -> list[object]:
    place = [name for name, _ in table.columns].index(heading)
    return [row[place] for row in table.rows]


def test_times_that_add_up_are_predicted_exactly(landscape: Landscape) -> None:
    seen = steps(landscape, SMALL, 0)
    assert [(step.size, len(step.times)) for step in seen] == [(0, 1), (1, 3), (2, 27)]
    encoding = SlidingBlocks(blocks=2, reindex="static")
    assert forward(SlidingNnls(encoding=encoding), seen).proper(2) < 1e-6
    assert within(SlidingNnls(encoding=encoding), seen[2]) < 1e-6
    ridge = SlidingRidge(encoding=encoding)
    assert forward(ridge, seen, thrust=False).proper(2) != forward(ridge, seen).proper(2)


def test_progressive_errors_are_the_mean_up_to_a_size() -> None:
    errors = Errors({2: np.array([0.1, -0.3]), 3: np.array([-0.5, -0.5])})
    assert [errors.proper(size) for size in (2, 3)] == pytest.approx([0.2, 0.5])
    assert [errors.progressive(size) for size in (2, 3)] == pytest.approx([0.2, 0.35])
    assert [errors.bias(size) for size in (2, 3)] == pytest.approx([-0.1, -0.5])
    assert errors.absolute.max() == pytest.approx(0.5)
    assert all(math.isnan(value) for value in (errors.proper(4), errors.progressive(4), errors.bias(4)))


def test_tables_of_the_regressors(landscape: Landscape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regressors, "TREES", 1)
    assert [len(ground.seeds) for ground in grounds([landscape])] == [3]
    third, fourth, fifth, sixth, thrust = regressor_tables([landscape])
    assert _column(third, "regressor") == ["block sum", "Ridge", "NNLS", "boosted trees"]
    assert _column(third, "within, B = 2")[0] is None
    # What all networks cost is counted with each block.
    assert all(isinstance(bias, float) and bias > 0 for bias in _column(third, "bias, B = 2")[:1])
    assert len(fourth.rows) == 10
    assert _column(fourth, "proper, B = 2")[8] == pytest.approx(0, abs=1e-6)
    assert [row[1] for row in fifth.rows] == [row[1] for row in sixth.rows] == ["static", "dynamic"]
    assert len(thrust.rows) == 2
    for least, mean, greatest in zip(
        *(_column(fifth, name) for name in ("least", "mean error", "greatest")), strict=True
    ):
        assert isinstance(least, float)
        assert isinstance(mean, float)
        assert isinstance(greatest, float)
        assert least <= mean <= greatest


def test_replays_are_whole_and_the_same_again(landscape: Landscape, searches: list[Searched]) -> None:
    again = replay(landscape, CHEAP[0], 0)
    assert [m.architecture for m in again.measurements] == [m.architecture for m in searches[0].measurements]
    assert again.seconds == pytest.approx(len(again.measurements) * toy_landscape.SECONDS)
    assert again.seconds_from(2) == pytest.approx(len(again.trained(2)) * toy_landscape.SECONDS)
    assert len(again.of_size(1)) == 3
    assert accuracies(again.trained()).tolist() == sorted(
        (m.objectives["accuracy"] for m in again.trained()), reverse=True
    )


def test_table_of_the_best_cells(landscape: Landscape, searches: list[Searched]) -> None:
    table = top_table(landscape, searches)
    rows = {(row[0], row[1]): row[2:] for row in table.rows}
    oracle = [rows["all cells (oracle)", top] for top in ("1", "5", "25", "all")]
    assert oracle[0][1] > oracle[1][1] > oracle[2][1] > oracle[3][1]  # type: ignore[operator]
    assert list(rows["all cells (oracle)", "how many"]) == [3, 27]
    assert rows["pnas", "1"][1] <= oracle[0][1]  # type: ignore[operator]
    assert math.isnan(rows["pnas", "25"][1])  # type: ignore[arg-type]
    assert math.isnan(rows["all cells, in popnas-v1's predicted order", "1"][0])  # type: ignore[arg-type]


def test_table_of_predictions(landscape: Landscape, searches: list[Searched]) -> None:
    live = [replace(search, replayed=False) for search in searches]
    of_accuracy = prediction_table("v3-table-4", "accuracy", live)
    assert _column(of_accuracy, "prediction") == ["predictor", "log parameters", CEILING]
    # With every seed the cells come in the same order, but for ties.
    assert _column(of_accuracy, "ρ, b = 2")[2] == pytest.approx(1, abs=0.05)
    # In a landscape most cells have one training: that seeds agree on it says nothing.
    assert math.isnan(_column(prediction_table("v3-table-4", "accuracy", searches), "ρ, b = 2")[2])  # type: ignore[arg-type]
    predicted, known = chosen(searches[0], 2, "training_time")
    assert predicted.shape == known.shape == (len(searches[0].of_size(2)),)
    assert np.isfinite(plain(searches[0], 2, "training_time")[0]).all()
    assert len(plain(searches[0], 1, "training_time")[0]) == 0


def test_predictions_of_all_cells(landscape: Landscape, searches: list[Searched]) -> None:
    cells = steps_of_two(landscape)
    predicted, known = everywhere(landscape, searches[0], cells, 2, "accuracy", Ridge())
    assert predicted.shape == known.shape == (27,)
    # What was predicted of those that were chosen is the same, of all cells or of some.
    of_all = dict(zip((m.architecture for m in cells), predicted.tolist(), strict=True))
    those = [m.architecture for m in searches[0].of_size(2)]
    assert [of_all[cell] for cell in those] == pytest.approx(chosen(searches[0], 2, "accuracy")[0])
    assert len(everywhere(landscape, searches[0], cells, 3, "accuracy", Ridge())[0]) == 0
    assert plain(searches[0], 2, "accuracy", cells)[0].shape == (27,)


def test_a_landscape_has_rows_of_all_cells(
    landscape: Landscape, searches: list[Searched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "ACCURACY", Ridge())
    table = prediction_table("v3-table-4", "accuracy", searches, [landscape])
    of_all = [f"{name}, all cells{after}" for after in ("", ", after pnas") for name in ("predictor", "log parameters")]
    assert _column(table, "prediction") == ["predictor", "log parameters", *of_all, CEILING]
    assert _column(table, "cells, b = 2")[2:] == [27, 27, 27, 27, 8]  # eight of two blocks have several seeds


def steps_of_two(landscape: Landscape) -> list[Measurement]:
    return measured(landscape, cells_by_size(SMALL)[2], 0)


def test_seeds_are_paired_on_what_both_have() -> None:
    cells = {name: float(place) for place, name in enumerate("abcdef")}
    pairs = between_seeds({0: cells, 1: {name: 2 * cells[name] for name in "abcd"}, 2: {"a": 1.0}})
    assert [(one.tolist(), other.tolist()) for one, other in pairs] == [([0, 1, 2, 3], [0, 2, 4, 6])]


def test_tables_of_searches(searches: list[Searched]) -> None:
    table = search_table(searches)
    assert _column(table, "strategy") == ["popnas-v3", "popnas-v1", "pnas", "random"]
    assert _column(table, "networks")[2] == "10 (6)"  # the empty cell, 3 of one block, the beam
    ratios = ratio_table(searches)
    ours = sum(len(search.trained(2)) for search in searches if search.strategy == "popnas-v3")
    assert _column(ratios, "networks, b ≥ 2") == [pytest.approx(12 / ours)]
    assert ratio_table([search for search in searches if search.strategy != "pnas"]).rows == []


def test_a_comparison_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no ended run"):
        compared(tmp_path)
    folder = Folder(tmp_path)
    for seed in (0, 1):
        run = folder.run("toy", "popnas-v3", seed)
        run.parent.mkdir(exist_ok=True)
        toy_search.run(run, toy_search.settings({"seed": seed}))
    folder.keep_ended(folder.run("toy", "popnas-v3", 0), Ended(ending="finished"))
    (found,) = compared(tmp_path)
    assert (found.data, found.strategy, found.seed, found.test) == ("toy, live", "popnas-v3", 0, None)
    assert len(found.of_size(1)) == 3
    assert chosen(found, 2, "accuracy")[0].size > 0
    row = {"folder": f"elsewhere/{folder.run('toy', 'popnas-v3', 0).name}", "test": {"mean": 0.5}}
    (tmp_path / "comparison.json").write_text(json.dumps({"data": [{"runs": [row]}]}))
    assert [search.test for search in compared(tmp_path)] == [0.5]
    (tmp_path / "comparison.json").write_text('{"data": [{"runs": [{}]}]}')
    with pytest.raises(RunError, match="is damaged"):
        compared(tmp_path)


def test_tables_are_put_between_their_markers() -> None:
    page = "Words.\n<!-- table one -->\nold\n<!-- end -->\nMore.\n<!-- table two -->\nkept\n<!-- end -->\n"
    table = Table("one", [("name", ""), ("value", ".2f")], [["a", 1.005], ["b", None], ["c", math.nan]])
    found = filled(page, [table])
    assert found == (
        "Words.\n<!-- table one -->\n\n| name | value |\n|---|---:|\n"
        "| a | 1.00 |\n| b | – |\n| c | – |\n\n<!-- end -->\n"
        "More.\n<!-- table two -->\nkept\n<!-- end -->\n"
    )
    assert filled(found, [table]) == found
    assert table.to_json()["rows"] == [["a", 1.005], ["b", None], ["c", None]]
    with pytest.raises(InputError, match="no place for three"):
        filled(page, [Table("three", [], [])])


def test_the_command_fills_the_page(tmp_path: Path, landscape: Landscape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproduce, "strategies", lambda beam: list(CHEAP))
    monkeypatch.setattr(regressors, "TREES", 1)
    # Their own tests are above; fitting the papers' predictors takes too long here.
    monkeypatch.setattr(reproduce, "top_table", lambda *_: Table("v1-table-7", [("cells", "")], [["toy"]]))
    monkeypatch.setattr(reproduce, "prediction_table", lambda *given: prediction_table(*given[:3]))
    page, figures = tmp_path / "page.md", tmp_path / "out" / "figures.json"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    path = landscape.source.removeprefix("landscape:")
    reproduce.main(["--landscape", path, "--out", str(page), "--json", str(figures), "--seeds", "1"])
    assert "toy, replayed to the end" in page.read_text(encoding="utf-8")
    assert set(json.loads(figures.read_text())["tables"]) == set(marked(page.read_text(encoding="utf-8")))
    with pytest.raises(SystemExit, match="is unknown"):
        reproduce.main(["--landscape", "digit", "--out", str(page), "--json", str(figures)])


def test_the_page_has_every_table_filled() -> None:
    text = PAGE.read_text(encoding="utf-8")
    wanted = [f"v1-table-{number}" for number in (3, 4, 5, 6, 7)] + [f"v3-table-{number}" for number in (4, 5, 6)]
    assert set(marked(text)) == {*wanted, "v1-thrust", "v3-table-6-ratios"}
    for body in re.findall(r"<!-- table \S+ -->\n(.*?)<!-- end -->", text, re.DOTALL):
        assert len(body.strip().splitlines()) > 2
