"""Charts for papers: figures of matplotlib in the sizes of columns, and the files that they go into."""

import io
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vilfredo.bundle.pictures.style import style
from vilfredo.errors import InputError
from vilfredo.files import write_whole
from vilfredo.report.charts.chart import Chart
from vilfredo.report.charts.colours import HEX
from vilfredo.report.charts.panel import FONT, draw_panel, legend_shape, names_inches

FORMATS: Mapping[str, Mapping[str, Any]] = {
    ".pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
}
"""What may be drawn, by the file's ending, and what is kept out of the file: who made it when."""
COLUMN = 3.4
"""Inches: the width of a column in most journals, and so of a panel."""
_NARROWEST, _WIDEST = 2.0, 20.0
_BESIDE = 0.75
"""Inches of a panel's width that are not for its area, about."""
_AREA = (2.65, 1.75)
"""Inches of an area in a column; wider ones grow less high than wide."""
_GROWTH = 0.45
_NAME = 0.155
"""Inches that each name beside an area takes."""
_DPI = 200


def figure(charts: Sequence[Chart], *, columns: int | None = None, width: float = COLUMN) -> Any:
    """Return a figure with one panel for each chart.

    Parameters
    ----------
    charts
        At least one.
    columns
        Panels side by side; two, where there are several, if not given.
    width
        Of a panel, in inches, 2 to 20.

    Returns
    -------
    matplotlib.figure.Figure
        To be saved or shown; no window is opened.

    Raises
    ------
    InputError
        When there is no chart, `columns` is below one, or `width` is outside its range.
    """
    import matplotlib.style  # noqa: PLC0415 - takes a second, and few commands draw

    with matplotlib.style.context(["default", paper_style()]):
        return _figure(charts, columns, width)


def save(charts: Sequence[Chart], path: Path, *, columns: int | None = None, width: float = COLUMN) -> None:
    """Draw charts into a file: ``.pdf``, ``.png`` or ``.svg``. The same charts give the same bytes.

    Raises
    ------
    InputError
        When the file's ending is another, or there is nothing to draw.
    OSError
        When it cannot be written; nothing is left behind then.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        *others, last = FORMATS
        raise InputError(f"figure: expected a file that ends in {', '.join(others)} or {last}, not '{path.name}'.")
    import matplotlib.style  # noqa: PLC0415 - as above

    # Whatever the user's own settings are, and without a trace in them.
    with matplotlib.style.context(["default", paper_style()]), warnings.catch_warnings():
        # What a layout or a font lacks is no news to somebody who asked for a picture.
        warnings.simplefilter("ignore")
        page = io.BytesIO()
        _figure(charts, columns, width).savefig(page, format=ending[1:], dpi=_DPI, metadata=FORMATS[ending])
    write_whole(path, page.getvalue())


def paper_style() -> dict[str, Any]:
    """Return settings of matplotlib for figures as wide as a column, with letters that stay letters in a PDF."""
    return style() | {
        "font.size": FONT,
        "axes.titlesize": FONT + 1,
        "axes.labelsize": FONT,
        "axes.labelcolor": HEX["ink"],
        "axes.titlecolor": HEX["ink"],
        "legend.fontsize": FONT,
        "xtick.labelsize": FONT,
        "ytick.labelsize": FONT,
        "pdf.fonttype": 42,
        "ps.fonttype": 42,
        "svg.hashsalt": "vilfredo",
    }


def _figure(charts: Sequence[Chart], columns: int | None, width: float) -> Any:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above; no pyplot, which keeps figures and picks windows

    if not charts:
        raise InputError("figure: expected at least one chart, got none.")
    if columns is not None and columns < 1:
        raise InputError(f"figure: expected at least one column, got {columns}.")
    if not _NARROWEST <= width <= _WIDEST:
        raise InputError(f"figure: expected panels {_NARROWEST:g} to {_WIDEST:g} inches wide, got {width:g}.")
    across = min(columns or 2, len(charts))
    rows = [charts[start : start + across] for start in range(0, len(charts), across)]
    heights = [max(_height(chart, width) for chart in row) for row in rows]
    page: Any = Figure(figsize=(width * across, sum(heights)), layout="constrained")
    page.get_layout_engine().set(w_pad=0.05, h_pad=0.06)
    parts = page.subfigures(len(rows), across, squeeze=False, height_ratios=heights)
    for part, chart in zip(parts.flat, charts, strict=False):
        draw_panel(part, chart, _area(chart, width), width)
    return page


def _area(chart: Chart, width: float) -> tuple[float, float]:
    """Inches that are there for the area: it is higher where names beside it need that."""
    across = width - _BESIDE
    return across, max(_AREA[1] + _GROWTH * (across - _AREA[0]), _NAME * len(chart.y.categories))


def _height(chart: Chart, width: float) -> float:
    """Inches of a panel, with what stands above and below."""
    across, area = _area(chart, width)
    rows, _ = legend_shape(chart, width)
    return area + 0.85 + 0.16 * rows + names_inches(chart, across)
