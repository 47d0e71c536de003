import pytest

from vilfredo.errors import InputError
from vilfredo.training.settings import TrainingSettings


def test_defaults_are_the_search_on_images_of_table_3() -> None:
    settings = TrainingSettings()
    assert (settings.epochs, settings.batch_size, settings.schedule) == (21, 128, "cosine-restart")
    assert (settings.learning_rate, settings.weight_decay, settings.precision) == (0.01, 5e-4, "float32")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("batch_size", 1),
        ("learning_rate", 0.0),
        ("weight_decay", -1e-4),
        ("schedule", "linear"),
        ("first_period", 0),
        ("label_smoothing", 1.0),
        ("drop_path", 1.0),
        ("translation", 0.6),
        ("cutout", -1),
        ("batch_norm_momentum", 0.0),
        ("validation_fraction", 0.0),
        ("time_limit", 0.0),
        ("threads", -1),
        ("device", "tpu"),
        ("precision", "float16"),
    ],
)
def test_values_out_of_range_are_named(field: str, value: object) -> None:
    with pytest.raises(InputError, match=f"training.{field}"):
        TrainingSettings.read({field: value}, where="training")
