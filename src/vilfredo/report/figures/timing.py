"""Whether the measured times can be trusted: how quiet the machine was, and whether it kept its speed."""

from collections.abc import Callable, Sequence
from statistics import median

from vilfredo.report.charts.chart import Axis, Chart, Layer, Points, Rule
from vilfredo.report.facts.clock import seconds_until, time_axis
from vilfredo.report.view import RunView
from vilfredo.report.words import counted, percent, was
from vilfredo.search.summary import CONTENTION, DRIFT, is_disturbed
from vilfredo.thinning import some
from vilfredo.trials import Measurement

ORDER = 55
CAPTION = (
    "How far the training times can be trusted; each dot is a network, at the moment it was measured. Crowding: real "
    "time over computing time while training was timed. 1 is a machine that did nothing else; beyond the line, others "
    "wanted the same processor. Speed: how long one and the same small network takes, which is timed along with each "
    "candidate, over what it took at the start. 1 is no change; outside the lines the machine had become slower "
    "(above) or faster (below). On a processor, times are taken relative to that network, so that slow changes cancel "
    "out. Orange dots are times that were disturbed in either way. Memory: what training was expected to need, "
    "against the most that it took; a dot above the line took more than expected, which matters only where memory is "
    "short: a training that might not fit is not begun beside others."
)

_CROWDING = (Rule(y=1.0, label="quiet"), Rule(y=CONTENTION, label="disturbed beyond"))
_SPEED = (Rule(y=1 + DRIFT, label="slower"), Rule(y=1.0), Rule(y=1 - DRIFT, label="faster"))
_MOST_DOTS = 1500
_MEBIBYTE = 2**20


def charts(view: RunView) -> Sequence[Chart]:
    """Return crowding and speed over the search, and memory against its estimate, where they were measured."""
    timed = [m for m in view.measurements if "contention" in m.details.get("step", {})]
    drifting = [m for m in view.measurements if "drift" in m.details]
    shown = []
    if timed:
        layers = [*_CROWDING, *_dots(view, timed, _contention)]
        axis = Axis("real time over computing time")
        shown.append(Chart("Was the machine crowded?", time_axis(view), axis, tuple(layers), _crowding_note(timed)))
    if drifting:
        layers = [*_SPEED, *_dots(view, drifting, _drift)]
        axis = Axis("time of the reference network (start: 1)")
        shown.append(Chart("Did it keep its speed?", time_axis(view), axis, tuple(layers), _drift_note(drifting)))
    watched = [m for m in view.measurements if m.details.get("memory_peak") and m.details.get("memory_estimate")]
    return [*shown, _memory(watched)] if shown and watched else shown


def _dots(view: RunView, measured: Sequence[Measurement], value: Callable[[Measurement], float]) -> list[Layer]:
    until = seconds_until(view)
    layers = list[Layer]()
    for disturbed, name in ((False, "undisturbed"), (True, "disturbed")):
        own = [m for m in measured if is_disturbed(m) == disturbed and m.proposal in until]
        drawn = [own[index] for index in some(len(own), _MOST_DOTS)]
        if drawn:
            x, y = tuple(until[m.proposal] for m in drawn), tuple(value(m) for m in drawn)
            tips = tuple(f"network {m.proposal}\n×{value(m):.3g}" for m in drawn)
            layers.append(Points(x, y, name, "orange" if disturbed else "blue", size=3.0, tips=tips))
    return layers


def _memory(watched: Sequence[Measurement]) -> Chart:
    drawn = [watched[index] for index in some(len(watched), _MOST_DOTS)]
    estimates = tuple(float(m.details["memory_estimate"]) / _MEBIBYTE for m in drawn)
    peaks = tuple(float(m.details["memory_peak"]) / _MEBIBYTE for m in drawn)
    tips = tuple(
        f"network {m.proposal}\nexpected {estimate:,.0f} MiB, took {peak:,.0f} MiB"
        for m, estimate, peak in zip(drawn, estimates, peaks, strict=True)
    )
    over = sum(m.details["memory_peak"] > m.details["memory_estimate"] for m in watched)
    largest = max(float(m.details["memory_peak"]) for m in watched) / _MEBIBYTE
    note = f"The largest training took {largest:,.0f} MiB. {over:,} of {len(watched):,} took more than expected."
    layers = (Rule(label="as expected"), Points(estimates, peaks, "", "blue", size=3.0, tips=tips))
    expected, taken = Axis("expected need, MiB"), Axis("most taken at once, MiB")
    return Chart("Memory of one training", expected, taken, layers, note)


def _crowding_note(timed: Sequence[Measurement]) -> str:
    values = [_contention(m) for m in timed]
    beyond = sum(value > CONTENTION for value in values)
    text = f"Real time was {median(values):.2f} times computing time in the median, {max(values):.2f} at most: "
    if not beyond:
        return f"{text}nothing disturbed the times."
    return f"{text}{beyond:,} of {counted(len(values), 'time')} {was(beyond)} taken while others used the machine."


def _drift_note(drifting: Sequence[Measurement]) -> str:
    values = [_drift(m) for m in drifting]
    beyond = sum(abs(value - 1) > DRIFT for value in values)
    text = f"The machine took {median(values):.2f} times as long as at the start in the median, "
    text += f"between {min(values):.2f} and {max(values):.2f}: "
    if not beyond:
        return f"{text}it kept its speed."
    times = f"{beyond:,} of {counted(len(values), 'time')} {was(beyond)}"
    return f"{text}{times} taken when it was off by more than {percent(DRIFT)}."


def _contention(measurement: Measurement) -> float:
    return float(measurement.details["step"]["contention"])


def _drift(measurement: Measurement) -> float:
    return float(measurement.details["drift"])
