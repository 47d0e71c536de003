"""F1 of each class, the worst first: where more data would help."""

from collections.abc import Sequence
from typing import Any

from vilfredo.bundle.pictures.style import BLUE, GREY
from vilfredo.bundle.report import TestReport

_MOST = 20


def draw_scores(panel: Any, report: TestReport, names: Sequence[str]) -> None:
    """Draw a bar for each class that occurs or is answered; of many the worst twenty."""
    scored = [(each.f1, number) for number, each in enumerate(report.classes) if each.f1 is not None]
    # Of equals, first those of which more samples say so.
    worst = sorted(scored, key=lambda score: (score[0], -report.classes[score[1]].support))[:_MOST]
    axes = panel.subplots()
    places = range(len(worst))
    axes.barh(places, [f1 for f1, _ in worst], height=0.72, color=BLUE)
    axes.axvline(report.macro_f1, color=GREY, linestyle="--", linewidth=1.2)
    font = 10.5 if len(worst) <= 12 else 9
    axes.set_yticks(places, [names[number] for _, number in worst], fontsize=font)
    axes.tick_params(axis="y", length=0)
    for place, (f1, number) in enumerate(worst):
        text = f"{f1:.3f}   n = {report.classes[number].support}"
        axes.text(1.02, place, text, va="center", fontsize=font, clip_on=False)
    # Few bars stay slim: as if there were five.
    axes.set(xlim=(0, 1), ylim=(max(len(worst), 5) - 0.4, -0.6))
    axes.set_xlabel(f"F1; dashed: mean {report.macro_f1:.3f}")
    few = len(worst) == len(scored)
    axes.set_title("F1 by class, worst first" if few else f"F1 of the worst {len(worst)} of {len(scored)} classes")
