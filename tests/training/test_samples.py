import numpy as np

from vilfredo.tasks.dataset import Dataset
from vilfredo.training.samples import prepare
from vilfredo.training.settings import TrainingSettings


def test_the_preprocessing_sees_the_training_part_alone() -> None:
    x = np.random.default_rng(0).normal(5, 3, (50, 2, 4, 4)).astype(np.float32)
    y = np.arange(50) % 5
    dataset = Dataset("toy", "toy", x, y, x, y, tuple("abcde"))
    samples = prepare(dataset, TrainingSettings(validation_fraction=0.2), seed=3)
    assert len(samples.y_train) == 40
    assert sorted([*samples.kept, *samples.held]) == list(range(50))
    np.testing.assert_array_equal(samples.y_val, y[samples.held])
    np.testing.assert_allclose(samples.x_train.mean(axis=(0, 2, 3)), 0, atol=1e-5)
    changed = x.copy()
    changed[samples.held] = 1e6
    again = prepare(
        Dataset("toy", "toy", changed, y, x, y, tuple("abcde")), TrainingSettings(validation_fraction=0.2), 3
    )
    np.testing.assert_array_equal(again.x_train, samples.x_train)
    assert again.preprocessing.to_dict() == samples.preprocessing.to_dict()
