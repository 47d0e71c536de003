import io
import json
import math

import pytest
from benchmarks.report import Report, Target
from rich.console import Console


@pytest.mark.parametrize(
    ("value", "at_least", "met"),
    [(2.0, True, True), (1.9, True, False), (2.0, False, True), (2.1, False, False), (math.nan, True, False)],
)
def test_targets(value: float, at_least: bool, met: bool) -> None:
    assert Target("it", value, 2.0, at_least).met is met


def test_a_target_that_is_not_a_number_is_missed_downwards_too() -> None:
    assert not Target("it", math.nan, 2.0, at_least=False).met


REPORT = Report(
    title="Gain",
    columns=[("cell", "left"), ("gain", "right")],
    rows=[("[(-1, 'identity', -1, 'identity')]", "1.50×")],
    targets=[Target("mean", 1.5, 1.8, unit="×"), Target("memory", 0.4, 1.0, at_least=False, unit=" GB")],
    notes=["Not [bold]quiet[/]."],
    figures={"rounds": [1.4, 1.6]},
)


def test_what_is_printed() -> None:
    file = io.StringIO()
    REPORT.show(Console(file=file, width=120))
    printed = file.getvalue()
    assert "[(-1, 'identity', -1, 'identity')]" in printed
    assert "Not [bold]quiet[/]." in printed
    assert "target MISSED: mean 1.5×, ≥ 1.8× wanted" in printed
    assert "target met: memory 0.4 GB, ≤ 1 GB wanted" in printed


def test_json_has_everything() -> None:
    found = json.loads(json.dumps(REPORT.to_json()))
    assert found["columns"] == ["cell", "gain"]
    assert found["rows"] == [["[(-1, 'identity', -1, 'identity')]", "1.50×"]]
    assert [target["met"] for target in found["targets"]] == [False, True]
    assert found["figures"] == {"rounds": [1.4, 1.6]}
