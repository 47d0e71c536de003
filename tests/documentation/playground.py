"""A folder in which the documents' commands find what they name: small data, a finished run, its model."""

import contextlib
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits, load_iris, load_wine
from tests.cli.command import vilfredo

_SETTINGS = """
[strategy]
name = "popnas-v3"
beam_size = 2
exploration_beam_size = 1
accuracy_predictor = "ridge"
time_predictor = "ridge"

[space]
lookback = 1

[network]
motifs = 2
normal_cells = 1
filters = 8
"""
_SEARCH = (
    "--operators",
    "identity,3x3 conv",
    "--blocks",
    "2",
    "--epochs",
    "4",
    "--executor",
    "local",
    "--threads",
    "1",
)
_DEPLOY = ("--epochs", "1", "--selection-epochs", "1", "--no-tune", "--top", "1", "--executor", "local")


def finished_run(folder: Path) -> Path:
    """Search on digits for a few seconds, and deploy the best: a run like those that the documents speak of."""
    (folder / "settings.toml").write_text(_SETTINGS)
    run, model = folder / "run", folder / "model"
    searched = vilfredo("search", "digits", "--settings", folder / "settings.toml", "--run", run, *_SEARCH)
    assert searched.code == 0, searched.err
    deployed = vilfredo("deploy", run, "--out", model, *_DEPLOY)
    assert deployed.code == 0, deployed.err
    shutil.rmtree(run / "deploy")
    model.rename(run / "model")
    _quiet(run)
    return run


def _quiet(run: Path) -> None:
    """Set all latencies to what a quiet machine gives, so that limits hold however busy this one is."""
    with contextlib.closing(sqlite3.connect(run / "run.db")) as connection, connection:
        changed = connection.execute("UPDATE measurements SET record = json_set(record, '$.objectives.latency', 2e-4)")
        assert changed.rowcount > 0


def furnish(folder: Path) -> None:
    """Put small data into `folder`, under the names that the documents use."""
    pixels, digits = load_digits(return_X_y=True)
    images = (pixels.reshape(-1, 8, 8) * 15.9).astype(np.uint8)
    for number, (image, digit) in enumerate(zip(images[:300], digits, strict=False)):
        _write_image(folder / "my_images" / str(digit) / f"{number}.png", image)
    for number, image in enumerate(images[300:305]):
        _write_image(folder / "new_images" / f"{number}.png", image)
    np.savez(folder / "my.npz", x_train=images[:300], y_train=digits[:300])
    for name in ("GunPoint", "my_series"):
        (folder / f"{name}_TRAIN.ts").write_text(_series(name, 60))
        (folder / f"{name}_TEST.ts").write_text(_series(name, 20))
    (folder / "new_series.ts").write_text(_series("new_series", 5, known=False))
    (folder / "SwedishLeaf_TRAIN.tsv").write_text(_tsv(60))
    for name, target in (("wine.csv", "class"), ("winequality-red.csv", "quality"), ("my_table.csv", "kind")):
        table = load_wine(as_frame=True).frame.rename(columns={"target": target})
        table.to_csv(folder / name, index=False)
    table.drop(columns="kind").head().to_csv(folder / "new_rows.csv", index=False)


def own_arrays() -> Mapping[str, Any]:
    """Names that the documents' Python takes for the reader's own samples: x are images, X rows of a table."""
    pixels, digits = load_digits(return_X_y=True)
    images = pixels.reshape(-1, 8, 8)
    rows, kinds = load_iris(return_X_y=True)
    parts = {"x": images[:200], "y": digits[:200], "x_test": images[200:250], "y_test": digits[200:250]}
    return parts | {"X_train": rows[::2], "y_train": kinds[::2], "X_test": rows[1::2]}


def _write_image(path: Path, image: np.ndarray[Any, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


def _waves(count: int) -> np.ndarray[Any, Any]:
    """Waves (count, 24) of two frequencies in turn."""
    rng = np.random.default_rng(0)
    steps = np.linspace(0, 2 * np.pi, 24)
    return np.stack([np.sin((1 + index % 2) * steps) + 0.2 * rng.normal(size=24) for index in range(count)])


def _series(name: str, count: int, known: bool = True) -> str:
    labels = "true a b" if known else "false"
    head = f"@problemName {name}\n@timeStamps false\n@univariate true\n@classLabel {labels}\n@data\n"
    rows = [",".join(f"{value:.4f}" for value in wave) for wave in _waves(count)]
    return head + "".join(f"{row}:{'ab'[index % 2]}\n" if known else f"{row}\n" for index, row in enumerate(rows))


def _tsv(count: int) -> str:
    rows = ["\t".join(f"{value:.4f}" for value in wave) for wave in _waves(count)]
    return "".join(f"{1 + index % 2}\t{row}\n" for index, row in enumerate(rows))
