"""Finding trackers, and what is said of those that cannot be used."""

import pytest

from vilfredo.errors import InputError
from vilfredo.trackers.backends.mlflow import MLflow
from vilfredo.trackers.backends.tensorboard import TensorBoard
from vilfredo.trackers.tracker import find_trackers, trackers


def test_all_are_found_and_each_once() -> None:
    assert list(trackers()) == ["jsonl", "mlflow", "tensorboard"]
    assert [one.name for one in find_trackers(["jsonl", "jsonl"])] == ["jsonl"]
    assert trackers()["jsonl"].missing() == ""


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'tensorbord' is unknown. Did you mean 'tensorboard'\? Known: jsonl, mlflow"):
        find_trackers(["jsonl", "tensorbord"])


@pytest.mark.parametrize("kind", [TensorBoard, MLflow])
def test_missing_packages_are_named_beforehand(
    kind: type[TensorBoard | MLflow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{kind.__module__}.find_spec", lambda name: None)
    with pytest.raises(InputError, match=rf"pip install 'vilfredo\[{kind.name}\]'"):
        find_trackers([kind.name])
