"""A model put together from its record and its weights."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.bundle import models
from torch import Tensor

from vilfredo.bundle.model import Model
from vilfredo.bundle.record import ModelRecord
from vilfredo.errors import InputError, RunError
from vilfredo.tasks.dataset import Dataset

KINDS = {"image": models.image_data, "series": models.series_data, "table": models.table_data}


@pytest.fixture(scope="module", params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, ModelRecord, Any]:
    dataset = models.opened(KINDS[request.param](tmp_path_factory.mktemp("model")))
    record, ship = models.parts(dataset)
    return dataset, record, ship


def _weights(ship: Any) -> dict[str, Tensor]:
    return dict(ship.network.state_dict())


def test_answers_as_the_network_does(made: tuple[Dataset, ModelRecord, Any]) -> None:
    dataset, record, ship = made
    model = Model.of(record, _weights(ship))
    expected = ship.probabilities
    found = model.predict_proba(dataset.x_train)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (model.predict(dataset.x_train) == found.argmax(axis=1)).all()
    assert model.predict_proba(dataset.x_train[:0]).shape == (0, len(dataset.labels))


def test_its_plain_source_answers_the_same(made: tuple[Dataset, ModelRecord, Any]) -> None:
    dataset, record, ship = made
    model = Model.of(record, _weights(ship))
    with torch.inference_mode():
        plain = model.plain()(torch.tensor(dataset.x_test)).numpy()
    np.testing.assert_allclose(plain, model.predict_proba(dataset.x_test), atol=1e-5)


def test_samples_of_another_shape_are_refused(made: tuple[Dataset, ModelRecord, Any]) -> None:
    dataset, record, ship = made
    with pytest.raises(InputError, match="the model reads"):
        Model.of(record, _weights(ship)).predict_proba(dataset.x_train[..., :-1])


def test_what_an_exported_file_says_of_itself(made: tuple[Dataset, ModelRecord, Any]) -> None:
    dataset, record, ship = made
    facts = Model.of(record, _weights(ship)).facts()
    assert json.loads(facts["labels"]) == list(dataset.labels)
    assert facts["architecture"] == record.architecture


def test_weights_of_another_network_are_refused(made: tuple[Dataset, ModelRecord, Any]) -> None:
    _, record, ship = made
    weights = _weights(ship)
    name = next(iter(weights))
    for other in (
        {key: value for key, value in weights.items() if key != name},
        weights | {"more": torch.zeros(1)},
        weights | {name: torch.cat([weights[name], weights[name]])},
        {},
    ):
        with pytest.raises(RunError, match="don't belong together"):
            Model.of(record, other)


def test_labels_of_another_number_are_refused(made: tuple[Dataset, ModelRecord, Any]) -> None:
    _, record, ship = made
    with pytest.raises(RunError, match="labels for"):
        Model.of(record.model_copy(update={"labels": (*record.labels, "more")}), _weights(ship))


def test_a_layout_of_other_samples_is_refused(made: tuple[Dataset, ModelRecord, Any]) -> None:
    _, record, ship = made
    if record.layout["task"] == "table":
        changes = {"columns": record.layout["columns"][:-1], "shape": [2]}
    else:
        changes = {"shape": [*record.layout["shape"][:-1], 4096]}
    with pytest.raises(RunError, match="don't belong together"):
        Model.of(record.model_copy(update={"layout": {**record.layout, **changes}}), _weights(ship))


@pytest.mark.parametrize("macro", [{"filters": 100_000}, {"motifs": 12, "normal_cells": 100, "filters": 1000}])
def test_a_network_far_too_large_is_never_built(tmp_path: Path, macro: dict[str, int]) -> None:
    record, ship = models.parts(models.opened(models.image_data(tmp_path)))
    networks = {**record.networks, "macro": {**record.networks["macro"], **macro}}
    with pytest.raises(RunError, match="parameters, the file of weights"):
        Model.of(record.model_copy(update={"networks": networks}), _weights(ship))


_NUMBERS = (-1, 0, 1, 2**31, 10**30, 1e300, float("nan"), float("inf"))
_NASTY: tuple[Any, ...] = (*_NUMBERS, None, True, "", "x", "\x1b[2J", [], {}, [None], {"a": {}})


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from _leaves(one, (*path, key))


def _changed(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _changed(value[path[0]], path[1:], other)
    return copy


@pytest.mark.filterwarnings("ignore:overflow encountered")
@pytest.mark.parametrize("part", ["networks", "layout", "preprocessing", "architecture", "space"])
def test_no_hostile_record_does_more_than_be_refused(made: tuple[Dataset, ModelRecord, Any], part: str) -> None:
    dataset, record, ship = made
    values, weights = record.model_dump(mode="json"), _weights(ship)
    changes = [(path, nasty) for path in _leaves(values[part]) for nasty in _NASTY]
    refused = []
    for path, nasty in random.Random(0).sample(changes, min(len(changes), 150)):
        other = _changed(values[part], path, nasty)
        if not isinstance(other, str if part in ("architecture", "space") else dict):
            continue  # the record refuses that already
        try:
            model = Model.of(record.model_copy(update={part: other}), weights)
            model.predict_proba(dataset.x_test[:1])
        except RunError as error:
            refused.append(str(error))
    assert refused
    assert not any("\x1b" in message for message in refused)
