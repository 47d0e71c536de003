import io

import pytest
from benchmarks.progress import Watch, seconds_left
from rich.console import Console

EXPECTED = {"a": 100.0, "b": 50.0}


def test_the_rest_goes_at_the_pace_so_far() -> None:
    assert seconds_left(EXPECTED, {"a": 0.5}, elapsed=100.0) == pytest.approx(200.0)
    assert seconds_left(EXPECTED, {"a": 1.0, "b": 0.5}, elapsed=125.0) == pytest.approx(25.0)


def test_the_first_seconds_say_nothing() -> None:
    assert seconds_left(EXPECTED, {}, elapsed=3.0) == 150.0
    assert seconds_left(EXPECTED, {"a": 0.01}, elapsed=30.0) == 149.0


def test_nothing_is_left_in_the_end() -> None:
    assert seconds_left(EXPECTED, {"a": 1.0, "b": 1.0}, elapsed=10.0) == 0.0


def test_lines_in_a_pipe() -> None:
    file = io.StringIO()
    with Watch(EXPECTED, Console(file=file, width=100)) as watch:
        watch.tell("a", 0.0, "[1] of 2")
        watch.tell("a", 1.0, "done")
    assert file.getvalue().splitlines()[0] == "a: [1] of 2, 2 min left"
    assert len(file.getvalue().splitlines()) == 2


def test_a_bar_on_a_terminal() -> None:
    file = io.StringIO()
    with Watch(EXPECTED, Console(file=file, width=100, force_terminal=True)) as watch:
        watch.tell("b", 0.5, "half")
    assert "b: half" in file.getvalue()
