"""Every benchmark runs, at a size where its figures mean nothing: here in this process, as a slow test as it is."""

import json
from types import ModuleType

import pytest
from benchmarks.report import Report
from tests.benchmarks.answers import ChildHere

from benchmarks import __main__ as command
from benchmarks import full_size, overhead, probe, throughput, workers
from vilfredo.search.executors.local import Local
from vilfredo.search.presets import preset
from vilfredo.search.settings import resolve
from vilfredo.search.store import Store
from vilfredo.strategies.progress import trained

BENCHMARKS = command.benchmarks()


def _smoke(module: ModuleType) -> Report:
    shares = [0.0]
    report: Report = module.run("smoke", lambda share, note: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] <= 1
    json.dumps(report.to_json(), allow_nan=False)
    assert all(len(row) == len(report.columns) for row in report.rows)
    return report


@pytest.fixture(autouse=True)
def one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "processes" in request.fixturenames:
        return
    for module in (full_size, overhead, probe, throughput):
        monkeypatch.setattr(module, "Child", ChildHere)
    monkeypatch.setattr(workers, "find_executor", lambda name: Local)
    monkeypatch.setattr(workers, "available_cores", lambda: 2)


@pytest.fixture
def processes() -> None:
    """Leave everything as it is."""


@pytest.mark.slow
@pytest.mark.parametrize("name", BENCHMARKS)
def test_with_processes(name: str, processes: None) -> None:
    _smoke(BENCHMARKS[name])


@pytest.mark.parametrize("name", sorted({*BENCHMARKS} - {"throughput", "overhead"}))
def test_each_benchmark_runs(name: str) -> None:
    report = _smoke(BENCHMARKS[name])
    assert report.rows
    assert report.targets


def test_throughput_and_both_loops_learn() -> None:
    report = _smoke(throughput)
    assert len(report.rows) == 2
    losses = report.figures["losses"]
    assert set(losses) == {"ours", "plain"}
    assert all(values[-1] < 0.8 * values[0] for values in losses.values())


def test_overhead_and_its_parts_add_up() -> None:
    candidates = _smoke(overhead).figures["candidates"]
    assert len(candidates) == 4
    for times in candidates:
        assert times["training"][0] > 0
        assert times["probe"][0] > 0
        inside = sum(times[part][1] for part in ("training", "probe"))
        assert times["outside training"][1] == pytest.approx(times["all"][1] - inside)
        assert times["commit to SQLite"][1] > 0


def test_a_stopwatch_counts_and_goes_away() -> None:
    original = Store.add_measurement
    with overhead.stopwatch({"commit": (Store, "add_measurement")}) as times:
        assert Store.add_measurement is not original
        assert times == {"commit": (0.0, 0.0)}
    assert Store.add_measurement is original


def test_on_one_core_there_is_nothing_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "available_cores", lambda: 1)
    report = _smoke(workers)
    assert not report.rows
    assert report.notes == ["Needs two cores."]


def test_full_size_is_that_of_the_paper() -> None:
    settings = resolve(preset("paper-image"))
    state = full_size.after_four_blocks(settings.problem, 128, 16)
    parents, space = [text for text, _ in trained(state, state.step)], settings.problem.space
    assert {space.size_of(text) for text in parents} == {4}
    assert len(space.expand(space.codes(parents))) == 336_384
