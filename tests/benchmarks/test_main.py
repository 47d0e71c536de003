import json
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
from benchmarks.report import Report, Scale, Target, Tell

from benchmarks import __main__ as command


def _fake(name: str, value: float, calls: list[tuple[str, Scale]]) -> ModuleType:
    def run(scale: Scale, tell: Tell) -> Report:
        calls.append((name, scale))
        tell(0.5, "half")
        return Report(name, [("figure", "right")], [[str(value)]], [Target(name, value, 1.0)])

    seconds = {"full": 9.0, "quick": 2.0}
    return cast(ModuleType, SimpleNamespace(run=run, SECONDS=seconds))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Scale]]:
    found: list[tuple[str, Scale]] = []
    fakes = {"one": _fake("one", 1.5, found), "two": _fake("two", 0.5, found)}
    monkeypatch.setattr(command, "benchmarks", lambda: fakes)
    return found


def test_all_benchmarks_are_found() -> None:
    assert set(command.benchmarks()) == {"fronts", "full_size", "overhead", "probe", "throughput", "workers"}


def test_all_are_run_and_written_down(calls: list[tuple[str, Scale]], tmp_path: Path) -> None:
    command.main(["--json", str(tmp_path / "new" / "figures.json")])
    assert calls == [("one", "full"), ("two", "full")]
    found: dict[str, Any] = json.loads((tmp_path / "new" / "figures.json").read_text())
    assert found["scale"] == "full"
    assert "torch" in found["conditions"]
    assert {name: report["targets"][0]["met"] for name, report in found["benchmarks"].items()} == {
        "one": True,
        "two": False,
    }


def test_some_are_run_quickly(calls: list[tuple[str, Scale]]) -> None:
    command.main(["two", "--quick"])
    assert calls == [("two", "quick")]


def test_an_unknown_name_is_refused(calls: list[tuple[str, Scale]], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        command.main(["three"])
    assert error.value.code == 2
    assert "'three'" in capsys.readouterr().err
    assert not calls
