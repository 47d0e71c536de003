"""Beginning a run, going on with one, and what must agree."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.search.contents import contents
from tests.search.toy_search import settings

from vilfredo.errors import InputError, RunError
from vilfredo.search import session
from vilfredo.search.events import ignore
from vilfredo.search.run_folder import is_run, read_description
from vilfredo.search.session import begin, conduct, reopen, settled
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.tasks.open import open_dataset
from vilfredo.training.precision import PrecisionTrial
from vilfredo.trials import Device

_TRAINING = {"epochs": 1, "batch_size": 16, "threads": 1, "device": "cpu"}
_SETTINGS = settings(
    {
        "network": {"motifs": 1, "normal_cells": 1, "filters": 4},
        "training": _TRAINING,
        "space": {"blocks": 2},
        "strategy": {"beam_size": 1, "exploration_beam_size": 0},
    }
)


def _write(path: Path, shift: int = 0, samples: int = 40) -> Path:
    y = np.arange(samples) % 2
    x = np.random.default_rng(0).integers(0, 99, (samples, 6, 6)).astype(np.uint8) + np.uint8(shift)
    np.savez(path, x_train=x, y_train=y, x_test=x[:4], y_test=y[:4])
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return _write(tmp_path / "toy.npz")


@pytest.fixture
def folder(tmp_path: Path, data: Path) -> Path:
    return _begun(tmp_path / "run", {"source": str(data)}, _SETTINGS)


def _begun(folder: Path, reading: Mapping[str, Any], chosen: SearchSettings) -> Path:
    begin(folder, chosen, open_dataset(**reading), reading, ["vilfredo", "search"])
    return folder


def _unchanged(stored: Mapping[str, Any]) -> SearchSettings:
    return resolve(stored)


def test_the_description_says_what_was_asked_and_where(folder: Path, data: Path) -> None:
    description = read_description(folder)
    assert SearchSettings.read(description["settings"]) == _SETTINGS
    assert description["command"] == ["vilfredo", "search"]
    found = description["data"]
    assert (found["source"], found["name"], found["labels"]) == (str(data), "toy", ["0", "1"])
    assert (found["training_samples"], found["validation_samples"], found["test_samples"]) == (36, 4, 4)
    assert found["fingerprint"] == open_dataset(str(data)).fingerprint
    assert found["preprocessing"].keys() == {"mean", "std", "divisor"}
    assert {"python", "torch", "numpy", "device", "cores", "platform"} <= description["environment"].keys()


def test_a_run_goes_on_as_it_was(folder: Path) -> None:
    chosen, evaluator = reopen(folder, _unchanged, None)
    assert chosen == _SETTINGS
    ending = conduct(folder, chosen, evaluator, seconds=None, observe=ignore, interrupted=lambda: False)
    assert ending == "finished"
    before = contents(folder)
    chosen, evaluator = reopen(folder, _unchanged, None)
    assert conduct(folder, chosen, evaluator, seconds=None, observe=ignore, interrupted=lambda: False) == "finished"
    assert contents(folder) == before


def test_time_may_run_out_before_the_first_training(folder: Path) -> None:
    chosen, evaluator = reopen(folder, _unchanged, None)
    assert conduct(folder, chosen, evaluator, seconds=1e-9, observe=ignore, interrupted=lambda: False) == "budget"
    assert contents(folder)["measurements"] == {}


def test_other_settings_are_refused_each_by_name(folder: Path) -> None:
    layer = {"seed": 5, "training": {"epochs": 3}, "space": {"blocks": 3}, "strategy": {"beam_size": 2}}
    with pytest.raises(RunError, match="started otherwise") as caught:
        reopen(folder, lambda stored: resolve(stored, layer), None)
    assert str(caught.value).splitlines()[1:] == [
        "  seed: 0 → 5",
        "  space.blocks: 2 → 3",
        "  strategy.beam_size: 1 → 2",
        "  training.epochs: 1 → 3",
    ]


def test_the_same_settings_said_again_are_no_change(folder: Path) -> None:
    layer = {"seed": 0, "training": _TRAINING}
    assert reopen(folder, lambda stored: resolve(stored, layer), None)[0] == _SETTINGS


def test_another_strategy_is_refused(folder: Path) -> None:
    with pytest.raises(RunError, match=r"strategy\.name: 'popnas-v3' → 'random'"):
        reopen(folder, lambda stored: resolve(stored, {"strategy": "random"}), None)


def test_other_data_are_refused(folder: Path, data: Path, tmp_path: Path) -> None:
    other = _write(tmp_path / "other.npz", shift=1)
    with pytest.raises(RunError, match=r"data: .*toy\.npz' → .*other\.npz' \(other contents\)"):
        reopen(folder, _unchanged, {"source": str(other)})
    _write(data, shift=1)
    with pytest.raises(RunError, match=r"data: .*\(other contents\)"):
        reopen(folder, _unchanged, None)


def test_the_same_data_elsewhere_will_do(folder: Path, data: Path, tmp_path: Path) -> None:
    moved = data.rename(tmp_path / "moved.npz")
    reopen(folder, _unchanged, {"source": str(moved), "resize": None, "samples": None})
    with pytest.raises(InputError, match="no such file"):
        reopen(folder, _unchanged, None)


def test_data_are_read_again_as_they_were(tmp_path: Path, data: Path) -> None:
    folder = _begun(tmp_path / "run", {"source": str(data), "resize": (4, 5), "samples": 30}, _SETTINGS)
    _, evaluator = reopen(folder, _unchanged, None)
    assert evaluator.data.sample_shape == (1, 4, 5)
    assert len(evaluator.data.y_train) == 27
    reopen(folder, _unchanged, {"source": str(data), "resize": None, "samples": None})
    with pytest.raises(RunError, match="other contents"):
        reopen(folder, _unchanged, {"source": str(data), "resize": None, "samples": 31})


def test_another_device_is_refused_where_times_are_measured(
    tmp_path: Path, data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = _begun(
        tmp_path / "measured", {"source": str(data)}, _SETTINGS.model_copy(update={"time_source": "measured"})
    )
    other = Device(kind="cpu", name="Abacus", threads=1, torch="2")
    monkeypatch.setattr(session, "fingerprint", lambda device, threads: other)
    with pytest.raises(RunError, match=r"device: .* → 'Abacus' \(times don't compare\)"):
        reopen(measured, _unchanged, None)
    reopen(folder, _unchanged, None)


def test_all_that_differs_is_told_at_once(folder: Path, tmp_path: Path) -> None:
    other = _write(tmp_path / "other.npz", shift=1)
    with pytest.raises(RunError) as caught:
        reopen(folder, lambda stored: resolve(stored, {"seed": 1}), {"source": str(other)})
    assert "seed: 0 → 1" in str(caught.value)
    assert "other contents" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("seed = 0", 'seed = "x"'),
        ("[settings.space]", "[settings.spice]"),
        ('fingerprint = "', 'footprint = "'),
        ('device = "', 'devise = "'),
        ('name = "popnas-v3"', 'name = "popnas-v9"'),
    ],
)
def test_a_damaged_description_is_refused(old: str, new: str, folder: Path) -> None:
    text = (folder / "run.toml").read_text()
    assert old in text
    (folder / "run.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(RunError, match=r"run\.toml"):
        reopen(folder, _unchanged, None)


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no folder"):
        reopen(tmp_path / "nowhere", _unchanged, None)
    with pytest.raises(RunError, match="not a run"):
        reopen(tmp_path, _unchanged, None)


def test_bad_data_leave_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "one.npz"
    np.savez(path, x=np.zeros((2, 4, 4), np.uint8), y=np.array([0, 1]))
    with pytest.raises(InputError):
        _begun(tmp_path / "run", {"source": str(path)}, _SETTINGS)
    with pytest.raises(InputError):
        _begun(tmp_path / "run", {"source": str(tmp_path / "none.npz")}, _SETTINGS)
    assert [file.name for file in tmp_path.iterdir()] == ["one.npz"]


def test_an_unwritable_place_is_refused_and_left_alone(data: Path) -> None:
    for place in (data / "run", Path("/proc/vilfredo")):
        with pytest.raises(RunError, match="cannot be created"):
            _begun(place, {"source": str(data)}, _SETTINGS)
    assert [file.name for file in data.parent.iterdir()] == [data.name]


def test_a_run_is_not_begun_twice(folder: Path, data: Path) -> None:
    with pytest.raises(RunError, match="holds a run already"):
        _begun(folder, {"source": str(data)}, _SETTINGS)
    assert is_run(folder)


def test_the_device_left_to_the_machine_is_settled() -> None:
    chosen = settled(settings({"training": {"device": "auto"}}))
    assert chosen.training.device in ("cpu", "cuda")
    assert settled(chosen) == chosen
    assert settled(settings({"training": {"threads": 3}})).training.threads == 3


def _auto(time_source: str) -> SearchSettings:
    training = _SETTINGS.training.model_copy(update={"precision": "auto"})
    return _SETTINGS.model_copy(update={"training": training, "time_source": time_source})


def test_the_precision_that_won_is_recorded_and_kept(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "try_precisions", lambda settings, data: PrecisionTrial("bfloat16", 1.7))
    folder = _begun(tmp_path / "auto", {"source": str(data)}, _auto("measured"))
    description = read_description(folder)
    assert description["settings"]["training"]["precision"] == "auto"
    assert description["planned"] == {"training": {"precision": "bfloat16"}}
    assert description["environment"]["bfloat16_speedup"] == 1.7
    monkeypatch.setattr(session, "try_precisions", lambda settings, data: pytest.fail("tried again"))
    chosen, evaluator = reopen(folder, _unchanged, None)
    assert chosen.training.precision == evaluator.settings.training.precision == "bfloat16"


def test_exactly_repeatable_searches_try_no_precision(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "try_precisions", lambda settings, data: pytest.fail("tried"))
    folder = _begun(tmp_path / "auto", {"source": str(data)}, _auto("flops"))
    assert reopen(folder, _unchanged, None)[0].training.precision == "float32"
    plain = _begun(tmp_path / "plain", {"source": str(data)}, _SETTINGS.model_copy(update={"time_source": "measured"}))
    assert read_description(plain)["planned"] == {}
