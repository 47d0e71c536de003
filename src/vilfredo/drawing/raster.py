"""A scene as PNG or PDF, by matplotlib: the same look as the SVG's, in light colours."""

import io
import warnings
from collections.abc import Mapping
from typing import Any

from vilfredo.drawing.paths import arrowhead
from vilfredo.drawing.scene import Arrow, Box, Scene, Shape, Sum, Text
from vilfredo.drawing.svg import DASHES, LIGHT, STROKE, TINT

_PER_INCH = 96.0
"""Pixels of a page."""
_POINTS = 72 / _PER_INCH
"""In a pixel."""
_DPI = 192
_MOST = 30_000
"""Pixels of a picture's side: larger ones get fewer dots per inch."""
_METADATA: Mapping[str, Mapping[str, Any]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""What is kept out of the file: who made it when."""


def raster(scene: Scene, form: str) -> bytes:
    """Draw a scene.

    Parameters
    ----------
    form
        ``png`` or ``pdf``.
    """
    import matplotlib.style  # noqa: PLC0415 - takes a second, and SVG doesn't need it
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above; no pyplot, which keeps figures and picks windows

    settings: dict[str, Any] = {"font.family": ["DejaVu Sans"], "text.parse_math": False, "text.usetex": False}
    # Fonts are embedded as outlines that editors and journals accept.
    settings["pdf.fonttype"] = 42
    with matplotlib.style.context(["default", settings]), warnings.catch_warnings():
        # A letter that the font lacks is a box, and no news to who drew it.
        warnings.simplefilter("ignore")
        figure: Any = Figure(figsize=(scene.width / _PER_INCH, scene.height / _PER_INCH), facecolor=LIGHT["card"])
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, scene.width), ylim=(scene.height, 0))
        axes.set_axis_off()
        for layer, shape in enumerate(scene.shapes):
            _draw(axes, shape, layer)
        dpi = min(_DPI, _MOST * _PER_INCH / max(scene.width, scene.height))
        content = io.BytesIO()
        figure.savefig(content, format=form, dpi=dpi, metadata=_METADATA[form])
    return content.getvalue()


def _draw(axes: Any, shape: Shape, layer: int) -> None:
    match shape:
        case Box():
            _box(axes, shape, layer)
        case Arrow():
            _arrow(axes, shape, layer)
        case Sum():
            _sum(axes, shape, layer)
        case Text():
            _label(axes, shape, layer)


def _box(axes: Any, box: Box, layer: int) -> None:
    from matplotlib.colors import to_rgba  # noqa: PLC0415 - as above
    from matplotlib.patches import FancyBboxPatch  # noqa: PLC0415 - as above

    inside: Any = {
        "frame": LIGHT["paper"],
        "ghost": "none",
        "sheet": LIGHT["card"],
        "solid": to_rgba(LIGHT[box.colour], TINT),
    }[box.kind]
    style = f"round,pad=0,rounding_size={min(box.radius, box.width / 2, box.height / 2)}"
    patch = FancyBboxPatch((box.x, box.y), box.width, box.height, boxstyle=style, mutation_aspect=1, zorder=layer)
    patch.set(facecolor=inside, edgecolor=LIGHT[box.colour], linewidth=(1 if box.kind == "frame" else STROKE) * _POINTS)
    if box.kind == "ghost":
        patch.set_linestyle((0, DASHES))
    axes.add_patch(patch)
    for text in box.texts():
        _label(axes, text, layer)


def _arrow(axes: Any, arrow: Arrow, layer: int) -> None:
    from matplotlib.patches import PathPatch, Polygon  # noqa: PLC0415 - as above
    from matplotlib.path import Path  # noqa: PLC0415 - as above

    codes = [Path.MOVETO, *[Path.CURVE4] * (len(arrow.points) - 1)]
    patch = PathPatch(Path(list(arrow.points), codes), facecolor="none", zorder=layer)
    patch.set(edgecolor=LIGHT[arrow.colour], linewidth=STROKE * _POINTS, capstyle="butt")
    if arrow.dashed:
        patch.set_linestyle((0, DASHES))
    axes.add_patch(patch)
    if arrow.head:
        axes.add_patch(Polygon(arrowhead(arrow.points), facecolor=LIGHT[arrow.colour], edgecolor="none", zorder=layer))


def _sum(axes: Any, shape: Sum, layer: int) -> None:
    from matplotlib.patches import Circle  # noqa: PLC0415 - as above

    look = {"edgecolor": LIGHT["ink"], "linewidth": STROKE * _POINTS, "zorder": layer}
    axes.add_patch(Circle((shape.x, shape.y), shape.radius, facecolor=LIGHT["card"], **look))
    arm = shape.radius * 0.55
    for across, down in ((arm, 0.0), (0.0, arm)):
        ends = [shape.x - across, shape.x + across], [shape.y - down, shape.y + down]
        axes.plot(*ends, color=LIGHT["ink"], linewidth=STROKE * _POINTS, zorder=layer, solid_capstyle="butt")


def _label(axes: Any, text: Text, layer: int) -> None:
    place = {"start": "left", "middle": "center", "end": "right"}[text.anchor]
    # Above what is inside its box; the baseline as in the SVG.
    axes.text(
        text.x,
        text.y + 0.36 * text.size,
        text.text,
        fontsize=text.size * _POINTS,
        color=LIGHT[text.colour],
        ha=place,
        va="baseline",
        zorder=layer + 0.5,
    )
