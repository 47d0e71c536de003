"""When things happened, on the clock that a search is judged by."""

from collections.abc import Mapping

from vilfredo.report.charts.chart import Axis
from vilfredo.report.view import RunView
from vilfredo.search.landscapes import is_landscape


def is_replay(view: RunView) -> bool:
    """Whether nothing was trained: measurements were looked up in a recorded landscape."""
    return is_landscape(str(view.status["data"]["source"]))


def seconds_until(view: RunView) -> Mapping[int, float]:
    """Seconds of the search until each proposal was measured, by its id, in the order in which they came.

    Wall-clock seconds. In a replay, which takes no time itself, those that the recorded trainings took one after the
    other.
    """
    if not is_replay(view):
        return view.seconds_until
    wall = {measurement.proposal: measurement.wall_time for measurement in view.measurements}
    until, total = dict[int, float](), 0.0
    for proposal in view.seconds_until:
        total += wall.get(proposal, 0.0)
        until[proposal] = total
    return until


def time_axis(view: RunView) -> Axis:
    """Make the axis of `seconds_until`."""
    label = "recorded seconds of the trainings looked up" if is_replay(view) else "time since the search began"
    return Axis(label, "seconds", low=0.0)
