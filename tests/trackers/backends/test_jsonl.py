"""The file of JSON lines."""

import json
from pathlib import Path

from vilfredo.trackers.backends.jsonl import JsonLines
from vilfredo.trackers.tracker import Closing


def test_a_torn_line_is_removed(tmp_path: Path) -> None:
    tracker = JsonLines.open(tmp_path, "x")
    tracker.begin("search", {"seed": 1})
    tracker.close()
    with (tmp_path / "log.jsonl").open("a") as file:
        file.write('{"record": "search", "ev')
    again = JsonLines.open(tmp_path, "x")
    again.end("search", Closing("finished", {"a": 1.0}, "é", (tmp_path / "f",)))
    again.close()
    first, second = map(json.loads, (tmp_path / "log.jsonl").read_text().splitlines())
    assert first == {"record": "search", "event": "begin", "facts": {"seed": 1}}
    assert second["text"] == "é"
    assert second["files"] == [str(tmp_path / "f")]


def test_names_of_all_kinds_are_kept(tmp_path: Path) -> None:
    names = "é \u2028 \x85 \x0b \udce9"
    tracker = JsonLines.open(tmp_path, "x")
    tracker.begin("search", {"name": names})
    tracker.end("search", Closing("finished"))
    tracker.close()
    again = JsonLines.open(tmp_path, "x")
    assert again.finished() == {"search"}
    again.close()
    first, _ = map(json.loads, (tmp_path / "log.jsonl").read_text().splitlines())
    assert first["facts"] == {"name": names}
