import math
import re
from pathlib import Path

import pytest
from tests.report.charts.examples import ALL, LONG, bars, curves, empty, heat, scatter

from vilfredo.errors import InputError
from vilfredo.report.charts.chart import Axis, Chart, Heat, Line, Points
from vilfredo.report.charts.figure import figure, save


@pytest.mark.parametrize("ending", [".pdf", ".png", ".svg", ".PNG"])
def test_the_same_charts_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    for name in ("one", "two"):
        save([scatter(), bars()], tmp_path / f"{name}{ending}")
    content = (tmp_path / f"one{ending}").read_bytes()
    assert content == (tmp_path / f"two{ending}").read_bytes()
    assert not re.search(rb"CreationDate|Matplotlib v|<dc:date", content)
    assert {path.name for path in tmp_path.iterdir()} == {f"one{ending}", f"two{ending}"}


def test_letters_of_a_pdf_stay_letters(tmp_path: Path) -> None:
    save([curves()], tmp_path / "figure.pdf")
    content = (tmp_path / "figure.pdf").read_bytes()
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content


@pytest.mark.parametrize("name", ["figure.jpg", "figure", ".pdf"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=re.escape(f"ends in .pdf, .png or .svg, not '{name}'")):
        save([curves()], tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_nothing_to_draw_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at least one chart"):
        save([], tmp_path / "figure.png")
    with pytest.raises(InputError, match="at least one column"):
        figure([curves()], columns=0)


@pytest.mark.parametrize("name", ALL)
def test_each_can_be_drawn_without_a_warning(tmp_path: Path, name: str, recwarn: pytest.WarningsRecorder) -> None:
    save([ALL[name]], tmp_path / "figure.png")
    figure([ALL[name]])
    assert not recwarn.list


def test_cells_of_a_heat_without_an_end_are_left_out(tmp_path: Path) -> None:
    cells = Heat((0.0, 1.0, math.inf), (0.0, 1.0), ((3, 4),), "networks")
    made = figure([Chart("", Axis("x"), Axis("y"), (cells,))])
    assert len(made.subfigs[0].axes[0].collections[0].get_paths()) == 1


def test_panels_are_as_wide_as_a_column() -> None:
    assert figure([curves()]).get_size_inches()[0] == pytest.approx(3.4)
    made = figure([curves(), scatter(), heat()])
    assert made.get_size_inches()[0] == pytest.approx(6.8)
    assert len(made.subfigs) == 4
    assert figure([curves(), scatter(), heat()], columns=3).get_size_inches()[0] == pytest.approx(10.2)


def test_axes_have_the_ends_and_ticks_of_the_page() -> None:
    axes = figure([scatter()]).subfigs[0].axes[0]
    labels = [label.get_text().replace("\u00a0", " ") for label in axes.get_xticklabels()]
    assert "1 s" in labels
    assert axes.get_xscale() == "log"
    assert axes.get_xlim()[0] < 0.1
    assert axes.get_xlim()[1] > 4


def test_the_legend_lists_each_name_once() -> None:
    panel = figure([curves()]).subfigs[0]
    assert [text.get_text() for text in panel.legends[0].get_texts()] == ["mean ± sd", "with gaps", "steps"]
    assert not figure([empty()]).subfigs[0].legends


def test_long_names_are_shortened_and_the_first_is_at_the_top() -> None:
    axes = figure([bars(horizontal=True)]).subfigs[0].axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names[:2] == ["conv", "pool"]
    assert names[2].endswith("…")
    assert names[2] != LONG
    assert axes.yaxis_inverted()


def test_dollars_are_no_formulas_and_a_single_value_is_seen() -> None:
    chart = Chart("$x^2$", Axis("a_b"), Axis("$"), (Line((1.0,), (2.0,), "_hidden"), Points((1.0,), (2.0,))))
    panel = figure([chart]).subfigs[0]
    assert panel.axes[0].lines[0].get_marker() == "."
    assert panel.legends[0].get_texts()[0].get_text().endswith("_hidden")
    assert not panel.legends[0].get_title().get_parse_math()


def test_the_users_own_style_is_left_alone(tmp_path: Path) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    save([curves()], tmp_path / "figure.png")
    assert dict(matplotlib.rcParams) == before
