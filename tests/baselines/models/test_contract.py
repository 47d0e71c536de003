"""What holds for every baseline in the folder, on tiny data of each kind that it is for."""

from importlib.util import find_spec

import numpy as np
import pytest
import torch

from vilfredo.baselines.model import Baseline, all_classes, baselines, find_baseline
from vilfredo.cli.parsing import parse_columns
from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Dataset
from vilfredo.tasks.kinds import kinds
from vilfredo.training.samples import PreparedSamples, prepare
from vilfredo.training.settings import TrainingSettings

SHAPES = {"image": (1, 6, 6), "series": (2, 12), "table": (4,)}
SETTINGS = TrainingSettings(epochs=1, batch_size=16, validation_fraction=0.25, device="cpu")
EVERY = [(task, name) for task in kinds() for name in baselines(task)]


def samples(task: str, classes: int = 3) -> PreparedSamples:
    """Classes that differ in the mean, which everything can learn."""
    rng, y = np.random.default_rng(0), np.arange(90) % classes
    x = rng.normal(size=(90, *SHAPES[task])) + 2 * y.reshape(-1, *(1 for _ in SHAPES[task]))
    if task == "image":  # standardised images have lost their mean: where it is bright tells
        x[:, :, :3] -= 4 * y.reshape(-1, 1, 1, 1)
    columns = tuple(Column(f"x{index}") for index in range(4)) if task == "table" else ()
    x = x.astype(np.float64 if task == "table" else np.float32)
    dataset = Dataset("toy", "toy", x, y, x[:6], y[:6], tuple("abc"[:classes]), task=task, columns=columns)
    return prepare(dataset, SETTINGS, 0)


def ready(name: str) -> Baseline:
    model = find_baseline(name)
    if model.missing():
        pytest.skip(model.missing())
    return model()


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_answers_are_probabilities_better_than_chance(task: str, name: str) -> None:
    data = samples(task)
    answers = ready(name).fit(data, 3, SETTINGS, 0)(data.x_val)
    assert answers.shape == (len(data.y_val), 3)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    assert (answers >= 0).all()
    accuracy = (answers.argmax(axis=1) == data.y_val).mean()
    assert accuracy > 0.6 or name == "majority class"


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_same_seed_same_answers_and_no_trace(task: str, name: str) -> None:
    data = samples(task)
    before = torch.random.get_rng_state()
    first, second = (ready(name).fit(data, 3, SETTINGS, 5)(data.x_val) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert torch.equal(torch.random.get_rng_state(), before)


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_a_class_without_training_samples(task: str, name: str) -> None:
    data = samples(task)
    answers = ready(name).fit(data, 4, SETTINGS, 0)(data.x_val)
    assert answers.shape == (len(data.y_val), 4)
    assert (answers.argmax(axis=1) < 3).all()


def test_names_can_be_listed_with_commas_between() -> None:
    for task in kinds():
        assert all(parse_columns(name) == (name,) for name in baselines(task))


def test_each_kind_of_data_has_its_own() -> None:
    for task in kinds():
        assert "majority class" in baselines(task)
        assert len(baselines(task)) >= 2
    assert "gradient boosting" in baselines("table")
    assert "residual network" in baselines("image")
    assert "MultiRocket-Hydra" in baselines("series")


def test_an_unknown_baseline_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'gradient boosting'"):
        find_baseline("gradient-boosting")


def test_what_is_not_installed_says_how() -> None:
    lacking = find_baseline("MultiRocket-Hydra").missing()
    assert lacking == ("" if find_spec("aeon") else 'it needs aeon: pip install "vilfredo[aeon]"')


def test_columns_of_unseen_classes_are_zero() -> None:
    found = all_classes(np.array([[0.25, 0.75]]), np.array([0, 2]), 3)
    np.testing.assert_array_equal(found, [[0.25, 0, 0.75]])
