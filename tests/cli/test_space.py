"""How many cells there are."""

import pytest
from tests.cli.command import refused, vilfredo


def test_the_paper_s_space() -> None:
    answer = vilfredo("space", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.value
    assert found["counts"] == [300, 666, 1176, 1830, 2628]
    assert len(found["operators"]) == 12
    assert found["lookback"] == 2
    assert [step["blocks"] for step in found["steps"]] == [1, 2, 3, 4, 5]
    assert [step["added_blocks"] for step in found["steps"]] == found["counts"]
    assert [step["spellings"] for step in found["steps"]][:2] == [300, 300 * 666]


def test_another_space() -> None:
    found = vilfredo(
        "space", "--operators", "identity,  3x3   conv", "--lookback", "1", "--blocks", "2", "--json"
    ).value
    # One-block cells: pairs with repetition of (input, operator), 2 of them; then of 4.
    assert found["counts"] == [3, 10]
    assert found["operators"] == ["identity", "3x3 conv"]


def test_text_for_people() -> None:
    answer = vilfredo("space")
    lines = [line.split() for line in answer.out.splitlines()]
    assert "12 operators, lookback 2" in answer.out
    assert ["1", "300", "300"] in lines
    assert ["2", "666", "199,800"] in lines
    assert lines[-1] == ["5", "2,628", "1.13e+15"]


@pytest.mark.parametrize(
    "options",
    [
        "--lookback=0",
        "--lookback=61",
        "--blocks=0",
        "--blocks=-1",
        "--blocks=61",
        "--blocks=two",
        "--operators=",
        "--operators=4d conv",
        "--operators=identity,identity",
        "more",
    ],
)
def test_bad_input_is_refused(options: str) -> None:
    refused(vilfredo("space", options, "--json"))
