"""Facts and tables for trackers."""

from vilfredo.trackers.facts import front_table, search_facts
from vilfredo.trials import Measurement


def test_facts_are_flat_and_as_planned() -> None:
    facts = search_facts(
        {
            "vilfredo": "1",
            "settings": {"seed": 0, "training": {"epochs": 9, "score": "accuracy"}, "space": {"operators": ["a", "b"]}},
            "planned": {"training": {"epochs": 4}},
            "data": {"name": "digits", "labels": ["0"] * 500},
            "environment": {"device": "CPU"},
        }
    )
    assert facts == {
        "vilfredo": "1",
        "settings.seed": 0,
        "settings.training.epochs": 4,
        "settings.training.score": "accuracy",
        "settings.space.operators": "a, b",
        "data.name": "digits",
        "environment.device": "CPU",
    }


def test_long_fronts_are_cut() -> None:
    objectives = {"accuracy": 0.5, "training_time": 0.25, "parameters": 9.0}
    front = [
        Measurement(proposal=number, architecture="[]", outcome="complete", objectives=objectives)
        for number in range(45)
    ]
    lines = front_table(front, "accuracy").splitlines()
    assert lines[2] == "| 0 | 0.5000 | 0.25 | 9 | `[]` |"
    assert lines[-1] == "and 5 more"
    assert len(lines) == 2 + 40 + 2
