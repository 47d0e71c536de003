import os
import re

import pytest
from benchmarks.child import Child
from tests.benchmarks import answers


def test_a_child_is_a_process_of_one_thread_that_remembers() -> None:
    with Child(answers.adding, start=5) as child:
        first, second = child.ask(number=1), child.ask(number=10)
    assert (first["total"], second["total"]) == (6, 16)
    assert first["process"] == second["process"] != os.getpid()
    assert first["threads"] == "1"


def test_children_end_with_their_context() -> None:
    with Child(answers.adding, start=0) as child:
        number = child.ask(number=0)["process"]
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_child_that_dies_says_why() -> None:
    with (
        pytest.raises(RuntimeError, match=re.compile("died with status 1.*no idea", re.DOTALL)),
        Child(answers.failing) as child,
    ):
        child.ask()
