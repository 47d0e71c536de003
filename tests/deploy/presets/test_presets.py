import pytest

from vilfredo.deploy.presets import merged, preset, preset_names
from vilfredo.deploy.settings import DeploySettings
from vilfredo.errors import InputError
from vilfredo.tasks.kinds import kinds
from vilfredo.training.settings import TrainingSettings


def test_every_preset_makes_settings() -> None:
    assert preset_names() == ("paper-image", "paper-series", "quick")
    for task in kinds():
        asked = DeploySettings.read(preset("quick", task))
        selection, final = asked.selection_training(TrainingSettings()), asked.final_training(TrainingSettings())
        assert final == selection.model_copy(update={"epochs": final.epochs})
        assert final.epochs > selection.epochs
        assert selection.schedule == "cosine"


def test_the_papers_numbers() -> None:
    # Table 3 and section 4.1.
    images = DeploySettings.read(preset("paper-image", "image"))
    series = DeploySettings.read(preset("paper-series", "series"))
    for asked, epochs, decay, drop_path, cutout, parameters in (
        (images, (200, 600), 5e-4, 0.4, 8, (2.8e6, 3.5e6)),
        (series, (100, 200), 1e-3, 0.6, 0, (1e6, 2e6)),
    ):
        grid = asked.selection
        assert (grid.top, grid.parameters, grid.halving) == (5, parameters, False)
        assert (grid.motifs, grid.normal_cells) == ((0, 1), (0, 1, 2))
        assert grid.filters == (0.85, 1.0, 1.5, 1.75, 2.0)
        base = TrainingSettings(translation=0.0)
        for training, count in zip((asked.selection_training(base), asked.final_training(base)), epochs, strict=True):
            assert training.epochs == count
            assert (training.learning_rate, training.weight_decay, training.schedule) == (0.01, decay, "cosine")
            assert (training.drop_path, training.label_smoothing, training.cutout) == (drop_path, 0.1, cutout)
            assert training.secondary_exit == 0.25


def test_unknown_ones_are_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'quick'"):
        preset("quik", "image")
    with pytest.raises(InputError, match="Choose paper-series or quick"):
        preset("paper-image", "series")


def test_tables_are_laid_over_tables() -> None:
    below = {"a": {"b": {"c": 1, "d": 2}}, "e": 3}
    assert merged(below, {"a": {"b": {"c": 9}}, "f": 4}) == {"a": {"b": {"c": 9, "d": 2}}, "e": 3, "f": 4}
    assert below["a"] == {"b": {"c": 1, "d": 2}}
