"""How things are printed."""

import io
import json
from typing import Any

import pytest
from rich.console import Console

from vilfredo.cli.output import front_table, print_json, table

_ROW: dict[str, Any] = {
    "id": 7,
    "architecture": "[(-1, '3x3 conv', -1, 'identity')]",
    "accuracy": 0.97,
    "nll": 0.1234,
    "training_time": 0.2149,
    "parameters": 5421.0,
    "flops": 1310000.0,
}


def _printed(what: Any, width: int = 100) -> str:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False).print(what)
    return file.getvalue()


def test_json_is_one_object_in_plain_unicode(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"name": "Überfluß", "list": [1, None, 0.1]}
    print_json(value)
    out = capsys.readouterr().out
    assert json.loads(out) == value
    assert "Überfluß" in out


def test_text_in_tables_is_no_markup() -> None:
    entries = ["[/bold]", "[red]x", "[]", "[link=a]"]
    out = _printed(table([("entry", "left"), ("n", "right")], [(entry, "1") for entry in entries]))
    assert [line.rsplit(None, 1)[0] for line in out.splitlines()[1:]] == entries


def test_the_last_column_folds_and_nothing_is_lost() -> None:
    out = _printed(table([("id", "right"), ("cell", "left")], [("17", "a" * 150)]), width=40)
    assert out.count("a") == 150
    assert "…" not in out


def test_the_front() -> None:
    lines = [line.rstrip() for line in _printed(front_table([_ROW, {**_ROW, "id": 11}], "Front")).splitlines()]
    assert lines[0] == "Front"
    assert lines[1].split() == ["id", "accuracy", "NLL", "s/epoch", "params", "FLOPs", "architecture"]
    cell = ["[(-1,", "'3x3", "conv',", "-1,", "'identity')]"]
    assert lines[2].split() == ["7", "0.9700", "0.123", "0.215", "s", "5.42k", "1.31M", *cell]
    assert len(lines) == 4


def test_the_front_with_more_objectives() -> None:
    rows = [{**_ROW, "macro_f1": 0.9, "latency": 0.00123}, {**_ROW, "id": 11}]
    lines = _printed(front_table(rows, score="balanced_accuracy", more=["macro_f1", "accuracy"], marked={11}), 200)
    head, first, second = lines.splitlines()
    assert head.split()[:7] == ["id", "balanced", "accuracy", "accuracy", "NLL", "s/epoch", "latency"]
    assert head.split()[7:] == ["params", "FLOPs", "macro", "f1", "architecture"]
    assert first.split()[:8] == ["7", "–", "0.9700", "0.123", "0.215", "s", "1.23", "ms"]
    assert second.split()[:8] == ["*", "11", "–", "0.9700", "0.123", "0.215", "s", "–"]
    assert "0.9000" in first
