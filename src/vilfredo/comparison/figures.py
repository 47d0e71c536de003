"""The page of figures: everything it shows is in ``comparison.json``."""

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vilfredo.bundle.pictures.style import FORMATS, style
from vilfredo.comparison.curves import Staircase, band
from vilfredo.comparison.rank_figure import draw_ranks
from vilfredo.files import write_whole
from vilfredo.palette import PALETTE

_COLOURS = tuple(PALETTE.values())
_BASELINE = "#595959"
"""Of `random`."""
_DASHES = ("-", "--", "-.", ":")
_ROW_INCHES, _WIDTH = 4.3, 18.0
_RANK_INCHES = 2.6
_DPI = 110


def picture(found: Mapping[str, Any], path: Path) -> None:
    """Draw a comparison, as its JSON has it, into a ``.png`` or ``.svg``.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    import matplotlib.style  # noqa: PLC0415 - takes a second, and few commands draw

    with matplotlib.style.context(["default", style()]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = io.BytesIO()
        ending = path.suffix.lower()
        _page(found).savefig(page, format=ending[1:], dpi=_DPI, metadata=FORMATS[ending])
    write_whole(path, page.getvalue())


def _page(found: Mapping[str, Any]) -> Any:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    rows = [_ROW_INCHES] * len(found["data"])
    ranked = _ranked(found)
    heights = rows + [_RANK_INCHES] * bool(ranked)
    figure: Any = Figure(figsize=(_WIDTH, sum(heights) + 0.6), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.1, h_pad=0.12)
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    looks = _looks(found["strategies"])
    for part, data in zip(parts, found["data"], strict=False):
        _draw_data(part, found, data, looks)
    if ranked:
        for panel, (title, ranking) in zip(parts[-1].subplots(1, len(ranked), squeeze=False)[0], ranked, strict=True):
            draw_ranks(panel, title, ranking, {name: look[0] for name, look in looks.items()})
    figure.suptitle(_title(found), fontsize=14)
    return figure


def _title(found: Mapping[str, Any]) -> str:
    seeds = found["seeds"]
    line = f"{', '.join(found['strategies'])}: {seeds} seed{'s' * (seeds != 1)}, {found['budget']:g} s per run"
    return f"{line}; lines are medians, bands run from the worst to the best seed" if seeds > 1 else line


def _looks(strategies: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Colour and dash by strategy."""
    looks: dict[str, tuple[str, str]] = {}
    for name in strategies:
        number = len(looks)
        colour = _BASELINE if name == "random" else _COLOURS[number % len(_COLOURS)]
        looks[name] = colour, _DASHES[number % len(_DASHES)]
    return looks


def _ranked(found: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    overall = found["overall"] or {}
    titles = found["data"][0]["metrics"]
    return [(titles[name]["title"], overall[name]) for name in ("validation", "hypervolume", "test") if name in overall]


def _draw_data(part: Any, found: Mapping[str, Any], data: Mapping[str, Any], looks: Mapping[str, Any]) -> None:
    panels = part.subplots(1, 4)
    part.suptitle(data["name"], fontsize=12.5, x=0.01, ha="left", fontweight="bold")
    for panel, curve, title in (
        (panels[0], "score", f"Best validation {data['score']} so far"),
        (panels[1], "hypervolume", "Hypervolume so far"),
    ):
        _draw_curves(panel, data, curve, found["budget"], looks)
        panel.set_title(title)
        panel.set_xlabel("recorded seconds of the run" if data["recorded"] else "seconds of the run, all included")
        panel.grid(alpha=0.25)
    part.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=len(looks))
    _draw_fronts(panels[2], data, looks)
    _draw_values(panels[3], data, looks)


def _draw_curves(panel: Any, data: Mapping[str, Any], curve: str, budget: float, looks: Mapping[str, Any]) -> None:
    lowest, highest = list[float](), list[float]()
    end = _end(data, budget)
    for name, (colour, dash) in looks.items():
        stairs = [
            Staircase(*(np.array(run["curves"][curve][key], dtype=np.float64) for key in ("seconds", "value")))
            for run in data["runs"]
            if run["strategy"] == name
        ]
        drawn = band(stairs, end)
        if len(drawn.cost) == 0:
            continue
        panel.plot(drawn.cost, drawn.median, dash, color=colour, label=name, drawstyle="steps-post", linewidth=1.8)
        panel.fill_between(drawn.cost, drawn.low, drawn.high, color=colour, alpha=0.13, step="post", linewidth=0)
        highest.append(float(drawn.high.max()))
        half = drawn.cost >= drawn.cost[0] + 0.2 * (end - drawn.cost[0])
        lowest.append(float(drawn.low[half].min(initial=drawn.low[-1])) if _rises(drawn.median) else -np.inf)
    panel.set_xlim(0, end)
    _zoom(panel, lowest, highest)


def _end(data: Mapping[str, Any], budget: float) -> float:
    """Where to stop drawing: at the budget, or where no strategy had anything left to do long before."""
    changes = [run["curves"]["hypervolume"]["seconds"][-1:] for run in data["runs"]]
    last = max((max(seconds) for seconds in changes if seconds), default=budget)
    done = all(run["ending"] == "finished" for run in data["runs"])
    return min(budget, 1.3 * last) if done else budget


def _rises(values: Any) -> bool:
    return bool(values[-1] >= values[0])


def _zoom(panel: Any, lowest: Sequence[float], highest: Sequence[float]) -> None:
    """Look at what is near the end: the first networks are so poor that nothing else could be told apart."""
    if lowest and np.isfinite(min(lowest)) and max(highest) > min(lowest):
        extent = max(highest) - min(lowest)
        panel.set_ylim(min(lowest) - 0.06 * extent, max(highest) + 0.06 * extent)


def _draw_fronts(panel: Any, data: Mapping[str, Any], looks: Mapping[str, Any]) -> None:
    for name, (colour, _) in looks.items():
        for run in data["runs"]:
            if run["strategy"] == name:
                front = run["front"]
                panel.plot(front["training_time"], front["loss"], ".", color=colour, alpha=0.55, markersize=7)
    pooled = data["front"]
    panel.plot(
        pooled["training_time"],
        pooled["loss"],
        color="black",
        linewidth=1,
        drawstyle="steps-pre",
        label="pooled front",
        zorder=0,
    )
    _logarithmic(panel.xaxis, panel.set_xscale)
    if min(data["front"]["loss"]) > 0:
        _logarithmic(panel.yaxis, panel.set_yscale)
    panel.set_title("Fronts of all runs")
    panel.set_xlabel("training time, seconds per epoch")
    panel.set_ylabel("1 − likelihood" if data["score"] == "nll" else f"1 − {data['score']}")
    panel.grid(alpha=0.25)
    panel.legend()


def _logarithmic(axis: Any, scale: Callable[[str], None]) -> None:
    """Make an axis logarithmic, with plain numbers on it."""
    scale("log")
    axis.set_major_formatter(lambda value, _: f"{value:g}")
    low, high = axis.get_view_interval()
    between = high < 30 * low
    axis.set_minor_formatter(lambda value, _: f"{value:g}" if between and f"{value:e}"[0] in "25" else "")


def _draw_values(panel: Any, data: Mapping[str, Any], looks: Mapping[str, Any]) -> None:
    """Every run's result, a dot each, their mean a bar: on the test part, where there was a test."""
    tested = any(value is not None for row in data["metrics"]["test"]["values"].values() for value in row)
    metric = data["metrics"]["test" if tested else "validation"]
    for place, (name, (colour, _)) in enumerate(looks.items()):
        values = [value for value in metric["values"][name] if value is not None]
        if values:
            shifts = np.linspace(-0.15, 0.15, len(values)) if len(values) > 1 else np.zeros(1)
            panel.plot(place + shifts, values, "o", color=colour, alpha=0.6)
            panel.hlines(np.mean(values), place - 0.28, place + 0.28, color=colour, linewidth=2.5)
    panel.set_xticks(range(len(looks)), list(looks), rotation=20 if len(looks) > 3 else 0)
    panel.set_xlim(-0.6, len(looks) - 0.4)
    title = metric["title"]
    panel.set_title(f"{title[0].upper()}{title[1:]}")
    panel.grid(alpha=0.25, axis="y")
