"""What a model answers, as text."""

import csv
import io
import json
import random

import numpy as np
import pytest

from vilfredo.bundle.predictions import Predictions
from vilfredo.errors import InputError

ANSWERS = np.array([[0.2, 0.5, 0.3], [0.4, 0.2, 0.4], [1 / 3, 1e-9, 2 / 3 - 1e-9]])
NAMES, LABELS = ("a.png", "b, c.png", '"d"\n'), ("ja", "nein, nie", "–")


def _rows(shown: Predictions) -> list[list[str]]:
    return list(csv.reader(io.StringIO(shown.to_csv())))


def test_a_label_and_its_probability() -> None:
    assert _rows(Predictions(NAMES, LABELS, ANSWERS)) == [
        ["sample", "label", "probability"],
        ["a.png", "nein, nie", "0.5"],
        ["b, c.png", "ja", "0.4"],  # of equals the first
        ['"d"\n', "–", "0.666667"],
    ]


def test_all_there_is() -> None:
    shown = Predictions(NAMES, LABELS, ANSWERS, np.array([1, -1, 0]), top=9, each=True)
    header, *rows = _rows(shown)
    assert header[:4] == ["sample", "true", "label", "probability"]
    assert header[4:8] == ["label_2", "probability_2", "label_3", "probability_3"]
    assert header[8:] == ["p_ja", "p_nein, nie", "p_–"]
    assert [row[1] for row in rows] == ["nein, nie", "", "ja"]
    assert rows[1][2:8] == ["ja", "0.4", "–", "0.4", "nein, nie", "0.2"]
    assert rows[2][8:] == ["0.333333", "1e-09", "0.666667"]


@pytest.mark.parametrize("labels", [("label", "probability", "sample"), ("1", "2", "3")])
def test_no_two_columns_are_called_alike(labels: tuple[str, ...]) -> None:
    header = Predictions(NAMES, labels, ANSWERS, np.array([0, 1, 2]), top=3, each=True).header()
    assert len(set(header)) == len(header)


def test_json_says_what_the_table_says() -> None:
    shown = Predictions(NAMES, LABELS, ANSWERS, np.array([1, -1, 0]), top=2, each=True)
    found = json.loads(shown.to_json_text({"model": "m", "notes": ["ä"]}))
    assert (found["model"], found["notes"]) == ("m", ["ä"])
    assert found["predictions"][1] == {
        "sample": "b, c.png",
        "true": None,
        "label": "ja",
        "probability": 0.4,
        "top": [{"label": "ja", "probability": 0.4}, {"label": "–", "probability": 0.4}],
        "probabilities": {"ja": 0.4, "nein, nie": 0.2, "–": 0.4},
    }
    table = [row[2] for row in _rows(shown)[1:]]
    assert [one["label"] for one in found["predictions"]] == table


def test_plain_json_has_no_more_than_was_asked_for() -> None:
    found = json.loads(Predictions(NAMES, LABELS, ANSWERS).to_json_text({"samples": 3}))
    assert found["predictions"][0] == {"sample": "a.png", "label": "nein, nie", "probability": 0.5}


def test_no_answers_are_refused() -> None:
    with pytest.raises(InputError, match="at least 1"):
        Predictions(NAMES, LABELS, ANSWERS, top=0)


def test_any_text_survives() -> None:
    generator = random.Random(0)
    names = tuple("".join(generator.choices("a,\";\n\r'=\t", k=6)) for _ in range(100))
    shown = Predictions(names, LABELS, np.repeat(ANSWERS[:1], 100, axis=0))
    read = list(csv.reader(io.StringIO(shown.to_csv(), newline="")))
    assert [row[0] for row in read[1:]] == list(names)
