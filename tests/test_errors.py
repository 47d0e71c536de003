import pytest

from vilfredo.errors import InputError, RunError, VilfredoError, nearest


def test_every_error_is_a_vilfredo_error() -> None:
    assert issubclass(InputError, VilfredoError)
    assert issubclass(RunError, VilfredoError)
    assert not issubclass(RunError, InputError)


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("epohcs", ["epochs", "batch"], " Did you mean 'epochs'?"),
        ("3x3conv", ["1x1 conv", "3x3 conv", "identity"], " Did you mean '3x3 conv'?"),
        ("zzz", ["epochs", "batch"], ""),
        ("epochs", [], ""),
    ],
)
def test_nearest_names_the_closest_or_nothing(name: str, known: list[str], expected: str) -> None:
    assert nearest(name, known) == expected


def test_nearest_accepts_any_iterable() -> None:
    assert nearest("flter", (name for name in ("filter", "motifs"))) == " Did you mean 'filter'?"
