from typing import Any

import pytest

from vilfredo.deploy.settings import DeploySettings, SelectionSettings
from vilfredo.errors import InputError
from vilfredo.training.settings import TrainingSettings

SEARCH = TrainingSettings(epochs=6, batch_size=48, weight_decay=0.003, score="macro_f1")


def test_trainings_are_laid_over_one_another() -> None:
    asked = DeploySettings.read(
        {"selection": {"training": {"epochs": 40, "drop_path": 0.4}}, "final": {"training": {"epochs": 90}}}
    )
    selection, final = asked.selection_training(SEARCH), asked.final_training(SEARCH)
    assert selection == SEARCH.model_copy(update={"epochs": 40, "drop_path": 0.4})
    assert final == selection.model_copy(update={"epochs": 90})


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"selection": {"training": {"epoch": 3}}}, r"selection.training.epoch.*Did you mean|epochs"),
        ({"final": {"training": {"epochs": 0}}}, "final.training.epochs"),
        ({"selection": {"training": {"validation_fraction": 0.5}}}, "that of the search"),
        ({"final": {"training": {"score": "accuracy"}}}, "that of the search"),
    ],
)
def test_wrong_trainings_are_refused(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        DeploySettings.read(tables).final_training(SEARCH)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"parameters": [2, 1]}, "first number below the second"),
        ({"growth": [-1, 1]}, "first number below the second"),
        ({"parameters": [1, 2], "growth": [1, 2]}, "not both"),
        ({"motifs": [-1]}, "added"),
        ({"filters": [0]}, "above 0"),
        ({"filters": []}, "filters"),
        ({"top": 0}, "top"),
        ({"tops": 1}, "tops"),
    ],
)
def test_wrong_grids_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        SelectionSettings.read(values)
