"""A worker process as its search sees it; see also the tests of the executor."""

import os
import sys

import pytest
from tests.search.toy_evaluator import evaluator

from vilfredo.search.workers.handle import Worker, _environment, _signal_name


def test_libraries_in_a_worker_take_no_more_threads_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("KEPT", "yes")
    found = _environment(2)
    assert (found["OMP_NUM_THREADS"], found["MKL_NUM_THREADS"], found["KEPT"]) == ("2", "2", "yes")


def test_a_worker_finds_the_modules_that_its_parent_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["", "/somewhere", *sys.path])
    assert _environment(1)["PYTHONPATH"].split(os.pathsep)[0] == "/somewhere"


def test_signals_have_names() -> None:
    assert (_signal_name(9), _signal_name(11), _signal_name(99)) == ("SIGKILL", "SIGSEGV", "signal 99")


def test_a_worker_that_is_closed_is_gone_and_says_how() -> None:
    toy = evaluator()
    assert toy.shared
    worker = Worker(toy, toy.shared)
    assert worker.receive() is not None
    assert worker.ready
    worker.kill()
    assert worker.last_words() == "SIGKILL"
    assert worker.receive() is None
    worker.close()
