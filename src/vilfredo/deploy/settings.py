"""Settings of what comes after a search: which networks are tried, and how long they are trained."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from vilfredo.errors import InputError
from vilfredo.settings import Settings
from vilfredo.training.settings import TrainingSettings

Range = tuple[float, float]
"""Both bounds are strict."""


class SelectionSettings(Settings):
    """Model selection (POPNASv3, section 3.4 and algorithm 2); the defaults are the paper's (section 4.1)."""

    top: int = Field(default=5, ge=1, le=1000)
    """K, how many architectures of the search are tried; its best ones."""
    motifs: tuple[int, ...] = Field(default=(0, 1), min_length=1)
    """What is added to M, each with each of `normal_cells`."""
    normal_cells: tuple[int, ...] = Field(default=(0, 1, 2), min_length=1)
    """What is added to N."""
    filters: tuple[float, ...] = Field(default=(0.85, 1.0, 1.5, 1.75, 2.0), min_length=1)
    """What F is multiplied by: of those that give a number of parameters in range, the largest is taken."""
    parameters: Range | None = None
    """Range of the number of parameters of tuned networks; without any range, only the search's own are tried."""
    growth: Range | None = None
    """The same, in multiples of the parameters that the cell has in the search; for those who have no numbers yet."""
    halving: bool = False
    """Successive halving (Jamieson & Talwalkar 2016): all are trained shortly, the better ones longer."""
    reduction: int = Field(default=3, ge=2)
    """Of so many, one gets into the next round of the halving, which trains so many times as long."""
    least_epochs: int = Field(default=10, ge=1)
    """With fewer than so many, networks are left out to fit a budget rather than all trained even shorter."""
    training: Mapping[str, Any] = {}
    """Laid over the training settings of the search."""

    @model_validator(mode="after")
    def _ordered(self) -> "SelectionSettings":
        for name in ("parameters", "growth"):
            bounds = getattr(self, name)
            if bounds is not None and not 0 <= bounds[0] < bounds[1]:
                raise ValueError(f"{name} must be a range such as [1e6, 2e6], the first number below the second")
        if self.parameters is not None and self.growth is not None:
            raise ValueError("give parameters or growth, not both")
        if min(*self.motifs, *self.normal_cells, 0) < 0 or min(self.filters) <= 0:
            raise ValueError("motifs and normal_cells are added (0 or more), filters multiplied (above 0)")
        return self


class FinalSettings(Settings):
    """The last training, on all training samples (section 3.4)."""

    training: Mapping[str, Any] = {}
    """Laid over the training settings of the model selection."""


class DeploySettings(Settings):
    """What determines a model, apart from the run and the time it is given."""

    selection: SelectionSettings = SelectionSettings()
    final: FinalSettings = FinalSettings()

    def selection_training(self, search: TrainingSettings) -> TrainingSettings:
        """Training of the candidates.

        Raises
        ------
        InputError
            When something is not a setting of a training, or out of range.
        """
        return _laid_over(search, self.selection.training, "selection.training")

    def final_training(self, search: TrainingSettings) -> TrainingSettings:
        """The last training; see `selection_training`."""
        return _laid_over(self.selection_training(search), self.final.training, "final.training")


def _laid_over(below: TrainingSettings, above: Mapping[str, Any], where: str) -> TrainingSettings:
    for name in ("validation_fraction", "least_validation_samples", "score"):
        if name in above:
            raise InputError(f"settings: {where}.{name} is that of the search. Leave it out.")
    return TrainingSettings.read({**below.model_dump(), **above}, where=where)
