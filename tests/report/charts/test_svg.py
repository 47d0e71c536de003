import itertools
import math
import re
from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.charts.examples import ACCURACY, ALL, LONG, NASTY, SYMBOLS, TIME, bars, curves, empty, nasty, scatter
from tests.report.charts.test_ticks import QUANTITIES

from vilfredo.report.charts.chart import PALETTE, Axis, Band, Bars, Chart, Heat, Line, Points, Rule
from vilfredo.report.charts.svg import describe, svg
from vilfredo.report.charts.text import width

NAME = "{http://www.w3.org/2000/svg}"


def tree(chart: Chart, *size: float) -> Element:
    return fromstring(str(svg(chart, *size)))


def texts(chart: Chart) -> list[str]:
    return [element.text or "" for element in tree(chart).iter(f"{NAME}text")]


def view(element: Element) -> tuple[float, float]:
    _, _, wide, high = map(float, element.attrib["viewBox"].split())
    return wide, high


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("size", [(480, 320), (300, 160), (1, 1), (1000, 400)])
def test_each_is_well_formed_and_all_its_numbers_are_numbers(name: str, size: tuple[float, float]) -> None:
    drawn = str(svg(ALL[name], *size))
    root = fromstring(drawn)
    assert root.attrib["role"] == "img"
    assert "nan" not in drawn.lower().replace("nand", "")
    assert "inf" not in drawn
    assert not re.search(r"\sid=|url\(|<script|href", drawn)


@pytest.mark.parametrize("name", ALL)
def test_the_same_chart_is_the_same_text(name: str) -> None:
    assert svg(ALL[name]) == svg(ALL[name])


def test_it_scales_with_what_it_is_put_into() -> None:
    root = tree(curves(), 600, 300)
    assert view(root) == (600, 300)
    assert "width:100%;height:auto" in root.attrib["style"]


def test_texts_of_users_are_escaped_and_kept() -> None:
    drawn = str(svg(nasty()))
    assert "<script" not in drawn
    assert "\x00" not in drawn
    assert "\u202e" not in drawn
    root = fromstring(drawn)
    assert root.attrib["aria-label"] == "<script>alert(\"1\")</script> & 'x'"
    tips = re.findall(r'data-tip="([^"]*)"', drawn)
    assert len(tips) == 2
    assert tips[1].endswith("\nsecond line")


def test_title_axes_legend_and_rule_are_written() -> None:
    written = texts(scatter())
    for text in ("Accuracy and time", "training time per epoch", "accuracy", "dot", "k-nearest neighbours", "1\u00a0s"):
        assert text in written


def test_layers_of_one_name_share_a_line_of_the_legend() -> None:
    assert texts(curves()).count("mean ± sd") == 1


def test_an_empty_chart_says_so() -> None:
    assert "nothing to show yet" in texts(empty())
    assert "nothing to show yet" not in texts(curves())
    nothing = Points((math.nan,), (1.0,), "p")
    assert "nothing to show yet" in texts(Chart("", TIME, ACCURACY, (nothing,)))


def test_each_colour_is_the_pages_own_with_one_for_paper() -> None:
    drawn = str(svg(scatter()))
    assert "var(--blue, #0072B2)" in drawn
    assert (
        set(re.findall(r"#[0-9a-fA-F]{3,6}", re.sub(r"var\(--[a-z]+, (var\(--[a-z]+, )?#\w+\)*", "", drawn))) == set()
    )


def test_it_grows_for_the_names_of_many_bars() -> None:
    many = bars(tuple(f"operator {k}" for k in range(50)), horizontal=True)
    _, high = view(tree(many))
    assert high > 50 * 14
    assert len([text for text in texts(many) if text.startswith("operator ")]) == 50


def test_long_names_are_shortened_and_told_in_full() -> None:
    for chart in (bars(), bars(horizontal=True)):
        labels = [element for element in tree(chart).iter(f"{NAME}text") if (element.text or "").endswith("…")]
        assert [label.findtext(f"{NAME}title") for label in labels] == [LONG]


def test_thousands_of_points_stay_small() -> None:
    x = tuple(1 + 0.01 * (k % 97) for k in range(5000))
    y = tuple(0.5 + 0.3 * math.sin(k) for k in range(5000))
    for symbol, most in (("dot", 80_000), ("ring", 250_000), ("cross", 250_000)):
        points = Points(x, y, "all", symbol=symbol, tips=tuple("cell" for _ in x))  # type: ignore[arg-type]
        drawn = str(svg(Chart("", TIME, ACCURACY, (points,))))
        assert len(drawn) < most
        assert "data-tip" not in drawn


def test_values_are_told_where_nothing_else_is() -> None:
    chart = Chart("", TIME, ACCURACY, (Points((0.25,), (0.9,), "front"),))
    assert 'data-tip="front\ntraining time per epoch: 250 ms\naccuracy: 0.9"' in str(svg(chart))


@pytest.mark.parametrize("count", [2, 5, 12, 40, 150])
@pytest.mark.parametrize("length", [1, 8, 30])
@pytest.mark.parametrize("wide", [240.0, 480.0])
def test_level_names_never_run_into_each_other(count: int, length: int, wide: float) -> None:
    names = tuple(f"{k:03}" + "n" * length for k in range(count))
    root = tree(bars(names), wide)
    for group in root.iter(f"{NAME}g"):
        labels = [label for label in group.findall(f"{NAME}text") if (label.text or "")[:2].isdigit()]
        if group.attrib.get("text-anchor") == "middle":
            spans = sorted(
                (x - width(text, 11) / 2, x + width(text, 11) / 2)
                for x, text in ((float(label.attrib["x"]), label.text or "") for label in labels)
            )
            assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
        else:
            turned = sorted(
                float(match[1])
                for label in labels
                if (match := re.match(r"translate\((-?[\d.]+)", label.attrib.get("transform", "")))
            )
            # Slanted by 40 degrees, lines of text lie beside each other from here on.
            assert all(b - a >= 11 / math.sin(math.radians(40)) for a, b in itertools.pairwise(turned))


@pytest.mark.parametrize("wide", [200.0, 320.0, 480.0])
@pytest.mark.parametrize("quantity", ["number", "fraction", "seconds", "count", "percent"])
@pytest.mark.parametrize("log", [True, False])
def test_tick_labels_never_run_into_each_other(wide: float, quantity: str, log: bool) -> None:
    for low, high in ((0.0123, 0.0124), (0.5, 300.0), (1e-9, 1e12), (123456.0, 123567.0)):
        axis = Axis("x", quantity, logarithmic=log, low=low, high=high)  # type: ignore[arg-type]
        chart = Chart("", axis, axis, (Line((low, high), (low, high)),))
        for group in tree(chart, wide, 200).iter(f"{NAME}g"):
            labels = [(label.text or "", label.attrib) for label in group.findall(f"{NAME}text")]
            if group.attrib.get("text-anchor") == "end":
                heights = sorted(float(place["y"]) for _, place in labels)
                assert all(b - a >= 11 for a, b in itertools.pairwise(heights))
            elif group.attrib.get("text-anchor") == "middle" and labels[0][0] != "x":
                places = sorted((float(place["x"]), width(text, 11)) for text, place in labels)
                for (x, size), (other, next_size) in itertools.pairwise(places):
                    assert x + size / 2 <= other - next_size / 2


def test_a_legend_of_many_names_wraps_within_the_picture() -> None:
    lines = tuple(Line((0.0, 1.0), (0.0, 1.0), f"network number {k}", PALETTE[k % 6]) for k in range(12))
    root = tree(Chart("", TIME, ACCURACY, lines), 300)
    named = [label for label in root.iter(f"{NAME}text") if (label.text or "").startswith("network number")]
    assert len(named) == 12
    assert len({label.attrib["y"] for label in named}) > 4
    assert all(float(label.attrib["x"]) + width(label.text or "", 11.5) <= 300 for label in named)


def test_what_is_shown_is_said_in_words() -> None:
    said = describe(replace(curves(), note="It rises."))
    assert said.startswith("Across: networks trained. Upwards: accuracy. Shown: mean ± sd (a band)")
    assert said.endswith("It rises.")
    assert NASTY not in describe(nasty())


def test_labels_of_rules_keep_off_each_other_and_off_the_data() -> None:
    points = Points(tuple(80.0 + k for k in range(20)), (5.2,) * 20)
    rules = (Rule(y=5.0, label="first one"), Rule(y=5.1, label="second one"), Rule(y=2.0, label="third one"))
    chart = Chart("", Axis("x", low=0, high=100), Axis("y", low=0, high=10), (points, *rules))
    group = tree(chart)
    placed = {label.text: label.attrib for label in group.iter(f"{NAME}text") if (label.text or "").endswith(" one")}
    assert len(placed) == 3
    boxes = [
        (float(at["x"]), float(at["y"]) - 11, float(at["x"]) + width(text or "", 11), float(at["y"]) + 3)
        for text, at in placed.items()
    ]
    for one, other in itertools.combinations(boxes, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert boxes[1][2] < 300


def test_a_lone_value_of_a_line_is_seen_and_bars_below_zero_hang() -> None:
    lone = svg(Chart("", TIME, ACCURACY, (Line((1.0, 2.0, 3.0), (0.5, math.nan, 0.6)),)))
    assert len(re.findall(r"M[\d.]+ [\d.]+h0", lone)) == 2
    chart = Chart("", Axis("x", categories=("a", "b")), Axis("y"), (Bars((-1.0, 1.0)),))
    below, above = (element.attrib for element in tree(chart).iter(f"{NAME}rect"))
    assert float(below["y"]) == pytest.approx(float(above["y"]) + float(above["height"]), abs=0.11)


@pytest.mark.parametrize("turned", [False, True])
def test_the_label_of_a_rule_is_not_on_the_far_side_of_one_alike(turned: bool) -> None:
    low, high = Rule(y=5.0, label="low"), Rule(y=5.1, label="high")
    if turned:
        low, high = high, low
    root = tree(Chart("", Axis("x", low=0, high=10), Axis("y", low=0, high=10), (low, high)))
    heights = {label.text: float(label.attrib["y"]) for label in root.iter(f"{NAME}text")}
    assert heights["high"] < heights["low"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_in_it_can_be_drawn(data: st.DataObject) -> None:
    values = tuple(data.draw(st.lists(st.floats(), min_size=1, max_size=5)))
    other = tuple(data.draw(st.floats()) for _ in values)
    name = data.draw(st.text(max_size=20))
    counts = tuple(tuple(data.draw(st.integers(0, 9)) for _ in values[1:]) for _ in values[1:])
    end = st.none() | st.floats()
    axes = [
        Axis(name, data.draw(st.sampled_from(QUANTITIES)), data.draw(st.booleans()), data.draw(end), data.draw(end))
        for _ in "xy"
    ]
    categories = tuple(name + str(k) for k in range(len(values))) if data.draw(st.booleans()) else ()
    horizontal = data.draw(st.booleans())
    axes[horizontal] = replace(axes[horizontal], categories=categories)
    layers = (
        Points(values, other, name, symbol=data.draw(st.sampled_from(SYMBOLS))),
        Line(values, other, name, steps=data.draw(st.booleans())),
        Band(values, other, other[::-1], name),
        Heat(tuple(sorted(values)), tuple(sorted(other)), counts, name),
        Rule(x=values[0], label=name),
        Rule(y=other[0], label=name),
        Rule(label=name),
        Bars(values, name),
    )
    shown = tuple(layer for layer in layers if data.draw(st.booleans()))
    chart = Chart(name, axes[0], axes[1], shown, horizontal=horizontal)
    drawn = str(svg(chart, data.draw(st.floats(1, 900)), data.draw(st.floats(1, 900))))
    for attributes in (element.attrib for element in fromstring(drawn).iter()):
        numbers = " ".join(value for key, value in attributes.items() if key not in {"data-tip", "aria-label", "style"})
        assert not re.search(r"nan|inf|e[+-]\d", numbers)
