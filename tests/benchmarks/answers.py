"""What the children of these tests do, and a child without a process."""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any, Self

from benchmarks.child import Answer


def adding(start: int) -> Answer:
    """Add up what comes, on top of `start`."""
    total = start

    def answer(number: int) -> Mapping[str, Any]:
        nonlocal total
        total += number
        os.system("echo noise")
        return {"total": total, "process": os.getpid(), "threads": os.environ["OMP_NUM_THREADS"]}

    return answer


def failing() -> Answer:
    """Fail at each question."""

    def answer() -> Mapping[str, Any]:
        raise ValueError("no idea")

    return answer


class ChildHere:
    """Behaves like a `Child`, but answers in this process."""

    def __init__(self, make: Callable[..., Answer], **arguments: Any) -> None:
        self._answer = make(**json.loads(json.dumps(arguments)))

    def ask(self, **question: Any) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(self._answer(**json.loads(json.dumps(question)))))
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """There is nothing to end."""
