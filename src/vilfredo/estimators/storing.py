"""What a fitted estimator is outside this process: the files of its model, and a JSON file about the estimator itself.

Both are safe to open: neither is a pickle, and nothing in them is executed.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vilfredo.bundle.folder import SOURCE, WEIGHTS, changed_files, load_model, write_model
from vilfredo.bundle.model import Model
from vilfredo.bundle.record import RECORD
from vilfredo.errors import RunError
from vilfredo.estimators.guest import as_guest

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


def write_folder(folder: Path, model: Model, facts: Mapping[str, Any]) -> None:
    """Write a model folder with what is known of the estimator; see `read_folder`.

    Raises
    ------
    RunError
        When it cannot be written, or there is something else.
    """

    def fill(made: Path) -> None:
        (made / SOURCE).write_text(model.source(), encoding="utf-8")
        content = json.dumps({"format": FORMAT, **facts}, ensure_ascii=False, indent=1)
        (made / ESTIMATOR).write_text(content + "\n", encoding="utf-8")

    write_model(folder, model.record, model.network.state_dict(), fill)


@as_guest()
def read_folder(folder: Path) -> tuple[Model, dict[str, Any] | None]:
    """Read a model folder, and the facts about the estimator; None where it was not written by one.

    Raises
    ------
    RunError
        When it is no model, of a newer version, or was edited or damaged.
    """
    model = load_model(folder)
    if ESTIMATOR not in model.record.files:
        return model, None
    if ESTIMATOR in changed_files(folder, model.record):
        raise RunError(f"model: '{folder / ESTIMATOR}' was edited, is damaged or is gone. Save the estimator anew.")
    facts: dict[str, Any] = json.loads((folder / ESTIMATOR).read_text(encoding="utf-8"))
    if facts["format"] > FORMAT:
        raise RunError(f"model: '{folder / ESTIMATOR}' is of a newer version of Vilfredo. Upgrade it.")
    return model, facts


def plain_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that JSON can hold; a state of random numbers, say, is left out."""
    return {name: value for name, value in parameters.items() if _is_plain(value)} | {
        name: str(value) for name, value in parameters.items() if isinstance(value, Path)
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
