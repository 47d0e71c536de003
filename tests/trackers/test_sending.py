"""The thread that keeps trackers from holding up a search."""

import threading
from typing import Any

from vilfredo.trackers.sending import Sender


def test_jobs_are_done_in_order_on_one_thing_made_once() -> None:
    said: list[str] = []
    released: list[list[int]] = []
    sender: Sender[list[int]] = Sender("x", list, released.append, said.append)
    kept: list[list[int]] = []
    for number in range(100):
        sender.send(lambda made, number=number: made.append(number))  # type: ignore[misc]
    sender.send(kept.append)
    sender.close()
    assert kept == released == [list(range(100))]
    assert said == []


def test_nothing_is_made_without_a_job() -> None:
    made: list[Any] = []
    sender: Sender[Any] = Sender("x", lambda: made.append(1), made.append, print)
    sender.close()
    assert made == []


def test_after_a_failure_nothing_more_is_done_and_it_is_said_once() -> None:
    said: list[str] = []
    done: list[object] = []

    def fail(_: object) -> None:
        raise ConnectionError("no route to\nhost")

    sender: Sender[object] = Sender("mlflow", object, done.append, said.append)
    sender.send(fail)
    sender.send(lambda _: done.append(1))
    sender.close()
    sender.send(lambda _: done.append(2))
    assert done == []
    (line,) = said
    assert "\n" not in line
    assert line.startswith("mlflow: it failed and is switched off; all else goes on (no route to host).")
    assert "vilfredo track RUN --with mlflow" in line


def test_one_that_hangs_is_left_behind() -> None:
    said: list[str] = []
    done: list[object] = []
    go = threading.Event()
    sender: Sender[object] = Sender("slow", object, done.append, said.append)
    sender.send(lambda _: done.append(go.wait()))
    sender.close(patience=0.05)
    go.set()
    (line,) = said
    assert "left behind" in line
