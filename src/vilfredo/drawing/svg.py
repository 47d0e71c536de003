"""A scene as SVG text: self-contained, without identifiers that could clash, all texts escaped."""

from collections.abc import Mapping
from html import escape

from vilfredo.drawing.paths import arrowhead
from vilfredo.drawing.scene import Arrow, Box, Colour, Point, Scene, Shape, Sum, Text
from vilfredo.palette import PALETTE

LIGHT: Mapping[str, str] = {
    **PALETTE,
    "grey": "#7a7a7a",
    "ink": "#1c1c1c",
    "muted": "#5c5c5c",
    "line": "#d0d0d0",
    "card": "#ffffff",
    "paper": "#f6f6f6",
}
"""A drawing lies on a card."""
DARK: Mapping[str, str] = {
    "blue": "#4aa8e0",
    "orange": "#f08a3c",
    "green": "#2cc59a",
    "pink": "#e29cc4",
    "yellow": "#f2bd4b",
    "sky": "#7cc8f2",
    "grey": "#a0a0a0",
    "ink": "#ececec",
    "muted": "#b4b4b4",
    "line": "#4a4a4a",
    "card": "#181818",
    "paper": "#242424",
}
TINT = 0.16
"""Opacity of what is inside of a coloured box."""
STROKE = 1.5
DASHES = (5.0, 4.0)
Colours = Mapping[str, str]

_FONT = "system-ui, 'DejaVu Sans', Verdana, sans-serif"


def svg(scene: Scene, *, alone: bool) -> str:
    """Write a scene as one ``<svg>`` element.

    Parameters
    ----------
    alone
        For a file of its own: with a background, and with colours for dark surroundings. Otherwise its colours are
        the page's variables ``--ink``, ``--blue``, …, light ones where it has none.
    """
    colours: Colours = {name: value if alone else f"var(--{name}, {value})" for name, value in LIGHT.items()}
    width, height = _number(scene.width), _number(scene.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="vilfredo-drawing" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" font-family="{_FONT}">',
        f"<title>{_text(scene.title)}</title>",
        f"<desc>{_text(scene.description)}</desc>",
    ]
    if alone:
        parts += [f"<style>{_dark()}</style>", f'<rect width="100%" height="100%" fill="{colours["card"]}"/>']
    return "\n".join([*parts, *(_shape(shape, colours) for shape in scene.shapes), "</svg>\n"])


def _dark() -> str:
    # By attribute: what knows no such rules, as a converter to PDF, still sees the light colours.
    rules = "".join(
        f'.vilfredo-drawing [{what}="{value}"]{{{what}:{DARK[name]}}}'
        for name, value in LIGHT.items()
        for what in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme: dark){{{rules}}}"


def _shape(shape: Shape, colours: Colours) -> str:
    match shape:
        case Box():
            return _box(shape, colours)
        case Arrow():
            return _arrow(shape, colours)
        case Sum():
            return _sum(shape, colours)
        case Text():
            return _label(shape, colours)


def _box(box: Box, colours: Colours) -> str:
    stroke = f'stroke="{colours[box.colour]}"'
    backgrounds: Mapping[str, Colour] = {"frame": "paper", "sheet": "card"}
    fill = f'fill="{colours[backgrounds.get(box.kind, box.colour)]}"'
    if box.kind == "ghost":
        fill, stroke = 'fill="none"', f'{stroke} stroke-dasharray="{DASHES[0]:g} {DASHES[1]:g}"'
    elif box.kind == "solid":
        fill += f' fill-opacity="{TINT}"'
    place = f'x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.width)}" height="{_number(box.height)}"'
    width = 1 if box.kind == "frame" else STROKE
    rectangle = f'<rect {place} rx="{_number(box.radius)}" {fill} {stroke} stroke-width="{width}"/>'
    inside = "".join(_label(text, colours) for text in box.texts())
    tip = f"<title>{_text(box.tip)}</title>" if box.tip else ""
    return f"<g>{tip}{rectangle}{inside}</g>" if tip or inside else rectangle


def _arrow(arrow: Arrow, colours: Colours) -> str:
    dashes = f' stroke-dasharray="{DASHES[0]:g} {DASHES[1]:g}"' if arrow.dashed else ""
    colour = colours[arrow.colour]
    line = f'<path d="{_way(arrow)}" fill="none" stroke="{colour}" stroke-width="{STROKE}"{dashes}/>'
    if not arrow.head:
        return line
    corners = " ".join(_point(point) for point in arrowhead(arrow.points))
    return f'{line}<polygon points="{corners}" fill="{colour}"/>'


def _way(arrow: Arrow) -> str:
    parts = [f"M{_point(arrow.points[0])}"]
    for start, first, second, end in arrow.curves:
        straight = any(start[side] == first[side] == second[side] == end[side] for side in (0, 1))
        parts.append(f"L{_point(end)}" if straight else f"C{_point(first)} {_point(second)} {_point(end)}")
    return "".join(parts)


def _sum(shape: Sum, colours: Colours) -> str:
    x, y, arm = shape.x, shape.y, shape.radius * 0.55
    circle = (
        f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(shape.radius)}" fill="{colours["card"]}" '
        f'stroke="{colours["ink"]}" stroke-width="{STROKE}"/>'
    )
    plus = f"M{_point((x - arm, y))}L{_point((x + arm, y))}M{_point((x, y - arm))}L{_point((x, y + arm))}"
    return f'{circle}<path d="{plus}" fill="none" stroke="{colours["ink"]}" stroke-width="{STROKE}"/>'


def _label(text: Text, colours: Colours) -> str:
    # The baseline is set by hand: dominant-baseline is not known everywhere.
    y = text.y + 0.36 * text.size
    return (
        f'<text x="{_number(text.x)}" y="{_number(y)}" font-size="{_number(text.size)}" '
        f'text-anchor="{text.anchor}" fill="{colours[text.colour]}">{_text(text.text)}</text>'
    )


def _point(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(text: str) -> str:
    """Escape, and leave out what XML cannot hold."""
    return escape("".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text))
