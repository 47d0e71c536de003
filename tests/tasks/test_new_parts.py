from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.new_parts import choose, is_training_data
from vilfredo.tasks.open import assemble
from vilfredo.tasks.raw import Options, Part, Raw

X = np.random.default_rng(0).random((40, 6, 6))
Y = np.arange(40) % 4
ALONE = Raw("toy", "toy", Part("training", X, Y))
DIVIDED = replace(ALONE, test=Part("test", X[:8] / 2, Y[:8]))
GAPS = np.arange(40) % 5 != 0


def layout_of(raw: Raw, samples: int | None = None) -> tuple[InputLayout, Dataset]:
    dataset = replace(assemble(raw, Options(), samples), reading={} if samples is None else {"samples": samples})
    return InputLayout.of(dataset), dataset


def chosen(raw: Raw, layout: InputLayout, part: str | None) -> tuple[Any, Any, list[str], str]:
    parts, notes = choose(raw, layout, part, "images")
    x = np.concatenate([one.samples for one in parts])
    return x, np.concatenate([one.labels for one in parts]), [n for one in parts for n in one.names], " ".join(notes)


@pytest.mark.parametrize("raw", [ALONE, DIVIDED], ids=["alone", "divided"])
@pytest.mark.parametrize("samples", [None, 12])
def test_training_data_are_divided_as_they_were(raw: Raw, samples: int | None) -> None:
    layout, dataset = layout_of(raw, samples)
    assert is_training_data(raw, layout)
    for part in (None, "test"):
        x, y, names, note = chosen(raw, layout, part)
        np.testing.assert_array_equal(x[:, None].astype(np.float32), dataset.x_test)
        np.testing.assert_array_equal(y, dataset.y_test)
        assert f"those {len(x)} of" in note
        assert "which were held out for the test" in note
        if raw is ALONE:
            np.testing.assert_array_equal(X[list(map(int, names))], x)
    x, y, _, note = chosen(raw, layout, "train")
    np.testing.assert_array_equal(x[:, None].astype(np.float32), dataset.x_train)
    np.testing.assert_array_equal(y, dataset.y_train)
    assert f"those {len(x)} of" in note
    assert "it learnt from" in note
    x, _, _, note = chosen(raw, layout, "all")
    assert len(x) == (40 if raw is ALONE else 48)
    assert f"all {len(x)} images taken, {len(dataset.x_train)} of which it knows" in note


def test_training_data_with_unlabelled_rows() -> None:
    gaps = replace(ALONE, training=Part("training", X, Y[GAPS], GAPS))
    layout, dataset = layout_of(replace(ALONE, training=Part("training", X[GAPS], Y[GAPS])))
    x, y, names, _ = chosen(gaps, layout, None)
    np.testing.assert_array_equal(x[:, None].astype(np.float32), dataset.x_test)
    np.testing.assert_array_equal(y, dataset.y_test)
    np.testing.assert_array_equal(X[list(map(int, names))], x)
    x, y, names, note = chosen(gaps, layout, "all")
    assert (len(x), len(y), len(names)) == (40, 32, 40)
    assert f"{len(dataset.x_train)} of which it knows" in note


def test_other_data_are_taken_as_they_are() -> None:
    layout, _ = layout_of(replace(ALONE, training=Part("training", X[::-1], Y)))
    assert not is_training_data(ALONE, layout)
    for part in (None, "all", "train"):
        x, _, names, note = chosen(ALONE, layout, part)
        assert (len(x), names[3], note) == (40, "3", "")
    with pytest.raises(InputError, match="there is no test part in it"):
        chosen(ALONE, layout, "test")


def test_other_data_with_a_test_part() -> None:
    layout, _ = layout_of(ALONE)
    for part in (None, "test"):
        x, _, names, note = chosen(DIVIDED, layout, part)
        assert (len(x), names[3], note) == (8, "test 3", "the test part taken: 8 of 48 images")
    x, _, names, note = chosen(DIVIDED, layout, "train")
    assert (len(x), names[3], note) == (40, "training 3", "the training part taken: 40 of 48 images")
    x, _, names, note = chosen(DIVIDED, layout, "all")
    assert (len(x), names[40]) == (48, "test 0")
    assert note == "all taken, the training and the test part: 48 images"


@pytest.mark.parametrize(
    "raw",
    [
        replace(ALONE, training=Part("training", X, np.empty(0), np.zeros(40, dtype=bool))),
        replace(ALONE, training=Part("training", X, Y[:39])),
        replace(ALONE, training=Part("training", X, Y * 0)),
        replace(ALONE, training=Part("training", X[:, :5], Y)),
        replace(ALONE, training=Part("training", X.reshape(40, 36), Y)),
        replace(ALONE, training=Part("training", X, np.arange(40))),
    ],
)
def test_what_cannot_be_learnt_from_was_not(raw: Raw) -> None:
    assert not is_training_data(raw, layout_of(ALONE)[0])


def test_names_are_kept() -> None:
    named = replace(ALONE, training=replace(ALONE.training, names=tuple(f"{row}.png" for row in range(40))))
    x, _, names, _ = chosen(named, layout_of(named)[0], None)
    np.testing.assert_array_equal(X[[int(name[:-4]) for name in names]], x)
