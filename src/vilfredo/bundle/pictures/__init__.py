"""The picture of a classifier's report: one page, one panel per question."""

import io
import warnings
from pathlib import Path
from typing import Any

from vilfredo.bundle.pictures.calibration import draw_calibration
from vilfredo.bundle.pictures.curves import Curves, draw_curves
from vilfredo.bundle.pictures.matrix import draw_matrix
from vilfredo.bundle.pictures.names import shown
from vilfredo.bundle.pictures.scores import draw_scores
from vilfredo.bundle.pictures.style import FORMATS, style
from vilfredo.bundle.report import TestReport
from vilfredo.errors import InputError
from vilfredo.files import write_whole

__all__ = ["Curves", "picture"]

_INCHES = (15.5, 12.5)
_DPI = 110


def picture(report: TestReport, curves: Curves, path: Path) -> None:
    """Draw confusion matrix, scores by class, calibration and learning curves.

    Parameters
    ----------
    path
        Where to write it; ``.png`` or ``.svg``.

    Raises
    ------
    InputError
        When the file's ending is another.
    OSError
        When it cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputError(f"picture: expected a file that ends in {' or '.join(FORMATS)}, not '{path.name}'.")
    import matplotlib.style  # noqa: PLC0415 - takes a second, and few commands draw

    # Whatever the user's own settings are, and without a trace in them.
    with matplotlib.style.context(["default", style()]), warnings.catch_warnings():
        # What a layout or a font lacks is no news to somebody who asked for a model.
        warnings.simplefilter("ignore")
        page = io.BytesIO()
        _page(report, curves).savefig(page, format=ending[1:], dpi=_DPI, metadata=FORMATS[ending])
    write_whole(path, page.getvalue())


def _page(report: TestReport, curves: Curves) -> Any:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above; no pyplot, which keeps figures and picks windows

    figure: Any = Figure(figsize=_INCHES, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)
    low, high = report.accuracy_interval
    figure.suptitle(
        f"Test accuracy {report.accuracy:.4f} on {report.samples} sample{'s' * (report.samples != 1)} "
        f"(95 % interval {low:.4f} to {high:.4f})",
        fontsize=15,
    )
    left, right = figure.subfigures(1, 2, width_ratios=(1.3, 1))
    above, below = left.subfigures(2, 1, height_ratios=(2.6, 1))
    draw_matrix(above, report, shown(report.labels, 14))
    draw_curves(below, curves)
    above, below = right.subfigures(2, 1, height_ratios=(1, 1))
    draw_scores(above, report, shown(report.labels, 18))
    draw_calibration(below, report)
    return figure
