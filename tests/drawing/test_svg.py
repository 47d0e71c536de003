import re
from xml.etree import ElementTree

import pytest

from vilfredo.drawing.drawing import Drawing
from vilfredo.drawing.drawings import draw, network_drawing
from vilfredo.drawing.svg import DARK, LIGHT

_CELL = "[(-2, '3x3 conv', -1, '2x2 maxpool');(0, 'identity', -1, '5x5 dconv')]"
_SVG = "{http://www.w3.org/2000/svg}"


def _all() -> list[Drawing]:
    return [
        draw(_CELL),
        draw("[]"),
        draw("[(256, 'relu');dropout]"),
        draw("[(-1, 'gru', -1, '7 conv')]", kind="parallel"),
        network_drawing("cells", "[(-2, 'gru', -2, '7 conv')]"),
    ]


@pytest.mark.parametrize("drawing", _all(), ids=lambda drawing: drawing.scene.title)
@pytest.mark.parametrize("alone", [True, False])
def test_it_is_xml_that_needs_nothing_from_elsewhere(drawing: Drawing, alone: bool) -> None:
    text = drawing.svg if alone else drawing.inline
    root = ElementTree.fromstring(text)
    assert root.tag == f"{_SVG}svg"
    assert root.get("role") == "img"
    assert (root[0].tag, root[0].text) == (f"{_SVG}title", drawing.scene.title)
    assert (root[1].tag, root[1].text) == (f"{_SVG}desc", drawing.scene.description)
    assert float(root.get("width", 0)) == pytest.approx(drawing.scene.width, abs=0.1)
    assert not re.search(r"\bid=|href|url\(|@import|<script", text)  # several of them are on one page


def test_in_a_page_it_takes_the_pages_colours() -> None:
    inline = draw(_CELL).inline
    assert "<style" not in inline
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', inline)) - {"none"}
    assert colours <= {f"var(--{name}, {value})" for name, value in LIGHT.items()}
    assert f"var(--blue, {LIGHT['blue']})" in colours


def test_alone_it_brings_its_background_and_dark_colours() -> None:
    alone = draw(_CELL).svg
    assert "var(" not in alone
    used = set(re.findall(r'(?:fill|stroke)="(#\w+)"', re.sub(r"<style>.*</style>", "", alone)))
    assert used <= set(LIGHT.values())
    (style,) = re.findall(r"<style>(.*)</style>", alone)
    assert style.startswith("@media (prefers-color-scheme: dark)")
    for name, value in LIGHT.items():
        assert f'.vilfredo-drawing [fill="{value}"]{{fill:{DARK[name]}}}' in style


def test_each_colour_is_another() -> None:
    for palette in (LIGHT, DARK):
        assert len(set(palette.values())) == len(palette)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_texts_stand_out(palette: dict[str, str]) -> None:
    for text in ("ink", "muted"):
        for ground in ("paper", "card"):
            assert _contrast(palette[text], palette[ground]) > 4.5  # WCAG 2, level AA
    for line in ("blue", "orange", "green", "pink", "yellow", "sky", "grey"):
        assert _contrast(palette[line], palette["card"]) > 1.9


def _contrast(one: str, other: str) -> float:
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_names_from_users_are_escaped() -> None:
    name = '<script>&"☃\x07\u202e'
    text = draw(f"[(-1, '{name}', -1, '{name}')]").svg
    root = ElementTree.fromstring(text)
    texts = [element.text for element in root.iter(f"{_SVG}text")]
    assert '<script>&"☃��' in texts
    assert "<script" not in text


def test_long_names_are_cut_and_told_in_full_to_who_points_at_them() -> None:
    name = f"{'9' * 50} conv"
    root = ElementTree.fromstring(draw(f"[(-1, '{name}', -1, 'identity')]").svg)
    shown = [element.text or "" for element in root.iter(f"{_SVG}text")]
    assert any("…" in text for text in shown)
    assert any((tip.text or "").startswith(name) for tip in root.iter(f"{_SVG}title"))


def test_curves_are_curves_and_lines_are_lines() -> None:
    ways = [re.findall(r'<path d="(M[^"]*)" fill="none"', draw(text).svg) for text in (_CELL, "[(256, 'relu')]")]
    bent, straight = ("".join(found) for found in ways)
    assert bent.count("C") >= 4
    assert straight
    assert "C" not in straight
