"""The reliability diagram, which shows whether it is right as often as it says (Guo et al. 2017, figure 1)."""

from typing import Any

import numpy as np

from vilfredo.bundle.pictures.style import BLUE, GREY
from vilfredo.bundle.report import TestReport, wilson_interval


def draw_calibration(panel: Any, report: TestReport) -> None:
    """Draw the share of right answers over their confidence, and below it how many samples stand behind each point."""
    upper, lower = panel.subplots(2, 1, sharex=True, height_ratios=(3.2, 1))
    upper.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1.2, label="right as often as it says")
    filled = [(each.confidence, each.accuracy, each.count) for each in report.bins if each.count]
    confidence, accuracy = (np.array(values, dtype=float) for values in list(zip(*filled, strict=True))[:2])
    bounds = np.array([wilson_interval(round(right * count), count) for _, right, count in filled if right is not None])
    reach = np.abs(bounds.T - accuracy)  # (2, points)
    upper.errorbar(confidence, accuracy, yerr=reach, fmt="o-", color=BLUE, markersize=5, elinewidth=1, capsize=2.5)
    upper.plot([], [], "o-", color=BLUE, markersize=5, label="this model, with 95 % intervals")
    upper.set(xlim=(0, 1), ylim=(-0.02, 1.02), ylabel="share of right answers")
    upper.set_title(
        f"Calibration: ECE {report.calibration_error:.4f} ({len(report.bins)} bins), "
        f"Brier {report.brier:.4f}, NLL {report.nll:.4f}",
        fontsize=11.5,
        pad=30,
    )
    # Above, where no point can come.
    upper.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    low = [each.low for each in report.bins]
    width = 1 / len(report.bins)
    lower.bar(low, [each.count for each in report.bins], width=0.92 * width, align="edge", color=BLUE)
    lower.set(xlabel="confidence: probability of the answer", ylabel="samples")
    lower.yaxis.get_major_locator().set_params(integer=True, nbins=4)
