"""The data of a search as arrays: divided into training and validation part, and preprocessed."""

from dataclasses import dataclass

from vilfredo.tasks.dataset import Dataset, Labels
from vilfredo.tasks.kinds import find_kind
from vilfredo.tasks.preprocessing import NetworkInput, Preprocessing
from vilfredo.tasks.split import Indices, validation_split
from vilfredo.training.seeding import derive_seed
from vilfredo.training.settings import TrainingSettings


@dataclass(frozen=True, slots=True, eq=False)
class PreparedSamples:
    """What candidates learn from and are judged on; the test part stays out of it."""

    x_train: NetworkInput
    y_train: Labels
    x_val: NetworkInput
    y_val: Labels
    preprocessing: Preprocessing
    """Fitted on the training part alone."""
    kept: Indices
    """Which samples of the data set's training part `x_train` holds."""
    held: Indices
    """Which `x_val` holds."""


def prepare(dataset: Dataset, settings: TrainingSettings, seed: int) -> PreparedSamples:
    """Split off the validation part, and fit the preprocessing on what is left.

    Raises
    ------
    InputError
        When no validation part can be split off.
    """
    kept, held = validation_split(dataset.y_train, settings.validation_fraction, derive_seed(seed, "validation split"))
    preprocessing = find_kind(dataset.task).fit(dataset.x_train[kept], dataset.columns)
    return PreparedSamples(
        preprocessing.apply(dataset.x_train[kept]),
        dataset.y_train[kept],
        preprocessing.apply(dataset.x_train[held]),
        dataset.y_train[held],
        preprocessing,
        kept,
        held,
    )
