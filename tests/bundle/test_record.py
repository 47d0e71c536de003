"""``model.json``."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from vilfredo.bundle import record as record_module
from vilfredo.bundle.record import FORMAT, RECORD, ModelRecord, read_record, sealed, to_json
from vilfredo.errors import RunError


def _record(**changes: Any) -> ModelRecord:
    values: dict[str, Any] = {
        "vilfredo": "0.1.0",
        "created": "2026-01-01T00:00:00+00:00",
        "name": "Häuser",
        "labels": ("ja", "nein"),
        "space": "mlp",
        "architecture": "[]",
        "networks": {"input_shape": [3, 1, 1], "classes": 2, "dropout_rate": 0.2},
        "layout": {"task": "table", "span": [-1e-9, 1e300]},
        "preprocessing": {},
        "objectives": {"test_accuracy": 1 / 3},
        "origin": {"notes": ["\u2028", '"']},
        "files": {"model.safetensors": "0" * 64},
    }
    return ModelRecord(**values | changes)


def _write(folder: Path, values: Any) -> None:
    (folder / RECORD).write_text(json.dumps(values), encoding="utf-8")


def test_comes_back_as_it_was(tmp_path: Path) -> None:
    record = sealed(_record())
    (tmp_path / RECORD).write_bytes(to_json(record))
    assert read_record(tmp_path) == record
    assert "Häuser" in (tmp_path / RECORD).read_text(encoding="utf-8")


def test_a_score_that_is_not_a_number_comes_back(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_bytes(to_json(sealed(_record(objectives={"test_nll": math.nan, "x": math.inf}))))
    found = read_record(tmp_path).objectives
    assert math.isnan(found["test_nll"])
    assert found["x"] == math.inf


def test_other_order_and_spaces_are_no_damage(tmp_path: Path) -> None:
    record = sealed(_record())
    _write(tmp_path, dict(reversed(record.model_dump(mode="json").items())))
    assert read_record(tmp_path) == record


@pytest.mark.parametrize("name", ["vilfredo", "labels", "architecture", "objectives", "files", "checksum", "created"])
def test_any_edit_is_noticed(tmp_path: Path, name: str) -> None:
    values = sealed(_record()).model_dump(mode="json")
    edited = {"labels": ["nein", "ja"], "objectives": {"test_accuracy": 0.4}, "files": {}}
    _write(tmp_path, values | {name: edited.get(name, "2")})
    with pytest.raises(RunError, match="was edited or is damaged"):
        read_record(tmp_path)
    del values[name]
    _write(tmp_path, values)
    with pytest.raises(RunError, match="was edited or is damaged"):
        read_record(tmp_path)


def test_a_newer_format_is_named_before_its_checksum_is_looked_at(tmp_path: Path) -> None:
    _write(tmp_path, {"format": FORMAT + 1, "vilfredo": "9.0\x1b[2J", "other": 1})
    with pytest.raises(RunError, match=rf"format {FORMAT + 1}, written by Vilfredo '9\.0\\x1b.*Upgrade") as caught:
        read_record(tmp_path)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (b"\xff\xfe{}", "cannot be read"),
        (b"\0" * 100, "cannot be read"),
        (b"[]", "it is no table"),
        (b"null", "it is no table"),
        (b"{}", "was edited or is damaged"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b'{"a": 1' + b"0" * 10_000 + b"}", "cannot be read"),
        (b'{"labels": "\\ud800"}', "cannot be read"),
        (b'{"format": 1e999, "checksum": NaN}', "was edited or is damaged"),
    ],
)
def test_what_is_no_record_at_all(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / RECORD).write_bytes(content)
    with pytest.raises(RunError, match=message) as caught:
        read_record(tmp_path)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "2"}, "format: input should be less than or equal to 1"),
        ({"format": 0}, "format: input should be greater"),
        ({"labels": ["only"]}, "labels"),
        ({"labels": ["a", "a"]}, "labels: two classes have the same label"),
        ({"labels": [1, 2]}, "labels.0: input should be a valid string"),
        ({"labels": "ab"}, "labels"),
        ({"networks": []}, "networks"),
        ({"objectives": {"a": "much"}}, "objectives.a"),
        ({"files": {"../../etc/passwd": "0"}}, "no name of a file"),
        ({"files": {"/etc/passwd": "0"}}, "no name of a file"),
        ({"files": {"a\\b": "0"}}, "no name of a file"),
        ({"files": {"..": "0"}}, "no name of a file"),
        ({"files": {"a\0": "0"}}, "no name of a file"),
        ({"files": {"": "0"}}, "no name of a file"),
        ({"more": 1}, "more: extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_in_a_record_with_a_right_checksum(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    values = sealed(_record()).model_dump(mode="json") | changes
    _write(tmp_path, values | {"checksum": record_module._checksum(values)})
    with pytest.raises(RunError, match=message):
        read_record(tmp_path)


def test_where_there_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="does not exist"):
        read_record(tmp_path / "nowhere")
    with pytest.raises(RunError, match=r"is not a model: there is no model\.json"):
        read_record(tmp_path)
    (tmp_path / "model").mkdir()
    _write(tmp_path / "model", {})
    with pytest.raises(RunError, match=r"Did you mean '.*/model'\?"):
        read_record(tmp_path)
    with pytest.raises(RunError, match=r"is a file\. .* Did you mean '.*/model'\?"):
        read_record(tmp_path / "model" / RECORD)
