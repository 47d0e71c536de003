"""The folder of a model."""

import hashlib
import json
import os
import pickle
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.bundle import models

from vilfredo.bundle import swapping
from vilfredo.bundle.folder import (
    SOURCE,
    WEIGHTS,
    changed_files,
    check_writable,
    is_model,
    load_model,
    write_model,
)
from vilfredo.bundle.record import RECORD, read_record, sealed, to_json
from vilfredo.errors import RunError
from vilfredo.networks.weights import serialise


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return models.write(tmp_path / "model", models.table_data(tmp_path))


def _nothing(_: Path) -> None:
    """Add no file."""


def _hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def _with_weights(model: Path, content: bytes) -> None:
    """Put other weights into a model, as a stranger would who can compute checksums."""
    digest = hashlib.sha256(content).hexdigest()
    (model / WEIGHTS).write_bytes(content)
    record = read_record(model)
    resealed = sealed(record.model_copy(update={"files": {**record.files, WEIGHTS: digest}}))
    (model / RECORD).write_bytes(to_json(resealed))


def test_a_model_comes_back(model: Path) -> None:
    assert is_model(model)
    loaded = load_model(str(model))
    record, ship = models.parts(models.opened(model.parent / "shop.csv"))
    np.testing.assert_allclose(loaded.predict_proba(ship.samples), ship.probabilities, atol=1e-6)
    assert set(loaded.record.files) == {WEIGHTS, SOURCE}
    assert changed_files(model, loaded.record) == ()
    assert record.architecture == loaded.record.architecture
    assert _hidden(model.parent) == []
    assert model.stat().st_mode & 0o777 == 0o755


def test_the_same_weights_give_the_same_bytes() -> None:
    weights = {"b": torch.arange(6.0).view(2, 3), "a": torch.ones(2)}
    turned = {"a": torch.ones(2), "b": torch.arange(6.0).view(2, 3).t().contiguous().t()}
    assert serialise(weights) == serialise(turned)


def test_changed_and_missing_files_are_named(model: Path) -> None:
    (model / SOURCE).write_text("import os")
    assert changed_files(model, read_record(model)) == (SOURCE,)
    (model / WEIGHTS).unlink()
    assert changed_files(model, read_record(model)) == (WEIGHTS, SOURCE)


@pytest.mark.parametrize("at", [0, 8, 60, -1])
def test_tampered_weights_are_refused(model: Path, at: int) -> None:
    content = bytearray((model / WEIGHTS).read_bytes())
    content[at] ^= 1
    (model / WEIGHTS).write_bytes(content)
    with pytest.raises(RunError, match="was changed or is damaged"):
        load_model(model)


def test_weights_that_are_missing_or_not_a_file_are_refused(model: Path) -> None:
    (model / WEIGHTS).unlink()
    with pytest.raises(RunError, match="cannot be read"):
        load_model(model)
    os.mkfifo(model / WEIGHTS)
    with pytest.raises(RunError, match="cannot be read"):
        load_model(model)


def test_a_tampered_record_is_refused(model: Path) -> None:
    values = json.loads((model / RECORD).read_text())
    values["labels"].reverse()
    (model / RECORD).write_text(json.dumps(values))
    with pytest.raises(RunError, match="was edited or is damaged"):
        load_model(model)


class _Bomb:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.mkdir, ("exploded",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 8,
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 2) + b"{}",
        struct.pack("<Q", 70) + b'{"a":{"dtype":"F32","shape":[9999999999],"data_offsets":[0,4]}}       ' + b"\0" * 4,
        struct.pack("<Q", 100_000) + b"[" * 100_000,
        pickle.dumps(_Bomb()),
    ],
    ids=["empty", "no header", "endless header", "no weights", "too short", "nested", "pickle"],
)
def test_files_that_are_no_weights_are_refused(
    model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    _with_weights(model, content)
    with pytest.raises(RunError, match="model: "):
        load_model(model)
    assert not (tmp_path / "exploded").exists()


def test_truncated_weights_are_refused(model: Path) -> None:
    _with_weights(model, (model / WEIGHTS).read_bytes()[:-4])
    with pytest.raises(RunError, match="is damaged"):
        load_model(model)


def test_weights_of_another_network_are_refused(model: Path, tmp_path: Path) -> None:
    other = models.write(tmp_path / "other", models.image_data(tmp_path))
    _with_weights(model, (other / WEIGHTS).read_bytes())
    with pytest.raises(RunError, match="don't belong together"):
        load_model(model)


def test_nothing_in_it_is_executed(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (model / SOURCE).write_text("import os; os.mkdir('exploded')")
    (model / "__init__.py").write_text("import os; os.mkdir('exploded')")
    load_model(model)
    assert not (tmp_path / "exploded").exists()


def test_a_model_is_replaced_as_a_whole(model: Path, tmp_path: Path) -> None:
    (model / "notes.txt").write_text("mine")
    models.write(model, models.series_data(tmp_path))
    assert load_model(model).layout.task == "series"
    assert not (model / "notes.txt").exists()
    assert _hidden(tmp_path) == []


def test_also_where_two_folders_cannot_swap(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swapping, "_exchanged", lambda *_: False)
    models.write(model, models.series_data(tmp_path))
    assert load_model(model).layout.task == "series"
    assert _hidden(tmp_path) == []


def test_a_link_to_a_model_stays_one(model: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(model)
    models.write(tmp_path / "link", models.series_data(tmp_path))
    assert (tmp_path / "link").is_symlink()
    assert load_model(model).layout.task == "series"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    models.write(tmp_path / "new", models.series_data(tmp_path))
    assert is_model(tmp_path / "new")


def test_what_is_no_model_is_never_replaced(tmp_path: Path) -> None:
    data = models.table_data(tmp_path)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years")
    for place in (folder, data, data / "model"):
        with pytest.raises(RunError, match=r"Choose another place by --out\."):
            check_writable(place)
        with pytest.raises(RunError, match=r"Choose another place by --out\."):
            models.write(place, data)
    assert (folder / "thesis.tex").read_text() == "years"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError("x")])
def test_one_that_fails_leaves_the_former(model: Path, tmp_path: Path, error: BaseException) -> None:
    record, ship = models.parts(models.opened(models.series_data(tmp_path)))

    def fill(_: Path) -> None:
        raise error

    expected: Any = RunError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        write_model(model, record, ship.network.state_dict(), fill)
    assert load_model(model).layout.task == "table"
    assert _hidden(tmp_path) == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.bundle import models
from vilfredo.bundle import folder, swapping

where, place, after = sys.argv[1:4]
module = {"write_whole": folder, "put_in_place": folder, "rmtree": folder.shutil, "_digest": folder}[where]
real = getattr(module, where)

def killing(*arguments, **more):
    if after == "after":
        real(*arguments, **more)
    os.kill(os.getpid(), signal.SIGKILL)

record, ship = models.parts(models.opened(models.series_data(Path(place).parent)))
setattr(module, where, killing)
folder.write_model(Path(place), record, ship.network.state_dict(), lambda made: None)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "after", "task"),
    [
        ("_digest", "before", "table"),
        ("write_whole", "before", "table"),
        ("write_whole", "after", "table"),
        ("put_in_place", "before", "table"),
        ("put_in_place", "after", "series"),
        ("rmtree", "before", "series"),
    ],
)
def test_killed_at_any_point_there_is_the_old_or_the_new(
    model: Path, tmp_path: Path, where: str, after: str, task: str
) -> None:
    command = [sys.executable, "-c", _KILLED, where, str(model), after]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert load_model(model).layout.task == task
    assert _hidden(tmp_path) != []
    models.write(model, models.table_data(tmp_path))
    assert load_model(model).layout.task == "table"
    assert _hidden(tmp_path) == []


def test_what_is_left_of_others_is_not_touched(model: Path, tmp_path: Path) -> None:
    kept = [".model-2-abcdefgh", ".models-abcdefgh", ".model-abcdefgh.txt", ".model-notes"]
    for name in kept:
        (tmp_path / name).mkdir()
    (tmp_path / ".model-abcd_efg").mkdir()
    models.write(model, models.table_data(tmp_path))
    assert sorted(_hidden(tmp_path)) == sorted(kept)
