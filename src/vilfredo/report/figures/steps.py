"""What the search did step by step: how many candidates it considered, trained and lost, and the time that took."""

from collections.abc import Mapping, Sequence

from vilfredo.report.charts.chart import PALETTE, Axis, Bars, Chart, Colour
from vilfredo.report.facts.clock import is_replay, seconds_until
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, span, was

ORDER = 80
CAPTION = (
    "What the search did, step by step; with most strategies each step goes on to larger networks. Considered: how "
    "many candidates came up, how many of them were the same network as another in a different spelling (spared), and "
    "how many were left to be judged by prediction. Trained: how many of these were really trained, by the reason for "
    "which they were chosen: to start with (bootstrap), because they were predicted to be among the best (front or "
    "beam), to try what such predictions neglect (exploration), or at random (sample). Time: how long training took, "
    "and how long everything before it in the step: starting up, learning to predict, predicting and choosing."
)

_LAST: Mapping[str, Colour] = {"failed": "ink", "waiting": "grey"}
"""What became of candidates that were chosen and aren't trained."""
_CONSIDERED: tuple[tuple[str, str, Colour], ...] = (
    ("expanded", "came up", "grey"),
    ("isomorphs_spared", "spared", "orange"),
    ("candidates", "judged", "blue"),
)


def charts(view: RunView) -> Sequence[Chart]:
    """Return the candidates considered, the networks trained and the time spent, by step."""
    if not view.steps:
        return ()
    shown = [_trained(view)]
    if any(step.notes.get("expanded") for step in view.steps):
        shown.insert(0, _considered(view))
    timed = _seconds(view)
    return [*shown, _time(view, timed)] if timed else shown


def _considered(view: RunView) -> Chart:
    steps = [step for step in view.steps if step.notes.get("expanded")]
    bars = tuple(
        Bars(tuple(float(step.notes.get(key, "nan")) for step in steps), name, colour)
        for key, name, colour in _CONSIDERED
    )
    listed = sum(step.notes["expanded"] for step in steps)
    spared = sum(step.notes.get("isomorphs_spared", 0) for step in steps)
    same = f"{spared:,} {was(spared)} the same as others, and spared" if spared else "none was the same as another"
    note = f"Of {counted(listed, 'candidate')}, {same}."
    over = sum(step.notes.get("over_time_limit", 0) for step in steps)
    note += f" {over:,} {was(over)} left out as too slow." if over else ""
    return Chart("Considered", _places([step.step for step in steps]), Axis("candidates", "count"), bars, note)


def _trained(view: RunView) -> Chart:
    outcome = {m.proposal: m.outcome for m in view.measurements}
    counts = dict[str, dict[int, int]]()
    for proposal in view.proposals.values():
        found = outcome.get(proposal.id)
        kind = "waiting" if found is None else proposal.origin if found == "complete" else "failed"
        own = counts.setdefault(kind, {})
        own[proposal.step] = own.get(proposal.step, 0) + 1
    steps = [step.step for step in view.steps]
    origins = sorted(set(counts) - set(_LAST), key=lambda kind: (min(counts[kind]), -sum(counts[kind].values()), kind))
    colours = {**dict(zip(origins, PALETTE, strict=False)), **_LAST}
    bars = tuple(
        Bars(tuple(float(counts[kind].get(step, "nan")) for step in steps), kind, colours.get(kind, "sky"))
        for kind in (*origins, *_LAST)
        if kind in counts
    )
    failed, waiting = (sum(counts.get(kind, {}).values()) for kind in ("failed", "waiting"))
    complete = sum(1 for found in outcome.values() if found == "complete")
    note = f"{counted(complete, 'network')} trained"
    note += f", {failed:,} failed" if failed else ", none failed"
    note += f", {waiting:,} still waiting." if waiting else "."
    return Chart("Trained", _places(steps), Axis("networks", "count"), bars, note)


def _time(view: RunView, timed: Mapping[int, tuple[float, float]]) -> Chart:
    before, training = (tuple(values[place] for values in timed.values()) for place in (0, 1))
    bars = [Bars(training, "training", "blue")]
    if is_replay(view):
        note = "Nothing was trained: these are the seconds that the recorded trainings took."
    else:
        bars.insert(0, Bars(before, "before training", "pink"))
        total = sum(before) + sum(training)
        note = f"Of {span(total)}, {span(sum(before))} went by before trainings began: starting, predicting, choosing."
    return Chart("Time spent", _places(list(timed)), Axis("time", "seconds"), tuple(bars), note)


def _seconds(view: RunView) -> Mapping[int, tuple[float, float]]:
    """By step: seconds until its first network began to be trained, and from then on until its last was measured."""
    until = seconds_until(view)
    wall = {m.proposal: m.wall_time for m in view.measurements}
    ends, begins = dict[int, float](), dict[int, float]()
    for proposal, seconds in until.items():
        step = view.proposals[proposal].step
        ends[step] = max(ends.get(step, 0.0), seconds)
        begins[step] = min(begins.get(step, seconds), seconds - wall.get(proposal, 0.0))
    found, previous = dict[int, tuple[float, float]](), 0.0
    for step in sorted(ends):
        # What an interrupted session had begun was trained again, and then began earlier than it seems.
        begun = min(max(begins[step], previous), ends[step])
        found[step] = max(0.0, begun - previous), max(0.0, ends[step] - begun)
        previous = max(previous, ends[step])
    return found


def _places(steps: Sequence[int]) -> Axis:
    return Axis("step of the search", categories=tuple(map(str, steps)))
