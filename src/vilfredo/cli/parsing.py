"""Reading what people type on the command line."""

from vilfredo.errors import InputError
from vilfredo.search.presets import preset

_DEFAULT_INPUT = {"image": "32x32x3", "series": "128x1", "table": "10"}
_INPUT_FORM = {
    "image": ("an image shape", "HEIGHTxWIDTHxCHANNELS, e.g. 32x32x3"),
    "series": ("the shape of a series", "LENGTHxCHANNELS, e.g. 128x1"),
    "table": ("a number of features", "FEATURES, e.g. 11"),
}


def parse_input(text: str | None, task: str) -> tuple[int, int, int]:
    """Channels, height and width of what networks read.

    Parameters
    ----------
    text
        ``32x32x3`` (height × width × channels) or ``28x28`` for images, ``128x3`` (length × channels) or ``128`` for
        series, ``11`` (features) for tables; None for an example.
    task
        Kind of the data.

    Raises
    ------
    InputError
        When the text is something else, or a size is zero.
    """
    sizes = _sizes(_DEFAULT_INPUT[task] if text is None else text)
    least, most = {"image": (2, 3), "series": (1, 2), "table": (1, 1)}[task]
    if not least <= len(sizes) <= most or min(sizes) < 1 or max(sizes) >= 2**31:
        what, form = _INPUT_FORM[task]
        raise InputError(f"input: '{text}' is not {what}. Write {form}.")
    if task == "table":
        return sizes[0], 1, 1
    *sides, channels = sizes if len(sizes) == most else [*sizes, 1]
    return channels, *([1, *sides] if task == "series" else sides)  # type: ignore[return-value]


def parse_size(text: str) -> tuple[int, ...]:
    """Height and width of ``32x32``, or the length ``128``.

    Raises
    ------
    InputError
        When the text is something else, or a size is zero.
    """
    sizes = _sizes(text)
    if len(sizes) not in (1, 2) or min(sizes) < 1:
        raise InputError(
            f"resize: '{text}' is not a size. Write HEIGHTxWIDTH for images, e.g. 32x32, or LENGTH for series."
        )
    return tuple(sizes)


def parse_columns(text: str) -> tuple[str, ...]:
    """Names of columns separated by commas: ``id, date``."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def parse_list(text: str) -> tuple[str, ...]:
    """Entries separated by commas: ``3x3 conv, identity``.

    Raises
    ------
    InputError
        When there is none.
    """
    entries = tuple(" ".join(entry.strip().strip("'\"").split()) for entry in text.split(",") if entry.strip())
    if not entries:
        raise InputError("operators: the list is empty. Write e.g. --operators '3x3 conv, identity'.")
    return entries


def paper_operators(task: str = "image") -> tuple[str, ...]:
    """The paper's operators for images or series (section 4.1), in its order."""
    return tuple(preset(f"paper-{task}", task)["space"]["operators"])


def _sizes(text: str) -> list[int]:
    try:
        return [int(part) for part in text.lower().replace("×", "x").split("x")]
    except ValueError:
        return [0]
