import json

from benchmarks.conditions import conditions, describe, warning


def test_conditions_are_plain_and_complete() -> None:
    found = conditions()
    assert json.loads(json.dumps(found)) == found
    assert set(found) >= {"cpu", "cores", "threads", "torch", "load_before"}
    assert found["torch"] in describe(found)


def test_only_a_busy_machine_is_warned_of() -> None:
    assert warning({"load_before": [0.1, 3.0, 3.0]}) == ""
    assert "load 1.50" in warning({"load_before": [1.5, 0.0, 0.0]})
