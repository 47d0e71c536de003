"""Events are facts: nobody who watches can change them."""

from dataclasses import FrozenInstanceError

import pytest

from vilfredo.search.events import Planning, Tally, ignore


def test_events_cannot_be_changed() -> None:
    event = Planning(step=1)
    with pytest.raises(FrozenInstanceError):
        event.step = 2  # type: ignore[misc]
    assert ignore(event) is None  # type: ignore[func-returns-value]
    tally = Tally(measured=0, failures=0, best=None, front=0, step_seconds=None, search_seconds=None)
    with pytest.raises(FrozenInstanceError):
        tally.measured = 1  # type: ignore[misc]
