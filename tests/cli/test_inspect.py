"""What a cell would be: the reference figures, through the command line."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command import Answer, refused, vilfredo

from vilfredo.spaces.features import TIME_FEATURES

# In the paper's order.
_OPERATORS = (
    "identity",
    *("3x3 dconv", "5x5 dconv", "7x7 dconv"),
    *("1x3-3x1 conv", "1x5-5x1 conv", "1x7-7x1 conv"),
    *("1x1 conv", "3x3 conv", "5x5 conv"),
    *("2x2 maxpool", "2x2 avgpool"),
)
_TIMES = {"empty": 10} | {name: 20 + 10 * index for index, name in enumerate(_OPERATORS)}
_CONV = "[(-1, '3x3 conv', -1, '3x3 conv')]"
_FAR_CONV = "[(-2, '3x3 conv', -2, '3x3 conv')]"
_POOL = "[(-2, '2x2 maxpool', -2, 'identity')]"
_MIXED = "[(-2, '5x5 dconv', -1, '2x2 avgpool')]"
_TWO = "[(-2, '1x5-5x1 conv', -1, '3x3 dconv');(-1, '3x3 conv', 0, 'identity')]"

_CHEAP = ("--motifs", "1", "--normal", "1", "--filters", "2")
"""Where operator times are derived from FLOPs, all of the operators are built and counted."""

_FEATURES = {
    _CONV: (1, 8, 1.5, 0, 1, 0, 1, 0, 0.5),
    _POOL: (1, 4, 1.0, 0, 1, 0, 1, 0, 11 / 12),
    _MIXED: (1, 8, 1.25, 1, 1, 0, 1, 0, 0.8),
    _TWO: (2, 8, 1.5, 1, 17 / 18, 1, 2, 0, 0.5),
    _FAR_CONV: (1, 4, 1.5, 0, 1, 0, 1, 0, 0.5),
    "[]": (0, 0, 0, 0, 1, 0, 0, 0, 1),
}
_PARAMETERS = [
    (_CONV, (), 542_506),
    (_CONV, ("--no-residual", "--lookback-reshape"), 535_834),
    (_POOL, (), 20_986),
    (_POOL, ("--no-residual", "--lookback-reshape"), 12_922),
    (_MIXED, (), 47_248),
    (_MIXED, ("--no-residual", "--lookback-reshape"), 54_616),
    (_TWO, (), 609_685),
    (_TWO, ("--no-residual", "--lookback-reshape"), 638_293),
    (_FAR_CONV, ("--no-residual",), 274_474),
    (_FAR_CONV, ("--no-residual", "--lookback-reshape"), 296_602),
]


@pytest.fixture(scope="module")
def times(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("times"), _TIMES)


def _write(folder: Path, value: Any) -> Path:
    path = folder / "times.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


@cache
def _inspect(cell: str, *options: str | Path) -> dict[str, Any]:
    answer = vilfredo("inspect", cell, *options, "--json")
    assert (answer.code, answer.err) == (0, "")
    return answer.value


@pytest.mark.parametrize(("cell", "options", "expected"), _PARAMETERS)
def test_parameters_equal_the_reference(cell: str, options: tuple[str, ...], expected: int, times: Path) -> None:
    found = _inspect(cell, "--operator-times", times, *options)
    assert found["parameters_with_buffers"] == expected
    assert found["canonical"] == cell


def test_the_defaults_are_the_paper_s(times: Path) -> None:
    sizes = ("--input", "32x32x3", "--classes", "10", "--motifs", "3", "--normal", "2", "--filters", "24")
    spelled = _inspect(_POOL, "--operator-times", times, *sizes, "--residual")
    assert spelled == _inspect(_POOL, "--operator-times", times)
    assert _inspect(_POOL, *_CHEAP)["time_features"]["cells"] == 1


@pytest.mark.parametrize(("cell", "expected"), _FEATURES.items())
def test_time_features_equal_the_reference(cell: str, expected: tuple[float, ...], times: Path) -> None:
    found = _inspect(cell, "--operators", ",".join(_OPERATORS), "--operator-times", times)
    assert list(found["time_features"]) == list(TIME_FEATURES)
    assert list(found["time_features"].values()) == pytest.approx(expected, abs=1e-12)
    assert _inspect(cell, "--operator-times", times) == found


def test_time_features_do_not_depend_on_the_order_of_the_operators(times: Path) -> None:
    backwards = _inspect(_TWO, "--operators", ", ".join(reversed(_OPERATORS)), "--operator-times", times)
    assert backwards == _inspect(_TWO, "--operator-times", times)


def test_one_json_object_with_the_documented_fields(times: Path) -> None:
    found = _inspect(_POOL, "--operator-times", times)
    assert list(found) == ["canonical", "parameters", "parameters_with_buffers", "flops", "cells", "time_features"]
    # Three adaptations in each of three cells that change shape; each batch norm has 2·F statistics.
    assert found["parameters"] == 20_986 - 3 * 2 * (24 + 48 + 96)
    assert found["cells"] == 4


@pytest.mark.parametrize(
    "spelling",
    [
        "[(-1, '3x3 dconv', -2, '1x5-5x1 conv');(0, 'identity', -1, '3x3 conv')]",
        '( -1 , "3x3  dconv", -2, "1x5-5x1 conv" ) ; (0,identity,-1,3x3 conv)',
    ],
)
def test_isomorphic_spellings_are_one_cell(spelling: str, times: Path) -> None:
    assert _inspect(spelling, "--operator-times", times) == _inspect(_TWO, "--operator-times", times)


def test_flops_of_one_small_cell() -> None:
    cell = "[(-1, '1x1 conv', -1, '1x1 conv')]"
    found = _inspect(cell, "--input", "4x5x3", *_CHEAP, "--no-residual")
    assert found["cells"] == 1
    assert found["flops"] == 2 * (2 * 3 * 2 * 4 * 5) + 2 * 2 * 10
    assert found["parameters"] == 2 * (3 * 2 + 2 + 2 * 2) + 2 * 10 + 10


def test_an_input_without_channels_has_one() -> None:
    assert _inspect(_POOL, "--input", "28x28", *_CHEAP) == _inspect(_POOL, "--input", "28x28x1", *_CHEAP)


def test_without_times_flops_stand_in() -> None:
    def flops(operator: str) -> int:
        count: int = _inspect(f"[(-1, '{operator}', -1, '{operator}')]", *_CHEAP)["flops"]
        return count

    empty, heaviest = _inspect("[]", *_CHEAP)["flops"], max(flops("5x5 conv"), flops("7x7 dconv"))
    expected = 2 * (flops("3x3 dconv") - empty) / (heaviest - empty)
    found = _inspect("[(-1, '3x3 dconv', -1, '3x3 dconv')]", *_CHEAP)
    assert found["time_features"]["op_score"] == pytest.approx(expected)


def test_operators_beyond_the_paper_are_welcome() -> None:
    found = _inspect("[(-3, '9x9 conv', -3, '3x3:2dr conv')]", *_CHEAP)
    assert found["time_features"]["cells"] == 1
    assert 1 < found["time_features"]["op_score"] < 2  # the largest of all, and a smaller one
    among = _inspect("[(-1, '3x3 tconv', -1, 'identity')]", "--operators", "identity, 3x3 tconv")
    assert among["time_features"]["op_score"] == pytest.approx(1 + _share_of_identity(), abs=1e-9)


def _share_of_identity() -> float:
    options = ("--operators", "identity, 3x3 tconv")
    score: float = _inspect("[(-1, 'identity', -1, 'identity')]", *options)["time_features"]["op_score"]
    return score / 2


def test_text_for_people(times: Path) -> None:
    answer = vilfredo("inspect", _MIXED, "--operator-times", times)
    lines = [line.rstrip() for line in answer.out.splitlines()]
    assert (answer.code, answer.err) == (0, "")
    assert lines[0] == _MIXED
    assert "47,248 with batch-norm statistics" in lines[1]
    assert "8 cells" in lines[1]
    assert lines[2].endswith("value (measured operator times)")
    rows = dict(line.rsplit(None, 1) for line in lines[3:])
    assert rows["op score"] == "1.25"
    assert rows["heaviest path fraction"] == "0.8"
    assert len(rows) == 9
    assert "derived from FLOPs" in vilfredo("inspect", _MIXED, *_CHEAP).out


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("", "the text is empty"),
        ("nonsense", "not a list of blocks"),
        ("[(-1,'identity',-1,'identity')", "not a list of blocks"),
        ("(-1,'3x3 conv')", "has 2 parts"),
        ("[(-1,'identity',-1,'')]", "an operator is missing"),
        ("[(-1,'identity',-1,'4d conv')]", "'4d conv' is not an operator"),
        ("[(-1,'0x3 conv',-1,'identity')]", "has the size 0"),
        ("[(-1,'99999x3 conv',-1,'identity')]", "has the size 99999"),
        ("[(0,'identity',-1,'identity')]", "there is no block before it"),
        ("[(-1,'identity',-1,'identity');(1,'identity',-1,'identity')]", "not there yet"),
        ("[(,'identity',-1,'identity')]", "'' in "),
        ("[(1.5,'identity',-1,'identity')]", "'1.5' in "),
        ("[(-61,'identity',-1,'identity')]", "lookback -61"),
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_bad_cells_are_refused(cell: str, message: str, as_json: bool) -> None:
    assert message in refused(vilfredo("inspect", cell, *(["--json"] if as_json else [])))


_BAD_OPTIONS = {
    "--input": ["0x32x3", "32", "-1x2x3", "axbxc", "32x32x3x1", "", "9" * 20 + "x3x3", f"{2**31 - 1}x{2**31 - 1}x3"],
    "--classes": ["0", "-3", "ten", "9" * 20],
    "--motifs": ["0", "-1", "13", "1.5"],
    "--normal": ["-1", "101"],
    "--filters": ["0", "-5", "9" * 20],
    "--operators": ["", " , ", "4d conv", "identity", "identity, identity, 3x3 conv"],
    "--operator-times": ["/nowhere", "/"],
    "--nonsense": ["1"],
}


@pytest.mark.parametrize(("option", "text"), [(name, text) for name, texts in _BAD_OPTIONS.items() for text in texts])
def test_bad_options_are_refused(option: str, text: str) -> None:
    refused(vilfredo("inspect", _CONV, f"{option}={text}"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("[1]", "holds something else"),
        ({"3x3 conv": 2}, "holds something else"),
        ({"empty": 1, "3x3 conv": "2"}, "holds something else"),
        ({"empty": 1, "3x3 conv": True}, "holds something else"),
        ({"empty": 1, "3x3 conv": None}, "holds something else"),
        ({"empty": -1, "3x3 conv": 2}, "holds something else"),
        ({"empty": 1, "3x3 conv": float("nan")}, "holds something else"),
        ({"empty": 1, "3x3 conv": float("inf")}, "finite time for '3x3 conv'"),
        ('{"empty": 1, "3x3 conv": 1' + "0" * 400 + "}", "finite time for '3x3 conv'"),
        ({"empty": 5, "3x3 conv": 2}, "slower than the empty cell"),
        ({"empty": 1, "identity": 2}, "'3x3 conv' is not among the operators: identity"),
        ({"empty": 1, "3x3 conv": 2, "4d conv": 3}, "'4d conv' is not an operator"),
    ],
)
def test_bad_operator_times_are_refused(content: Any, message: str, tmp_path: Path) -> None:
    assert message in refused(vilfredo("inspect", _CONV, "--operator-times", _write(tmp_path, content)))


def test_times_must_cover_the_operators_asked_for(tmp_path: Path) -> None:
    times = _write(tmp_path, {"empty": 1, "3x3 conv": 2})
    answer = vilfredo("inspect", _CONV, "--operators", "identity, 3x3 conv", "--operator-times", times)
    assert "'identity' is missing" in refused(answer)


def test_spaces_in_the_names_of_times_do_not_matter(tmp_path: Path) -> None:
    found = _inspect(_CONV, "--operator-times", _write(tmp_path, {"empty": 1, " 3x3   conv ": 2}))
    assert found["time_features"]["op_score"] == 2


def test_a_cell_must_be_given_once() -> None:
    answers: list[Answer] = [vilfredo("inspect"), vilfredo("inspect", _CONV, _POOL)]
    assert all("Usage: vilfredo inspect" in refused(answer) for answer in answers)
