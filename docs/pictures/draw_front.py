"""Draws the picture of the README: the front of a run. Usage: python docs/pictures/draw_front.py RUN OUT.svg."""

import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from vilfredo.search.front import measured_front
from vilfredo.search.run_folder import reading


def main(run: Path, picture: Path) -> None:
    """Draw every network measured, and the front through the best of them."""
    mpl.rcParams["svg.hashsalt"] = "vilfredo"  # the same run gives the same file
    with reading(run) as (_, store):
        steps = {proposal.id: proposal.step for proposal in store.proposals()}
        measured = [m for m in store.measurements() if m.outcome == "complete"]
    figure, axes = plt.subplots(figsize=(7.2, 4.0), layout="constrained")
    colours = ["#7f7f7f", "#8ecae6", "#219ebc", "#023047", "#6a4c93", "#c1121f"]
    for step in sorted({steps[m.proposal] for m in measured} - {0}):
        points = [m.objectives for m in measured if steps[m.proposal] == step]
        label = f"{step} block{'s' if step > 1 else ''}"
        x, y = zip(*[(p["training_time"], p["accuracy"]) for p in points], strict=True)
        axes.scatter(x, y, s=22, color=colours[step % len(colours)], label=label, zorder=2)
    front = [m.objectives for m in measured_front(measured) if steps[m.proposal] > 0]
    x, y = zip(*[(p["training_time"], p["accuracy"]) for p in front], strict=True)
    axes.plot(x, y, color="#fb8500", linewidth=1.6, drawstyle="steps-pre", label="Pareto front", zorder=1)
    axes.scatter(x, y, s=64, facecolors="none", edgecolors="#fb8500", linewidths=1.4, zorder=3)
    axes.set(xlabel="training time, seconds per epoch", ylabel="validation accuracy", xlim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
