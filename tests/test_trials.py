import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from vilfredo.trials import (
    MAXIMISED,
    SCORES,
    Budget,
    Device,
    Epoch,
    Evaluate,
    Finished,
    Measurement,
    Proposal,
    Value,
    as_fraction,
    from_fraction,
)

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
TEXTS = st.text(max_size=20)
OBJECTIVES = st.dictionaries(TEXTS, NUMBERS, max_size=4)


def round_trip(value: Value) -> Value:
    return type(value).model_validate_json(value.model_dump_json())


def same(left: Value, right: Value) -> bool:
    """Equal, with NaN equal to NaN: the text of a float is exact."""
    return repr(left) == repr(right)


EPOCHS = st.builds(
    Epoch,
    epoch=st.integers(0, 100),
    learning_rate=NUMBERS,
    training_loss=NUMBERS,
    validation_accuracy=NUMBERS,
    validation_nll=NUMBERS,
)
DEVICES = st.builds(Device, kind=st.sampled_from(["cpu", "cuda"]), name=TEXTS, threads=st.integers(1, 64), torch=TEXTS)
MEASUREMENTS = st.builds(
    Measurement,
    proposal=st.integers(0, 10**9),
    architecture=TEXTS,
    outcome=st.sampled_from(["complete", "infeasible", "failed"]),
    reason=TEXTS,
    objectives=OBJECTIVES,
    spread=OBJECTIVES,
    curve=st.lists(EPOCHS, max_size=3).map(tuple),
    device=st.none() | DEVICES,
    wall_time=NUMBERS,
    details=st.dictionaries(TEXTS, st.none() | st.booleans() | st.integers(-9, 9) | TEXTS, max_size=3),
)


@settings(deadline=None)
@given(MEASUREMENTS)
def test_a_measurement_survives_json(measurement: Measurement) -> None:
    assert same(round_trip(measurement), measurement)


@settings(deadline=None)
@given(st.builds(Proposal, id=st.integers(0), architecture=TEXTS, step=st.integers(0), predicted=OBJECTIVES))
def test_a_proposal_survives_json(proposal: Proposal) -> None:
    assert same(round_trip(proposal), proposal)


@pytest.mark.parametrize(
    "value",
    [
        Budget(),
        Budget(seconds=1.5, trials=3),
        Evaluate(proposals=(Proposal(id=0, architecture="[]", step=0),), notes={"expanded": 3}),
        Finished(reason="all blocks placed"),
    ],
)
def test_other_values_survive_json(value: Value) -> None:
    assert round_trip(value) == value


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_written_as_valid_json(number: float) -> None:
    def refuse(token: str) -> float:
        raise AssertionError(f"{token} is not JSON")

    measurement = Measurement(proposal=0, architecture="[]", outcome="failed", objectives={"nll": number})
    json.loads(measurement.model_dump_json(), parse_constant=refuse)
    restored = Measurement.model_validate_json(measurement.model_dump_json()).objectives["nll"]
    assert isinstance(restored, float)
    assert repr(restored) == repr(number)


@pytest.mark.parametrize(
    "fields",
    [
        {"proposal": 0, "architecture": "[]", "outcome": "finished"},
        {"proposal": 0, "architecture": "[]", "outcome": "complete", "accuracy": 1.0},
        {"proposal": 0, "outcome": "complete"},
    ],
)
def test_what_is_not_a_measurement_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Measurement.model_validate(fields)


def test_ids_and_steps_count_from_zero() -> None:
    with pytest.raises(ValidationError):
        Proposal(id=-1, architecture="[]", step=0)
    with pytest.raises(ValidationError):
        Proposal(id=0, architecture="[]", step=-1)


def test_values_are_immutable() -> None:
    proposal = Proposal(id=0, architecture="[]", step=0)
    with pytest.raises(ValidationError):
        proposal.step = 1  # type: ignore[misc]


@given(st.sampled_from(SCORES), st.floats(0, 1), st.floats(0, 1))
def test_scores_as_fractions_lie_between_nothing_and_one_and_keep_the_order(
    score: str, left: float, right: float
) -> None:
    one, other = as_fraction(score, left), as_fraction(score, right)
    assert 0 <= one <= 1
    if left <= right:
        assert one <= other if score in MAXIMISED else one >= other
    assert from_fraction(score, one) == pytest.approx(left, abs=1e-12)


def test_a_loss_is_a_likelihood() -> None:
    assert as_fraction("nll", 0.0) == 1.0
    assert as_fraction("nll", 2.0) == pytest.approx(math.exp(-2))
    assert as_fraction("nll", math.inf) == 0.0
    assert from_fraction("nll", 0.0) == math.inf
    assert set(SCORES) - MAXIMISED == {"nll"}
