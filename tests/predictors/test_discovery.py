import pytest

from vilfredo.errors import InputError
from vilfredo.predictors.catboost_trees import CatBoostTrees
from vilfredo.predictors.discovery import find_predictor, predictor_names
from vilfredo.predictors.lstm_attention import LstmAttention
from vilfredo.predictors.ridge import Ridge


def test_the_folder_is_the_registry() -> None:
    assert set(predictor_names()) >= {"catboost", "lstm-attention", "ridge"}
    assert find_predictor("catboost") is CatBoostTrees
    assert find_predictor("lstm-attention") is LstmAttention
    assert find_predictor("ridge") is Ridge


def test_an_unknown_name_gets_the_nearest_known_one() -> None:
    with pytest.raises(InputError, match="Did you mean 'catboost'"):
        find_predictor("catbost")
