from typing import Any, Literal

import pytest
from pydantic import Field, ValidationError, field_validator

from vilfredo.errors import InputError
from vilfredo.settings import Settings


class Optimizer(Settings):
    learning_rate: float = Field(default=0.01, gt=0)
    schedule: Literal["cosine", "constant"] = "cosine"


class Training(Settings):
    epochs: int = Field(default=21, ge=1)
    flip: bool = False
    optimizer: Optimizer = Optimizer()
    extra: Optimizer | None = None
    operators: tuple[str, ...] = ()

    @field_validator("operators")
    @classmethod
    def _short(cls, operators: tuple[str, ...]) -> tuple[str, ...]:
        if len(operators) > 2:
            raise ValueError("at most two operators, please")
        return operators


def message(values: dict[str, Any], where: str = "") -> str:
    with pytest.raises(InputError) as caught:
        Training.read(values, where)
    return str(caught.value)


def test_valid_values_are_read() -> None:
    settings = Training.read({"epochs": 3, "optimizer": {"learning_rate": 0.5}, "operators": ["a", "b"]})
    assert settings == Training(epochs=3, optimizer=Optimizer(learning_rate=0.5), operators=("a", "b"))
    assert Training.read({}) == Training()


def test_settings_survive_a_dump() -> None:
    settings = Training(epochs=3, extra=Optimizer(schedule="constant"), operators=("a",))
    assert Training.read(settings.model_dump(mode="json")) == settings


def test_settings_are_frozen_and_hashable() -> None:
    settings = Training()
    with pytest.raises(ValidationError):
        settings.epochs = 4  # type: ignore[misc]
    assert hash(settings) == hash(Training())


def test_an_unknown_key_names_the_nearest() -> None:
    text = message({"epohcs": 3})
    assert text.startswith("settings: 'epohcs' is not a setting. Did you mean 'epochs'?")
    assert text.endswith("Known: epochs, flip, optimizer, extra, operators.")


def test_a_key_like_no_other_lists_the_known_ones() -> None:
    text = message({"zzz": 3})
    assert "Did you mean" not in text
    assert "Known: epochs, flip" in text


def test_an_unknown_key_in_a_table_is_compared_with_that_table() -> None:
    text = message({"optimizer": {"lerning_rate": 1}}, where="training")
    assert text == (
        "settings: 'training.optimizer.lerning_rate' is not a setting. Did you mean 'learning_rate'? "
        "Known: learning_rate, schedule."
    )


def test_an_unknown_key_in_an_optional_table_too() -> None:
    assert message({"extra": {"lerning_rate": 1}}) == (
        "settings: 'extra.lerning_rate' is not a setting. Did you mean 'learning_rate'? Known: learning_rate, schedule."
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"epochs": "many"}, ["epochs", "valid integer", "'many'"]),
        ({"epochs": 2.5}, ["epochs", "valid integer", "2.5"]),
        ({"epochs": 0}, ["epochs", "greater than or equal to 1", "not 0"]),
        ({"epochs": -1}, ["epochs", "greater than or equal to 1", "not -1"]),
        ({"epochs": None}, ["epochs", "valid integer", "None"]),
        ({"epochs": {"a": 1}}, ["epochs", "valid integer", "{'a': 1}"]),
        ({"flip": "perhaps"}, ["flip", "boolean", "'perhaps'"]),
        ({"optimizer": 3}, ["optimizer", "not 3"]),
        ({"optimizer": {"learning_rate": 0}}, ["optimizer.learning_rate", "greater than 0"]),
        ({"optimizer": {"learning_rate": float("nan")}}, ["optimizer.learning_rate", "finite"]),
        ({"optimizer": {"learning_rate": float("inf")}}, ["optimizer.learning_rate", "finite"]),
        ({"optimizer": {"schedule": "linear"}}, ["optimizer.schedule", "'cosine' or 'constant'", "'linear'"]),
        ({"operators": ["a", "b", "c"]}, ["operators: at most two operators, please"]),
        ({"operators": ["a", 3]}, ["operators.1", "string", "not 3"]),
    ],
)
def test_a_wrong_value_says_what_was_expected_and_what_came(values: dict[str, Any], expected: list[str]) -> None:
    text = message(values)
    for part in expected:
        assert part in text
    assert "Value error" not in text


def test_each_wrong_field_has_one_line() -> None:
    lines = message({"epochs": "a\nb", "flop": 1, "optimizer": {"learning_rate": -1}}).split("\n")
    assert len(lines) == 3
    assert all(line.startswith("settings: ") and line.endswith(".") for line in lines)


def test_the_table_is_named_in_every_line() -> None:
    lines = message({"epochs": 0, "flop": 1}, where="training").split("\n")
    assert all("training." in line for line in lines)


def test_a_huge_wrong_value_is_shortened() -> None:
    text = message({"epochs": list(range(10_000))})
    assert len(text) < 250
    assert "[0, 1, 2" in text


def test_a_missing_field_does_not_show_the_whole_table() -> None:
    class Needed(Settings):
        name: str
        epochs: int = 1

    with pytest.raises(InputError) as caught:
        Needed.read({"epochs": 5})
    assert str(caught.value) == "settings: name: field required."
