"""What a fitted estimator is outside this process: the files of its model, and a JSON file about the estimator itself.

Both are safe to open: neither is a pickle, and nothing in them is executed.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from vilfredo.bundle.folder import SOURCE, WEIGHTS, changed_files, load_model, write_model
from vilfredo.bundle.model import Model
from vilfredo.bundle.record import RECORD
from vilfredo.errors import RunError
from vilfredo.estimators.guest import as_guest
from vilfredo.trials import Value

ESTIMATOR = "estimator.json"
"""In the folder of a model."""
FORMAT = 1
_KINDS = "biufU"
"""Of classes that JSON can hold; texts of type object are of the kind U too."""


def model_bytes(model: Model) -> dict[str, bytes]:
    """Contents of a model's files, by name: what `load_model` needs."""
    with tempfile.TemporaryDirectory(prefix="vilfredo-") as folder:
        place = Path(folder) / "model"
        write_model(place, model.record, model.network.state_dict(), lambda made: None)
        return {name: (place / name).read_bytes() for name in (RECORD, WEIGHTS)}


@as_guest()
def model_from(files: Mapping[str, bytes]) -> Model:
    """Read what `model_bytes` gave.

    Raises
    ------
    RunError
        When it is of a newer version, or was damaged.
    """
    with tempfile.TemporaryDirectory(prefix="vilfredo-") as folder:
        for name in (RECORD, WEIGHTS):
            (Path(folder) / name).write_bytes(files[name])
        return load_model(folder)


@final
class Facts(Value):
    """What is in ``estimator.json``."""

    format: int = FORMAT
    estimator: str
    parameters: Mapping[str, Any]
    """Of the constructor, as far as JSON can hold them."""
    classes: Mapping[str, Any]
    """See `plain_classes`."""
    features: int
    """``n_features_in_``."""
    names: tuple[str, ...] | None
    """``feature_names_in_``."""
    front: tuple[Mapping[str, Any], ...]
    """``front_``."""


def write_folder(folder: Path, model: Model, facts: Facts) -> None:
    """Write a model folder with what is known of the estimator; see `read_folder`.

    Raises
    ------
    RunError
        When it cannot be written, or there is something else.
    """

    def fill(made: Path) -> None:
        (made / SOURCE).write_text(model.source(), encoding="utf-8")
        (made / ESTIMATOR).write_text(
            json.dumps(facts.model_dump(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )

    write_model(folder, model.record, model.network.state_dict(), fill)


@as_guest()
def read_folder(folder: Path) -> tuple[Model, Facts | None]:
    """Read a model folder, and the facts about the estimator; None where it was not written by one.

    Raises
    ------
    RunError
        When it is no model, of a newer version, or was edited or damaged.
    """
    model = load_model(folder)
    if ESTIMATOR not in model.record.files:
        return model, None
    path = folder / ESTIMATOR
    if ESTIMATOR in changed_files(folder, model.record):
        raise RunError(f"model: '{path}' was edited, is damaged or is gone. Save the estimator anew.")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] > FORMAT:
            raise RunError(f"model: '{path}' is of a newer version of Vilfredo. Upgrade it.")
        facts = Facts.model_validate(values)
        if len(classes_from(facts.classes)) != len(model.labels):
            raise ValueError(f"{len(facts.classes)} classes for {len(model.labels)} labels")
    except (KeyError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise RunError(f"model: '{path}' is damaged ({reason}). Save the estimator anew.") from None
    return model, facts


def plain_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that JSON can hold; a state of random numbers, say, is left out."""
    texts = {name: str(value) if isinstance(value, Path) else value for name, value in parameters.items()}
    return {name: value for name, value in texts.items() if _is_plain(value)}


def parameters_from(stored: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as they were before JSON made lists of tuples; what this version doesn't know is left out."""
    return {
        name: tuple(value) if isinstance(value, list) and isinstance(defaults[name], tuple) else value
        for name, value in stored.items()
        if name in defaults
    }


def plain_classes(classes: NDArray[Any]) -> dict[str, Any]:
    """Write classes as plain values; see `classes_from`."""
    kind = classes.dtype.kind if classes.dtype.kind in _KINDS else "O"
    values = classes.tolist() if kind in _KINDS else [str(value) for value in classes.tolist()]
    return {"type": classes.dtype.str if kind in _KINDS else "|O", "values": values}


def classes_from(values: Mapping[str, Any]) -> NDArray[Any]:
    """Read what `plain_classes` wrote, with the type that they had."""
    return np.array(values["values"], dtype=np.dtype(values["type"]))


def classes_of_labels(labels: tuple[str, ...]) -> NDArray[Any]:
    """The classes of a model that no estimator wrote: whole numbers where all labels read so, else text."""
    if all(label.removeprefix("-").isdecimal() and str(int(label)) == label for label in labels):
        return np.array([int(label) for label in labels])
    return np.array(labels)


def _is_plain(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
