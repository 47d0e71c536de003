import re
from pathlib import Path

import pytest
from tests.comparison.small import SETTINGS, data, planned, request
from tests.search.toy_search import settings

from vilfredo.comparison.trial import bootstrap
from vilfredo.errors import InputError


def test_the_bootstrap_is_what_is_trained_without_knowledge() -> None:
    found = bootstrap(settings(), epoch=2.0, overhead=0.5, epochs=3, workers=2)
    # the empty cell, and three of one block over two operators and one input
    assert found.networks == 4
    assert found.seconds == pytest.approx(((3 + 0.1) * 2.0 * 3 + 4 * 0.5) / 2)


def test_random_has_no_bootstrap() -> None:
    assert bootstrap(settings({"strategy": "random"}), 1.0, 1.0, 1, 1).networks == 0


def test_a_budget_too_small_is_refused_with_one_that_is_not(tmp_path: Path) -> None:
    source = data(tmp_path / "toy.npz")
    with pytest.raises(InputError) as refused:
        planned(tmp_path / "out", [source], request(budget=0.001))
    text = str(refused.value)
    assert "0.001 s are too few for popnas-v3 to finish its bootstrap, 4 networks trained 1 epoch each" in text
    found = re.search(r"--budget (\d+)s", text)
    assert found
    assert planned(tmp_path / "out", [source], request(budget=60.0 + float(found[1]))).budget > 60


def test_the_budget_decides_on_epochs_for_all_alike(tmp_path: Path) -> None:
    source = data(tmp_path / "toy.npz")
    training = {**SETTINGS["training"], "epochs": 100_000}
    layers = [{**SETTINGS, "time_source": "measured", "fit_budget": True, "training": training}]
    (subject,) = planned(tmp_path / "out", [source], request(layers=layers, budget=200.0)).subjects
    epochs = {subject.settings(name, 0).training.epochs for name in subject.asked}
    assert epochs == {subject.trainer.epochs}
    assert 1 <= subject.trainer.epochs < 100_000
