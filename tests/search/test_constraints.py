"""Constraints as people write them."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.search.constraints import KNOWN, Constraint, parse_constraint, parse_constraints
from vilfredo.trials import MAXIMISED, Measurement


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("accuracy>=0.93", Constraint("accuracy", ">=", 0.93)),
        (" parameters < 1e6 ", Constraint("parameters", "<", 1e6)),
        ("latency<2ms", Constraint("latency", "<", 0.002)),
        ("latency<=3us", Constraint("latency", "<=", 3e-6)),
        ("latency<=3µs", Constraint("latency", "<=", 3e-6)),
        ("training_time>.5 s", Constraint("training_time", ">", 0.5)),
        ("training_time>2", Constraint("training_time", ">", 2.0)),
        ("flops<1.5M", Constraint("flops", "<", 1.5e6)),
        ("parameters<20K", Constraint("parameters", "<", 2e4)),
        ("parameters<1_000", Constraint("parameters", "<", 1e3)),
        ("peak_memory<2G", Constraint("peak_memory", "<", 2e9)),
        ("macro_f1>=93%", Constraint("macro_f1", ">=", 0.93)),
        ("0.93 <= accuracy", Constraint("accuracy", ">=", 0.93)),
        ("2 ms>latency", Constraint("latency", "<", 0.002)),
        ("Training-Time≤1", Constraint("training_time", "<=", 1.0)),
        ("accuracy≥0", Constraint("accuracy", ">=", 0.0)),
        ("log_loss<0.5", Constraint("nll", "<", 0.5)),
    ],
)
def test_what_is_understood(text: str, expected: Constraint) -> None:
    assert parse_constraint(text) == expected


_NONSENSE = "|accuracy|accuracy>=|>=3|accuracy=0.9|accuracy==0.9|accuracy>=0.9 and x|0.5<accuracy<1|a b<3|3<4"
_NO_NUMBERS = "accuracy>nan|parameters<inf|parameters<e|parameters<1__0|parameters<1 000"


@pytest.mark.parametrize("text", [*_NONSENSE.split("|"), *_NO_NUMBERS.split("|")])
def test_what_is_no_constraint(text: str) -> None:
    with pytest.raises(InputError, match=r"'.*' is not a comparison of an objective.* Write e\.g\. accuracy"):
        parse_constraint(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("latency<2k", "unit 'k', which is none of latency. Write the number alone, or with one of s, ms, us"),
        ("training_time<20m", "unit 'm', which is none of training_time"),
        ("parameters<1m", "or with one of k, M, G"),
        ("parameters<1%", "unit '%'"),
        ("accuracy<1k", "or with one of %"),
        ("nll<1k", "Write the number alone."),
        ("accuracy>=93", "accuracy lies between 0 and 1"),
        ("accuracy>=101%", "accuracy lies between 0 and 1"),
        ("accuracy>=-0.1", "accuracy lies between 0 and 1"),
        ("flops<1e400", "too large"),
        ("flops<1e99999999999999999999", "too large"),
    ],
)
def test_what_does_not_suit_the_objective(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_constraint(text)
    assert words in str(caught.value)


def test_several_are_separated_by_commas() -> None:
    found = parse_constraints(["accuracy>=0.9, parameters<1k", "latency<1s"])
    assert list(map(str, found)) == ["accuracy>=0.9", "parameters<1000", "latency<1s"]
    assert parse_constraints([]) == ()
    with pytest.raises(InputError, match="'000' is not"):
        parse_constraints(["parameters<1,000"])


@given(
    st.sampled_from([*KNOWN, "peak_memory"]),
    st.sampled_from([">=", ">", "<=", "<"]),
    st.floats(0, 1) | st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 10**7).map(float),
)
def test_what_is_printed_is_understood(objective: str, comparison: str, value: float) -> None:
    made = Constraint(objective, comparison, abs(value) % 1 if objective in MAXIMISED else value)  # type: ignore[arg-type]
    assert parse_constraint(str(made)) == made


@given(st.text(max_size=20) | st.from_regex(r"[a-z_]{1,9}[<>]=?[0-9._e+-]{1,7}[a-z%]?", fullmatch=True))
def test_any_text_is_understood_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        assert math.isfinite(parse_constraint(text).value)


@pytest.mark.parametrize(("sign", "expected"), [(">=", [2, 3]), (">", [3]), ("<=", [1, 2]), ("<", [1])])
def test_the_comparisons(sign: str, expected: list[int]) -> None:
    constraint = parse_constraint(f"parameters{sign}2")
    assert [value for value in (1, 2, 3, math.nan) if constraint.holds(value)] == expected


def test_an_objective_that_is_missing_satisfies_nothing() -> None:
    measurement = Measurement(proposal=0, architecture="[]", outcome="complete", objectives={"accuracy": 0.5})
    assert parse_constraint("accuracy>0.4").satisfied_by(measurement)
    assert not parse_constraint("latency<1").satisfied_by(measurement)
    assert not parse_constraint("latency>=0").satisfied_by(measurement)
