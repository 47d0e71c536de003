"""Settings of a search: presets, layers, spellings, and clear words about mistakes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from vilfredo.errors import InputError
from vilfredo.predictors.discovery import predictor_names
from vilfredo.predictors.ridge import Ridge
from vilfredo.search.presets import preset, preset_names, preset_tasks
from vilfredo.search.settings import SearchSettings, read_file, resolve
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.strategies.pnas import Pnas
from vilfredo.strategies.popnas_v3 import PopnasV3
from vilfredo.strategies.protocol import strategies

_QUICK = preset("quick")
_PRESETS = [(name, task) for name in preset_names() for task in preset_tasks(name)]


@pytest.mark.parametrize(("name", "task"), _PRESETS)
def test_presets_resolve_and_read_back(name: str, task: str) -> None:
    settings = resolve(preset(name, task))
    assert resolve(tomllib.loads(settings.to_toml())) == settings
    assert resolve(preset("quick"), tomllib.loads(settings.to_toml())) == settings
    assert SearchSettings.read(settings.to_table()) == settings


@pytest.mark.parametrize(("name", "task"), _PRESETS)
@pytest.mark.parametrize("strategy", sorted(strategies()))
def test_any_preset_takes_any_strategy(name: str, task: str, strategy: str) -> None:
    settings = resolve(preset(name, task), {"strategy": {"name": strategy}})
    assert settings.strategy.name == strategy
    assert resolve(preset(name, task), {"strategy": strategy}) == settings
    assert resolve(tomllib.loads(settings.to_toml())) == settings


def test_paper_image_is_table_3_and_section_4_1() -> None:
    settings = resolve(preset("paper-image"))
    strategy, training, network = settings.strategy, settings.training, settings.network
    assert isinstance(strategy, PopnasV3)
    assert isinstance(settings.space, CellSpace)
    assert network is not None
    assert (strategy.beam_size, strategy.exploration_beam_size) == (128, 16)
    assert settings.space.blocks == 5
    assert settings.space.lookback == 2
    assert settings.space.operators == (
        *("identity", "3x3 dconv", "5x5 dconv", "7x7 dconv", "1x3-3x1 conv", "1x5-5x1 conv", "1x7-7x1 conv"),
        *("1x1 conv", "3x3 conv", "5x5 conv", "2x2 maxpool", "2x2 avgpool"),
    )
    assert (network.motifs, network.normal_cells, network.filters, network.residual) == (3, 2, 24, True)
    assert not network.lookback_reshape
    assert (training.epochs, training.learning_rate, training.weight_decay) == (21, 0.01, 5e-4)
    assert (training.schedule, training.first_period) == ("cosine-restart", 3)
    assert (training.drop_path, training.label_smoothing, training.cutout) == (0, 0, 0)
    assert (training.translation, training.horizontal_flip, training.validation_fraction) == (0.125, True, 0.1)
    assert settings.time_source == "measured"


def test_paper_series_is_table_3_and_sections_4_1_and_4_4_1() -> None:
    settings, images = resolve(preset("paper-series", "series")), resolve(preset("paper-image"))
    assert isinstance(settings.space, CellSpace)
    assert settings.space.operators == (
        *("identity", "7 dconv", "13 dconv", "21 dconv", "7 conv", "13 conv", "21 conv", "7:2dr conv", "7:4dr conv"),
        *("2 maxpool", "2 avgpool", "lstm", "gru"),
    )
    assert (settings.strategy, settings.network) == (images.strategy, images.network)
    training = settings.training
    assert (training.weight_decay, training.drop_path) == (1e-3, 0.2)
    assert (training.translation, training.horizontal_flip, training.cutout) == (0, False, 0)
    assert (training.least_batches, training.least_validation_samples) == (10, 60)
    same = {"weight_decay", "drop_path", "translation", "horizontal_flip", "least_batches", "least_validation_samples"}
    assert training.model_dump(exclude=same) == images.training.model_dump(exclude=same)


def test_quick_searches_tables_for_the_perceptrons_of_mlpnas() -> None:
    settings = resolve(preset("quick", "table"))
    assert isinstance(settings.space, MlpSpace)
    assert settings.space.model_copy(update={"layers": 10}) == MlpSpace()
    assert settings.network is None
    assert "network" not in settings.to_table()


def test_perceptrons_are_not_stacked() -> None:
    with pytest.raises(InputError, match="network: only cells are stacked, and this space is one of kind 'mlp'"):
        resolve(preset("quick", "table"), {"network": {"motifs": 2}})


def test_another_kind_of_space_has_settings_of_its_own() -> None:
    settings = resolve(_QUICK, {"space": {"kind": "mlp", "layers": 2}})
    assert isinstance(settings.space, MlpSpace)
    assert (settings.space.layers, settings.network) == (2, None)
    assert isinstance(resolve(settings.to_table(), _QUICK).space, CellSpace)


def test_an_unknown_kind_of_space() -> None:
    with pytest.raises(InputError, match=r"space: 'cell' is unknown. Did you mean 'cells'\? Known: cells, mlp"):
        resolve(_QUICK, {"space": {"kind": "cell"}})
    with pytest.raises(InputError, match="space: expected a table"):
        resolve(_QUICK, {"space": 3})


def test_a_space_without_a_kind_is_one_of_cells() -> None:
    table = resolve(_QUICK).to_table()
    del table["space"]["kind"]
    assert resolve(table) == resolve(_QUICK)


def test_the_score_is_what_the_strategy_sees() -> None:
    assert resolve(_QUICK, {"training": {"score": "macro_f1"}}).problem.score == "macro_f1"
    assert resolve(_QUICK, {"training": {"score": "log-loss"}}).problem.score == "nll"
    with pytest.raises(InputError, match=r"training\.score"):
        resolve(_QUICK, {"training": {"score": "auc"}})


def test_paper_image_predicts_as_in_section_4_1() -> None:
    table = resolve(preset("paper-image")).to_table()["strategy"]
    accuracy, time = table["accuracy_predictor"], table["time_predictor"]
    assert accuracy["name"] == "lstm-attention"
    assert (accuracy["members"], accuracy["learning_rate"], accuracy["regularisation"]) == (5, 0.004, 1e-5)
    assert (accuracy["epochs"], accuracy["batch_size"], accuracy["patience"]) == (30, 8, 5)
    assert (accuracy["embedding"], accuracy["attention"], accuracy["units"]) == (10, 16, 48)
    assert time["name"] == "catboost"
    assert (time["iterations"], time["patience"], time["folds"], time["trials"]) == (2500, 50, 5, 40)


def test_later_layers_lie_on_top_and_leave_the_rest() -> None:
    below = resolve(_QUICK)
    settings = resolve(_QUICK, {"training": {"epochs": 9}, "seed": 3}, {"seed": 4, "space": {"blocks": 2}})
    assert (settings.training.epochs, settings.seed, settings.space.largest) == (9, 4, 2)
    assert settings.space.vocabulary == below.space.vocabulary
    assert settings.training.model_copy(update={"epochs": below.training.epochs}) == below.training
    assert settings.strategy == below.strategy


def test_layers_are_not_changed() -> None:
    layers: list[dict[str, Any]] = [preset("quick"), {"strategy": {"beam_size": 4}}]
    before = repr(layers)
    resolve(*layers)
    assert repr(layers) == before


def test_changing_the_strategy_keeps_what_both_have() -> None:
    table = {"name": "popnas-v3", "beam_size": 7, "exploration_beam_size": 3, "accuracy_predictor": "ridge"}
    settings = resolve(_QUICK, {"strategy": table}, {"strategy": {"name": "pnas"}})
    assert isinstance(settings.strategy, Pnas)
    assert settings.strategy.beam_size == 7
    assert isinstance(settings.strategy.accuracy_predictor, Ridge)
    again = resolve(settings.to_table(), {"strategy": {"name": "popnas-v3", "beam_size": 8}})
    assert isinstance(again.strategy, PopnasV3)
    assert again.strategy.beam_size == 8
    assert isinstance(again.strategy.accuracy_predictor, Ridge)


def test_what_the_new_strategy_lacks_may_not_be_set_with_it() -> None:
    with pytest.raises(InputError, match=r"strategy\.beam_size.*is not a setting"):
        resolve(_QUICK, {"strategy": {"name": "random", "beam_size": 5}})


def test_predictors_are_tables_or_names() -> None:
    named = resolve(_QUICK, {"strategy": {"accuracy_predictor": "ridge"}})
    table = resolve(_QUICK, {"strategy": {"accuracy_predictor": {"name": "ridge"}}})
    heavy = resolve(named.to_table(), {"strategy": {"accuracy_predictor": {"penalty": 2.5}}})
    assert named == table
    assert isinstance(heavy.strategy, PopnasV3)
    assert heavy.strategy.accuracy_predictor == Ridge(penalty=2.5)


def test_settings_of_a_predictor_lie_over_those_below_only_if_it_is_the_same() -> None:
    below = {"strategy": {"time_predictor": {"name": "catboost", "trials": 3, "iterations": 77}}}
    same = resolve(_QUICK, below, {"strategy": {"time_predictor": {"trials": 4}}}).to_table()
    assert same["strategy"]["time_predictor"]["trials"] == 4
    assert same["strategy"]["time_predictor"]["iterations"] == 77
    other = resolve(_QUICK, below, {"strategy": {"time_predictor": {"name": "ridge", "penalty": 3.0}}}).to_table()
    assert other["strategy"]["time_predictor"] == {"name": "ridge", "penalty": 3.0}


@pytest.mark.parametrize("name", predictor_names())
def test_every_predictor_can_be_chosen_and_read_back(name: str) -> None:
    settings = resolve(_QUICK, {"strategy": {"accuracy_predictor": name, "time_predictor": {"name": name}}})
    assert resolve(tomllib.loads(settings.to_toml())) == settings
    assert settings.to_table()["strategy"]["accuracy_predictor"]["name"] == name


@pytest.mark.parametrize(
    ("layer", "misspelt", "meant"),
    [
        ({"trainign": {}}, "trainign", "training"),
        ({"sed": 1}, "sed", "seed"),
        ({"training": {"epoch": 1}}, "training.epoch", "epochs"),
        ({"space": {"block": 1}}, "space.block", "blocks"),
        ({"network": {"filter": 1}}, "network.filter", "filters"),
        ({"strategy": {"beam_sice": 1}}, "strategy.beam_sice", "beam_size"),
        ({"strategy": {"name": "popnas-v2"}}, "popnas-v2", "popnas-v3"),
        ({"strategy": "pnsa"}, "pnsa", "pnas"),
        ({"strategy": {"time_predictor": {"name": "catbost"}}}, "catbost", "catboost"),
        ({"strategy": {"time_predictor": {"iteration": 5}}}, "iteration", "iterations"),
        ({"strategy": {"accuracy_predictor": {"name": "ridge", "penalti": 5}}}, "penalti", "penalty"),
    ],
)
def test_a_misspelt_word_is_named_with_the_nearest(layer: dict[str, Any], misspelt: str, meant: str) -> None:
    with pytest.raises(InputError) as caught:
        resolve(_QUICK, layer)
    assert misspelt in str(caught.value)
    assert f"Did you mean '{meant}'?" in str(caught.value)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"seed": -1}, r"seed.*greater than or equal to 0, not -1"),
        ({"seed": "many"}, r"seed.*integer"),
        ({"time_source": "clock"}, r"time_source.*'measured' or 'flops'"),
        ({"training": {"epochs": 0}}, r"training\.epochs"),
        ({"training": {"batch_size": -3}}, r"training\.batch_size"),
        ({"training": {"learning_rate": float("nan")}}, r"training\.learning_rate"),
        ({"training": 3}, "training"),
        ({"space": {"blocks": 0}}, r"space\.blocks"),
        ({"space": {"lookback": 0}}, r"space\.lookback"),
        ({"space": {"operators": []}}, r"space\.operators"),
        ({"space": {"operators": ["3x3 conv", "3x3 conv"]}}, "repeated"),
        ({"space": {"operators": ["3x3 knov"]}}, "'3x3 knov' is not an operator"),
        ({"network": {"filters": 0}}, r"network\.filters"),
        ({"strategy": {"beam_size": 0}}, r"beam_size"),
        ({"strategy": 3}, r"strategy.*name"),
        ({"strategy": ["popnas-v3"]}, r"strategy.*name"),
        ({"strategy": {"time_predictor": 3}}, r"time_predictor"),
    ],
)
def test_wrong_values_are_refused_by_name(layer: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        resolve(_QUICK, layer)


def test_a_strategy_without_a_name_is_refused() -> None:
    with pytest.raises(InputError, match=r"strategy\.name is missing"):
        resolve({"strategy": {"beam_size": 3}, "space": {"operators": ["identity"]}})
    with pytest.raises(InputError, match=r"strategy"):
        resolve({"space": {"operators": ["identity"]}})


def test_files_are_read_as_toml(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('seed = 3\n[strategy]\nname = "pnas"\n')
    assert read_file(tmp_path / "a.toml") == {"seed": 3, "strategy": {"name": "pnas"}}


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("seed: 3")
    (tmp_path / "binary").write_bytes(b"\xff\x00")
    for name, message in (("text", "not TOML"), ("binary", "cannot be read"), ("none", "cannot be read")):
        with pytest.raises(InputError, match=rf"{name}.*{message}"):
            read_file(tmp_path / name)
    with pytest.raises(InputError, match="cannot be read"):
        read_file(tmp_path)


def test_operators_are_laid_over_any_space_that_has_some() -> None:
    flat = resolve(preset("quick-v1"), {"space": {"operators": ["identity", "5x5 conv"]}})
    assert flat.space.kind == "parallel"
    assert flat.space.vocabulary == ("5x5 conv", "identity")
    assert flat.space.largest == 3
    cells = resolve(preset("quick-v1"), {"space": {"operators": ["identity"], "lookback": 2}})
    assert cells.space.kind == "cells"
    assert resolve(preset("quick", "table"), {"space": {"operators": ["identity"]}}).space.kind == "cells"
