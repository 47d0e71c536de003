"""What holds for every figure, of every run."""

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
from tests.report.runs import RUNS

from vilfredo.report.charts.chart import Axis, Band, Bars, Chart, Heat, Line, Points, Rule
from vilfredo.report.charts.figure import figure as drawn
from vilfredo.report.charts.svg import svg
from vilfredo.report.figures import figures
from vilfredo.report.page.figures import figure_html
from vilfredo.report.view import RunView

_EMPTY = ("nothing asked", "nothing measured", "failures only")
_DRAWN = ("cells", "table", "nll", "one network", "made up")
"""Runs whose figures are also drawn by matplotlib, which takes its time."""


@dataclass(frozen=True, eq=False)
class Shown:
    """A run and what there is to see of it."""

    kind: str
    view: RunView
    charts: Mapping[str, Sequence[Chart]]
    """By figure."""


@pytest.fixture(scope="module", params=list(RUNS))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("figures") / "run"
    RUNS[request.param](folder)
    view = RunView.of(folder)
    return Shown(request.param, view, {name: figure.charts(view) for name, figure in figures().items()})


@pytest.mark.parametrize("name", figures())
def test_captions_are_sentences(name: str) -> None:
    caption = figures()[name].CAPTION
    assert caption.endswith(".")
    assert caption == " ".join(caption.split())
    assert len(caption) > 100


def test_each_has_its_place() -> None:
    places = [figure.ORDER for figure in figures().values()]
    assert places == sorted(places)


@pytest.mark.parametrize("name", figures())
def test_charts_are_whole(name: str, run: Shown) -> None:
    charts = run.charts[name]
    assert len({chart.title for chart in charts}) == len(charts)
    for chart in charts:
        assert chart.title
        assert chart.layers
        assert not chart.note or chart.note.endswith(".")
        assert "nan" not in chart.note.split()
        assert "inf" not in chart.note.split()
        _check_axes(chart)
        for layer in chart.layers:
            _check(layer, chart)
        assert any(not isinstance(layer, Rule) for layer in chart.layers)


@pytest.mark.parametrize("name", figures())
def test_asking_twice_gives_the_same(name: str, run: Shown) -> None:
    assert repr(figures()[name].charts(run.view)) == repr(run.charts[name])


@pytest.mark.parametrize("name", figures())
def test_charts_become_pictures_of_a_page(name: str, run: Shown) -> None:
    charts = run.charts[name]
    for chart in charts:
        picture = ElementTree.fromstring(svg(chart))
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    shown = figure_html(name, run.view)
    assert shown.count('class="panel"') == len(charts)
    assert bool(shown) == bool(charts)


@pytest.mark.parametrize("name", figures())
def test_charts_become_figures_of_a_paper(name: str, run: Shown) -> None:
    charts = run.charts[name]
    if charts and run.kind in _DRAWN:
        page = io.BytesIO()
        drawn(charts).savefig(page, format="svg")
        assert page.getvalue().startswith(b"<?xml")


def test_without_networks_there_is_nothing_of_them_to_see(run: Shown) -> None:
    shown = {name for name, charts in run.charts.items() if charts}
    if run.kind in _EMPTY:
        assert shown <= {"steps", "timing", "predictions", "predicted-front"}
    else:
        assert shown >= {"front", "progress", "curves", "steps"}


def _check_axes(chart: Chart) -> None:
    for axis in (chart.x, chart.y):
        ends = [end for end in (axis.low, axis.high) if end is not None]
        assert all(map(math.isfinite, ends))
        assert len(ends) < 2 or ends[0] < ends[1]
        assert len(set(axis.categories)) == len(axis.categories)
        assert axis.label or axis.categories


def _check(layer: object, chart: Chart) -> None:
    match layer:
        case Points():
            assert len(layer.x) == len(layer.y) > 0
            assert len(layer.tips) in (0, len(layer.x))
        case Line():
            assert len(layer.x) == len(layer.y) > 0
        case Band():
            assert len(layer.x) == len(layer.low) == len(layer.high) > 0
        case Bars():
            assert len(layer.values) == len(_places(chart).categories) > 0
            assert len(layer.tips) in (0, len(layer.values))
        case Heat():
            assert len(layer.counts) == len(layer.y_edges) - 1
            assert all(len(row) == len(layer.x_edges) - 1 for row in layer.counts)
            assert list(layer.x_edges) == sorted(set(layer.x_edges))
            assert list(layer.y_edges) == sorted(set(layer.y_edges))
        case Rule():
            assert layer.x is None or layer.y is None
    # Whatever can't be drawn is left out as a NaN; infinities would move the axes.
    assert all(type(value) is float for value in _values(layer))
    assert not any(math.isinf(value) for value in _values(layer))


def _places(chart: Chart) -> Axis:
    return chart.y if chart.horizontal else chart.x


def _values(layer: object) -> Iterator[float]:
    for name in ("x", "y", "low", "high", "values", "x_edges", "y_edges"):
        found = getattr(layer, name, ())
        yield from found if isinstance(found, tuple) else () if found is None else (found,)


def test_the_runs_are_of_many_kinds() -> None:
    assert set(_EMPTY) | set(_DRAWN) <= set(RUNS)
