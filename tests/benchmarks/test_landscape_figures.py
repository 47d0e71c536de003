import json
from pathlib import Path

import pytest
from benchmarks.landscape_figures import figures, main, seed_noise
from tests.search.toy_landscape import SECONDS, SPACE, landscape

from vilfredo.search.landscape import all_cells

AGAIN = tuple(all_cells(SPACE)[1:4])


def test_figures_of_a_landscape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toy = landscape(tmp_path / "toy.npz")
    found = figures(toy)
    assert (found["trainings"], found["cells"], found["failed"]) == (442, 440, 0)
    assert found["cells_by_size"] == {0: 1, 1: 3, 2: 27, 3: 409}
    assert found["device_hours"] == pytest.approx(442 * SECONDS / 3600)
    least, *_, greatest = found["quantiles"]["accuracy"]
    assert 0 <= least < greatest <= 0.5
    assert found["front"][0]["accuracy"] == pytest.approx(greatest, rel=1e-4)
    main([str(tmp_path / "toy.npz")])
    assert json.loads(capsys.readouterr().out)["cells"] == 440


def test_noise_is_that_between_seeds(tmp_path: Path) -> None:
    toy = landscape(tmp_path / "toy.npz", again=AGAIN)
    noise = seed_noise(toy)
    assert (noise["cells"], noise["seeds"]) == (3, 3)
    assert noise["accuracy"]["deviation"] == pytest.approx(1 / 2048)  # 0, 1 and 2 of 1/2048
    assert noise["accuracy"]["between_cells"] > 0.01
    assert noise["accuracy"]["spearman"] == pytest.approx(1)
    assert noise["training_time"]["deviation"] == 0


def test_one_cell_alone_tells_nothing_of_noise(tmp_path: Path) -> None:
    assert seed_noise(landscape(tmp_path / "toy.npz")) == {}
