"""What the size and shape of the data change in the settings."""

from typing import Any

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.search.adaptation import adapt, batch_size, changed
from vilfredo.search.presets import preset
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.split import validation_split
from vilfredo.training.settings import TrainingSettings

PAPER = resolve(preset("paper-series", "series"))


def dataset(samples: int, shape: tuple[int, ...], task: str = "series") -> Dataset:
    x, y = np.zeros((samples, *shape), dtype=np.float32), np.arange(samples) % 2
    return Dataset("toy", "toy", x, y, x[:4], y[:4], ("0", "1"), task=task)


def training(settings: SearchSettings, samples: int) -> TrainingSettings:
    return changed(settings, adapt(settings, dataset(samples, (1, 64))).changes).training


@pytest.mark.parametrize(
    ("samples", "held", "batch"),
    [
        (8926, 893, 128),  # ElectricDevices: a tenth is enough
        (2459, 246, 128),
        (1500, 150, 128),
        (1000, 100, 80),
        (600, 60, 48),
        (500, 60, 32),  # SwedishLeaf: 60 of 500, and 13 batches of 32
        (390, 60, 32),
        (360, 60, 32),
        (180, 60, 32),
        (90, 30, 32),  # a third at most
        (6, 2, 32),
    ],
)
def test_the_rules_of_section_4_4_1(samples: int, held: int, batch: int) -> None:
    found = training(PAPER, samples)
    kept, aside = validation_split(np.arange(samples) % 2, found.validation_fraction, 0)
    assert len(aside) == held
    assert found.batch_size == batch
    assert len(kept) // batch >= 10 or batch == 32


def test_what_changes_is_said() -> None:
    notes = adapt(PAPER, dataset(500, (1, 64))).notes
    assert notes == (
        "validation part enlarged to 60 of 500 samples, since fewer would tell little",
        "batches of 32 instead of 128, for enough steps per epoch",
    )
    assert adapt(PAPER, dataset(5000, (1, 64))).notes == ()
    assert adapt(PAPER, dataset(5000, (1, 64))).changes == {}


def test_nothing_changes_where_no_rule_is_asked_for() -> None:
    assert (
        training(resolve(preset("paper-series", "series"), {"training": {"least_batches": 0}}), 500).batch_size == 128
    )
    small = TrainingSettings(batch_size=8, least_batches=10)
    assert batch_size(small, 20) == 8


@pytest.mark.parametrize(("length", "motifs"), [(1000, 3), (4, 3), (3, 3), (2, 2), (1, 1)])
def test_short_series_have_fewer_motifs(length: int, motifs: int) -> None:
    adaptation = adapt(PAPER, dataset(5000, (3, length)))
    adapted = changed(PAPER, adaptation.changes)
    assert adapted.network is not None
    assert adapted.network.motifs == motifs
    assert any(f"network.motifs {motifs} instead of 3" in note for note in adaptation.notes) == (motifs < 3)


def test_kernels_longer_than_the_series_are_named() -> None:
    (note,) = adapt(PAPER, dataset(5000, (2, 16))).notes
    assert note == ("longer than the series (16 steps), and so partly on padding: '21 dconv', '21 conv', '7:4dr conv'")


@pytest.mark.parametrize(
    ("preset_name", "shape", "task", "changes", "message"),
    [
        ("paper-series", (1, 8, 8), "image", {}, "'7 dconv' is for series"),
        ("paper-series", (1, 64), "series", {"training": {"translation": 0.1}}, "translation = 0.1 .*Set it to 0.0"),
        ("paper-series", (1, 64), "series", {"training": {"horizontal_flip": True}}, "flip = True .*Set it to False"),
        ("paper-series", (1, 64), "series", {"training": {"cutout": 4}}, "cutout = 4 is for images.*Set it to 0"),
        (
            "paper-series",
            (11,),
            "table",
            {},
            "space.kind = 'cells' is not for data of the kind 'table'. Expected 'mlp'",
        ),
    ],
)
def test_what_does_not_fit_the_data_is_refused(
    preset_name: str, shape: tuple[int, ...], task: str, changes: dict[str, Any], message: str
) -> None:
    settings = resolve(preset(preset_name, preset_name.removeprefix("paper-")), changes)
    with pytest.raises(InputError, match=message):
        adapt(settings, dataset(500, shape, task))


def test_operators_of_images_are_refused_for_series() -> None:
    settings = resolve(preset("quick", "series"), {"space": {"operators": ["3x3 conv"]}})
    with pytest.raises(InputError, match="'3x3 conv' is for images"):
        adapt(settings, dataset(500, (1, 64)))


@pytest.mark.parametrize(("shape", "task"), [((1, 8, 8), "image"), ((2, 30), "series"), ((7,), "table")])
def test_perceptrons_learn_anything(shape: tuple[int, ...], task: str) -> None:
    assert adapt(resolve(preset("quick", "table")), dataset(5000, shape, task)).changes == {}
