"""The landscapes that come with the package: small, whole, and what they say they are."""

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.search.api import search
from vilfredo.search.evaluation import make_evaluator
from vilfredo.search.front import measured_front
from vilfredo.search.landscape import OBJECTIVES, Landscape, all_cells
from vilfredo.search.landscapes import find_landscape, is_landscape, landscape_names
from vilfredo.search.replay import replay_settings
from vilfredo.search.run_folder import reading
from vilfredo.search.summary import front_of
from vilfredo.tasks.open import open_dataset
from vilfredo.trials import Proposal


@pytest.fixture(params=landscape_names(), scope="module")
def bundled(request: pytest.FixtureRequest) -> Landscape:
    return find_landscape(f"landscape:{request.param}")


def test_those_there_are_weigh_little() -> None:
    assert landscape_names() == ("digits", "pendigits")
    files = [file for file in resources.files("vilfredo.search.landscapes").iterdir() if file.name.endswith(".npz")]
    assert sum(len(file.read_bytes()) for file in files) < 2_000_000


def test_every_space_it_names_is_whole(bundled: Landscape) -> None:
    for space in bundled.about.spaces:
        assert bundled.missing(space) == 0
    assert len(all_cells(bundled.space)) > 100


def test_some_cells_have_more_seeds(bundled: Landscape) -> None:
    """Enough to tell how noisy a training is."""
    counts = [len(bundled.seeds(cell)) for cell in bundled.cells()]
    assert all(bundled.seeds(cell)[0] == 0 for cell in bundled.cells())
    assert sum(count > 1 for count in counts) > 15


def test_all_were_trained_and_timed(bundled: Landscape) -> None:
    rows = bundled.rows
    assert (rows.outcomes == 0).all()
    assert np.isfinite(rows.objectives).all()
    assert (rows.objectives[:, OBJECTIVES.index("training_time")] > 0).all()
    assert (rows.seconds > 0).all()
    assert np.isfinite(rows.curves).all()
    assert rows.curves.shape[1] == bundled.about.training.epochs


def test_the_best_epoch_is_that_of_the_curve(bundled: Landscape) -> None:
    rows = bundled.rows
    best = rows.objectives[:, OBJECTIVES.index("accuracy")]
    assert np.allclose(rows.curves[:, :, 2].max(axis=1), best, atol=1e-6)
    assert np.allclose(rows.curves[np.arange(len(rows)), rows.best_epochs - 1, 2], best, atol=1e-6)


def test_where_it_comes_from_is_inside(bundled: Landscape) -> None:
    about = bundled.about
    assert {"recorded", "command", "vilfredo", "torch", "calibration_step_seconds"} <= set(about.provenance)
    assert len(about.data.fingerprint) == 64
    assert about.device.kind == "cpu"
    assert bundled.source == f"landscape:{about.name}"


def test_cells_differ_by_more_than_noise(bundled: Landscape) -> None:
    again = [Proposal(id=0, architecture=cell, step=0) for cell in bundled.cells() if len(bundled.seeds(cell)) > 1]
    table = np.array([[bundled.measurement(one, seed).objectives["accuracy"] for seed in (0, 1)] for one in again])
    assert table.mean(axis=1).var() > 2 * table.var(axis=1).mean()


def test_a_search_of_all_cells_finds_the_known_front(bundled: Landscape, tmp_path: Path) -> None:
    space = bundled.space.model_copy(update={"blocks": 2})
    cells = all_cells(space)[1:]  # random search does not draw the empty cell
    known = [bundled.measurement(Proposal(id=i, architecture=cell, step=0), 0) for i, cell in enumerate(cells)]
    settings = {"strategy": {"name": "random", "cells_per_size": 1000}, "space": {"blocks": 2}}
    assert search(bundled, tmp_path / "run", settings=settings) == "finished"
    found = {row["architecture"] for row in front_of(tmp_path / "run")["front"]}
    assert found == {m.architecture for m in measured_front(known)}
    with reading(tmp_path / "run") as (_, store):
        assert len(store.measurements()) == len(cells)


def test_names_and_what_are_none() -> None:
    assert is_landscape("landscape:digits")
    assert not is_landscape("digits")
    assert not is_landscape(None)
    with pytest.raises(InputError, match=r"'digit' is unknown. Did you mean 'digits'\? Known: digits, pendigits"):
        find_landscape("landscape:digit")
    with pytest.raises(InputError, match="there is no file"):
        find_landscape("landscape:nowhere.npz")


@pytest.mark.slow
def test_training_again_gives_what_was_recorded() -> None:
    landscape = find_landscape("digits")
    settings = replay_settings(landscape, {"strategy": {"name": "random"}})
    dataset = open_dataset(landscape.about.data.name, **landscape.about.data.reading)
    assert dataset.fingerprint == landscape.about.data.fingerprint
    evaluator = make_evaluator(settings, dataset)
    for number, cell in enumerate(landscape.cells()[1:100:20]):
        proposal = Proposal(id=number, architecture=cell, step=1)
        live = evaluator.evaluate(proposal, lambda: False, lambda proposal, epoch: None).measurement
        recorded = landscape.measurement(proposal, 0)
        # Another processor adds floats in another order.
        assert recorded.objectives["accuracy"] == pytest.approx(live.objectives["accuracy"], abs=0.03)
        assert recorded.objectives["flops"] == live.objectives["flops"]
