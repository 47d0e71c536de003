import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.comparison.small import SETTINGS, data, planned, request
from tests.search import toy_landscape
from tests.search.toy_search import settings

from vilfredo.comparison import trial
from vilfredo.comparison.folder import Folder
from vilfredo.comparison.materials import settings_for
from vilfredo.comparison.trial import bootstrap, try_trainer
from vilfredo.errors import InputError
from vilfredo.search.landscapes import find_landscape


def test_the_bootstrap_is_what_is_trained_without_knowledge() -> None:
    found = bootstrap(settings(), epoch=2.0, overhead=0.5, epochs=3, workers=2)
    # the empty cell, and three of one block over two operators and one input
    assert found.networks == 4
    assert found.seconds == pytest.approx(((3 + 0.1) * 2.0 * 3 + 4 * 0.5) / 2)


def test_random_has_no_bootstrap() -> None:
    assert bootstrap(settings({"strategy": "random"}), 1.0, 1.0, 1, 1).networks == 0


def test_a_budget_too_small_is_refused_with_one_that_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "epoch_seconds", lambda *_: 2.0)
    monkeypatch.setattr(trial, "_overhead", lambda *_: 0.5)
    source = data(tmp_path / "toy.npz")
    with pytest.raises(InputError) as refused:
        planned(tmp_path / "out", [source], request(budget=8.2))
    text = str(refused.value)
    # 3.1 epochs' worth and four overheads are 8.2 s: a quarter is to be left, and trials scatter by a tenth
    assert "8.2 s are too few for popnas-v3 to finish its bootstrap, 4 networks trained 1 epoch each" in text
    found = re.search(r"--budget (\d+)s", text)
    assert found
    named = float(found[1])
    assert named == 12.0 >= 1.1 * 1.25 * 8.2
    assert planned(tmp_path / "out", [source], request(budget=named)).budget == named
    with pytest.raises(InputError, match="too few"):
        planned(tmp_path / "other", [source], request(budget=1.25 * 8.2 - 0.01))
    assert planned(tmp_path / "other", [source], request(budget=1.25 * 8.2 + 0.01))


def test_those_that_join_train_alike_and_need_a_bootstrap_too(tmp_path: Path) -> None:
    source, out = data(tmp_path / "toy.npz"), tmp_path / "out"
    (before,) = planned(out, [source], request(strategies=("random",), budget=0.001)).subjects
    with pytest.raises(InputError, match=r"too few for popnas-v3 to finish its bootstrap"):
        planned(out, [source], request(budget=0.001))
    kept = Folder(out).plan()
    assert kept is not None
    assert kept.subjects == (before,)
    (joined,) = planned(tmp_path / "all", [source], request(strategies=("random",), budget=60.0)).subjects
    (joined,) = planned(tmp_path / "all", [source], request(budget=60.0)).subjects
    assert joined.trainer == planned(tmp_path / "once", [source], request(budget=60.0)).subjects[0].trainer


def test_of_a_recorded_cell_its_most_expensive_training_counts(tmp_path: Path) -> None:
    toy_landscape.landscape(tmp_path / "toy.npz")
    plain = find_landscape(f"landscape:{tmp_path / 'toy.npz'}")
    seconds = np.where(plain.rows.seeds == 2, 10.0, plain.rows.seconds)  # of one cell of the bootstrap
    uneven = replace(plain, rows=replace(plain.rows, seconds=seconds))
    asked = {"popnas-v3": settings_for(uneven, "popnas-v3", "quick", [{"strategy": SETTINGS["strategy"]}])}
    assert try_trainer(asked, plain, budget=6.6 + 0.01, workers=1)
    with pytest.raises(InputError, match=r"which as recorded take 14 s"):
        try_trainer(asked, uneven, budget=15.0, workers=1)
    assert try_trainer(asked, uneven, budget=16.0, workers=1)


def test_the_budget_decides_on_epochs_for_all_alike(tmp_path: Path) -> None:
    source = data(tmp_path / "toy.npz")
    training = {**SETTINGS["training"], "epochs": 100_000}
    layers = [{**SETTINGS, "time_source": "measured", "fit_budget": True, "training": training}]
    (subject,) = planned(tmp_path / "out", [source], request(layers=layers, budget=200.0)).subjects
    epochs = {subject.settings(name, 0).training.epochs for name in subject.asked}
    assert epochs == {subject.trainer.epochs}
    assert 1 <= subject.trainer.epochs < 100_000
