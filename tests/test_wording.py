"""Values as people read them."""

import pytest

from vilfredo.wording import duration, objective_text, quantity, seconds_short, sizes_text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "?"),
        (0, "0 s"),
        (45.4, "45 s"),
        (89, "89 s"),
        (90, "2 min"),
        (720, "12 min"),
        (5369, "89 min"),
        (5400, "1 h 30 min"),
        (12000, "3 h 20 min"),
        (3600 * 30 + 60, "30 h 01 min"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (12, "12"),
        (999, "999"),
        (1000, "1k"),
        (542_506, "543k"),
        (1.31e6, "1.31M"),
        (2e9, "2G"),
        (-4e3, "-4k"),
    ],
)
def test_quantities(value: float, text: str) -> None:
    assert quantity(value) == text


def test_times_per_epoch() -> None:
    assert seconds_short(0.2149) == "0.215 s"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("accuracy", 0.98765, "0.9877"),
        ("nll", 0.12345, "0.123"),
        ("training_time", 0.0625, "0.0625 s"),
        ("latency", 0.000025, "0.025 ms"),
        ("parameters", 13122.0, "13.1k"),
        ("something", 0.5, "0.5"),
        ("latency", None, "–"),
    ],
)
def test_objectives(name: str, value: float | None, text: str) -> None:
    assert objective_text(name, value) == text


def test_sizes_of_networks() -> None:
    assert sizes_text({"normal_cells": 2, "filters": 16}) == "N2 F16"
    assert sizes_text({}) == ""
