"""Showing how a search goes."""

import io

from rich.console import Console

from vilfredo.cli.progress import progress, standing, step_facts, step_title
from vilfredo.search.events import CandidateEnds, EpochEnds, Event, Planning, StepBegins, Tally
from vilfredo.trials import Epoch, Measurement, Proposal

_CELL = "[(-1, '3x3 conv', -1, 'identity')]"
_NOTES = {"expanded": 1300, "candidates": 1234, "isomorphs_spared": 66}
_BEST = Measurement(
    proposal=0, architecture=_CELL, outcome="complete", objectives={"accuracy": 0.9, "training_time": 0.25}
)
_FAILED = Measurement(proposal=1, architecture=_CELL, outcome="failed", reason="the loss is [/nan]")
_TALLY = Tally(measured=1, failures=0, best=_BEST, front=1, step_seconds=30.0, search_seconds=600.0)
_AFTER = Tally(measured=2, failures=1, best=_BEST, front=1, step_seconds=None, search_seconds=None)
_EPOCH = Epoch(epoch=2, learning_rate=0.1, training_loss=1.0, validation_accuracy=0.5, validation_nll=1.0)
_SEARCH: list[Event] = [
    Planning(0),
    StepBegins(step=0, last_step=3, waiting=1, total=1, notes={}),
    Planning(2),
    StepBegins(step=2, last_step=3, waiting=2, total=3, notes=_NOTES),
    EpochEnds(Proposal(id=0, architecture=_CELL, step=2), _EPOCH, epochs=6),
    CandidateEnds(_BEST, _TALLY),
    CandidateEnds(_FAILED, _AFTER),
]


def _shown(console: Console, events: list[Event]) -> str:
    with progress(console) as observe:
        for event in events:
            observe(event)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_plain_lines_in_a_pipe() -> None:
    console = Console(file=io.StringIO(), width=200, highlight=False, soft_wrap=True)
    assert _shown(console, _SEARCH).splitlines() == [
        "step 0 of 3: empty cell: 1 to train",
        "step 2: choosing candidates …",
        "step 2 of 3: cells of 2 blocks: 2 to train (of 3), chosen from 1,234 (66 isomorphs spared)",
        "  2/3  accuracy 0.9000  0.25 s/epoch  |  best 0.9000, front 1, step left 30 s, search ~10 min  |  " + _CELL,
        "  3/3  failed: the loss is [/nan]  |  best 0.9000, front 1, 1 failed  |  " + _CELL,
    ]


def test_a_live_display_on_a_terminal() -> None:
    console = Console(file=io.StringIO(), width=300, force_terminal=True, color_system=None, highlight=False)
    shown = _shown(console, _SEARCH)
    assert "step 2 of 3: cells of 2 blocks: 2 to train (of 3)" in shown
    assert "failed: the loss is [/nan]" in shown
    assert "best 0.9000, front 1, 1 failed" in shown
    assert _CELL in shown
    assert "3/3" in shown
    assert "2/6" in shown
    assert "\x1b[?25l" in shown  # hides the cursor …
    assert "\x1b[?25h" in shown  # … and gives it back


def test_a_terminal_is_given_back_after_an_error() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    try:
        with progress(console) as observe:
            observe(_SEARCH[1])
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[?25h" in console.file.getvalue()


def test_an_unfinished_step_is_gone_on_with_on_a_terminal() -> None:
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system=None)
    assert "1/3" in _shown(console, [_SEARCH[3]])


def test_titles() -> None:
    def title(step: int) -> str:
        return step_title(StepBegins(step=step, last_step=5, waiting=1, total=1, notes={}))

    assert [title(step) for step in (0, 1, 2)] == [
        "step 0 of 5: empty cell",
        "step 1 of 5: cells of 1 block",
        "step 2 of 5: cells of 2 blocks",
    ]


def test_facts() -> None:
    assert step_facts(StepBegins(step=1, last_step=5, waiting=300, total=300, notes={})) == "300 to train"


def test_standing() -> None:
    nothing = Tally(measured=1, failures=1, best=None, front=0, step_seconds=0.0, search_seconds=0.0)
    assert standing(nothing) == "best –, front 0, 1 failed"
    last_step = Tally(measured=9, failures=0, best=_BEST, front=2, step_seconds=60.0, search_seconds=60.0)
    assert standing(last_step) == "best 0.9000, front 2, step left 60 s"
    assert standing(_TALLY) == "best 0.9000, front 1, step left 30 s, search ~10 min"
