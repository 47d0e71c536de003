"""The source of a network with its weights, written anew."""

from pathlib import Path

import numpy as np
import pytest
from tests.bundle import models

from vilfredo.bundle import export_check
from vilfredo.bundle.export_check import ExportError
from vilfredo.bundle.folder import SOURCE, WEIGHTS, load_model
from vilfredo.bundle.source_export import export_source
from vilfredo.errors import InputError


def test_it_answers_what_the_model_does(tmp_path: Path) -> None:
    data = models.series_data(tmp_path)
    folder = models.write(tmp_path / "model", data)
    model, x = load_model(folder), models.opened(data).x_train
    out = tmp_path / "out"
    out.mkdir()
    exported, running = export_source(model, x, out / "net.py")
    assert (exported.file, exported.bytes) == ("net.py", sum(path.stat().st_size for path in out.iterdir()))
    assert exported.largest_difference < 1e-5
    np.testing.assert_allclose(running(x), model.predict_proba(x), atol=1e-5)
    assert (out / "net.py").read_bytes() == (folder / SOURCE).read_bytes()
    assert (out / WEIGHTS).read_bytes() == (folder / WEIGHTS).read_bytes()


def test_other_weights_beside_it_stay(tmp_path: Path) -> None:
    data = models.table_data(tmp_path)
    model = load_model(models.write(tmp_path / "model", data))
    (tmp_path / WEIGHTS).write_text("others")
    with pytest.raises(InputError, match="holds other weights"):
        export_source(model, models.opened(data).x_test, tmp_path / "network.py")
    assert (tmp_path / WEIGHTS).read_text() == "others"
    assert not (tmp_path / "network.py").exists()


def test_one_that_differs_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = models.table_data(tmp_path)
    model = load_model(models.write(tmp_path / "model", data))
    monkeypatch.setattr(export_check, "TOLERANCE", -1.0)
    with pytest.raises(ExportError, match="off the model's"):
        export_source(model, models.opened(data).x_test, tmp_path / "network.py")
    assert not (tmp_path / "network.py").exists()
    assert not (tmp_path / WEIGHTS).exists()
