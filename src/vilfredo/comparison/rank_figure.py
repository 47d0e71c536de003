"""The critical-difference diagram (Demšar 2006, figure 1): mean ranks, and bars over those not told apart."""

from collections.abc import Mapping
from typing import Any

_LINE = 0.16
"""Between two names, or two bars, in the panel's height."""


def draw_ranks(panel: Any, title: str, ranking: Mapping[str, Any], colours: Mapping[str, str]) -> None:
    """Draw a ranking, as JSON has it: ``ranks``, ``critical_difference``, ``groups``; the best is on the left."""
    ranks: Mapping[str, float] = ranking["ranks"]
    count, critical = len(ranks), ranking["critical_difference"]
    panel.set_axis_off()
    panel.set_xlim(0.35, count + 0.65)
    panel.set_ylim(-0.35 - _LINE * (count + len(ranking["groups"])) / 1.4, 0.75)
    panel.hlines(0, 1, count, color="black", linewidth=1.2)
    for tick in range(1, count + 1):
        panel.vlines(tick, 0, 0.06, color="black", linewidth=1)
        panel.text(tick, 0.09, str(tick), ha="center", va="bottom", fontsize=9.5)
    bottom = -_LINE * (len(ranking["groups"]) + 0.6)
    for place, (name, value) in enumerate(ranks.items()):
        left = place < (count + 1) // 2
        level = bottom - _LINE * (place if left else count - 1 - place)
        end = 0.92 if left else count + 0.08
        panel.plot([value, value, end], [0, level, level], color=colours[name], linewidth=1.4)
        side = "right" if left else "left"
        panel.text(end + (-0.03 if left else 0.03), level, f"{name} {value:.2f}", ha=side, va="center", fontsize=9.5)
    for number, group in enumerate(ranking["groups"]):
        level = -_LINE * (number + 0.55)
        panel.hlines(level, ranks[group[0]] - 0.03, ranks[group[-1]] + 0.03, color="black", linewidth=3.5)
    width = min(critical, count - 1)
    panel.hlines(0.45, 1, 1 + width, color="black", linewidth=1.5)
    for edge in (1, 1 + width):
        panel.vlines(edge, 0.41, 0.49, color="black", linewidth=1.5)
    beyond = " (beyond all ranks: nothing can be told apart)" if critical > count - 1 else ""
    panel.text(1, 0.52, f"CD {critical:.2f}{beyond}", ha="left", va="bottom", fontsize=9.5)
    p = ranking["friedman_p"]
    test = "" if p is None else f", Friedman p {p:.3f}"
    panel.set_title(f"Mean ranks over {ranking['datasets']} data sets{test}:\n{title}", fontsize=11)
