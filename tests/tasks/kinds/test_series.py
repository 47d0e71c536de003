import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Dataset
from vilfredo.tasks.kinds import Arranged, image, kind_of, series
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.memory import dataset_from
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.training.samples import prepare
from vilfredo.training.settings import TrainingSettings

NAN = np.nan
ONE = np.arange(6.0)


def raw(training: Any, test: Any = None, task: str | None = None) -> Raw:
    parts = [
        None if x is None else Part(name, x, np.zeros(len(x))) for x, name in ((training, "training"), (test, "test"))
    ]
    assert parts[0] is not None
    return Raw("", "", parts[0], parts[1], task=task)


def arrange(training: Any, test: Any = None, length: int | None = None) -> Arranged:
    return series.arrange(raw(training, test), Options(None if length is None else (length,)))


def refusal(training: Any, test: Any = None, resize: tuple[int, ...] | None = None) -> str:
    with pytest.raises(InputError) as caught:
        series.arrange(raw(training, test), Options(resize))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("samples", "claimed"),
    [
        (np.zeros((5, 1, 9)), True),
        (np.zeros((5, 3, 9)), True),
        (np.zeros((5, 3, 9), dtype=np.int64), True),
        (np.zeros((5, 1, 1)), True),
        ([np.zeros(3), np.zeros(4)], True),
        (np.zeros((5, 9, 9)), False),
        (np.zeros((5, 2, 2)), False),
        (np.zeros((5, 3, 9), dtype=np.uint8), False),
        (np.zeros((5, 3, 9), dtype=np.bool_), False),
        (np.zeros((5, 9)), False),
        (np.zeros(5), False),
        (np.zeros((5, 3, 9, 1)), False),
        ("text", False),
        (None, False),
    ],
)
def test_claims(samples: Any, claimed: bool) -> None:
    assert series.claims(samples) == claimed
    assert not (claimed and image.claims(samples))


@given(st.lists(st.integers(0, 4), min_size=3, max_size=3), st.sampled_from(["f4", "f8", "i8", "u1", "?"]))
def test_three_dimensions_are_series_or_images(shape: list[int], dtype: str) -> None:
    samples = np.zeros(shape, dtype=dtype)
    assert series.claims(samples) != image.claims(samples)


def test_two_dimensions_must_be_told() -> None:
    table_or_series = raw(np.zeros((5, 9)))
    assert kind_of(table_or_series, "series") == "series"
    with pytest.raises(InputError, match="--task series"):
        kind_of(table_or_series, None)
    assert arrange(np.tile(ONE, (4, 1))).training.shape == (4, 1, 6)


def test_equal_series_stay_as_they_are() -> None:
    x = np.random.default_rng(0).random((7, 3, 9))
    arranged = arrange(x, x[:2])
    assert arranged.notes == ()
    assert arranged.test is not None
    for part, expected in ((arranged.training, x), (arranged.test, x[:2])):
        assert part.dtype == np.float32
        assert part.flags.c_contiguous
        np.testing.assert_array_equal(part, expected.astype(np.float32))


def test_shorter_series_end_in_nan() -> None:
    arranged = arrange([ONE, ONE[:2], ONE[:4]])
    assert arranged.training[:, 0].tolist()[0] == [0, 1, 2, 3, 4, 5]
    np.testing.assert_array_equal(arranged.training[1, 0], [0, 1, NAN, NAN, NAN, NAN])
    assert arranged.notes == (
        "series of 2 to 6 steps: shorter ones padded at the end to 6 with the training mean; to stretch all to one "
        "length instead, give --resize 6",
    )


def test_missing_at_the_end_of_all_channels_is_the_end() -> None:
    x = np.tile(ONE, (3, 2, 1))
    x[:, :, 4:] = NAN
    x[0, 0, 4] = 9
    arranged = arrange(x)
    assert arranged.training.shape == (3, 2, 5)
    assert arranged.training[0].tolist() == [[0, 1, 2, 3, 9], [0, 1, 2, 3, 3]]  # the second channel lacks a value
    np.testing.assert_array_equal(arranged.training[1], [[0, 1, 2, 3, NAN]] * 2)


def test_longer_test_series_are_cut() -> None:
    arranged = arrange([ONE[:3], ONE[:4]], [ONE, ONE[:2]])
    assert arranged.test is not None
    np.testing.assert_array_equal(arranged.test[:, 0], [[0, 1, 2, 3], [0, 1, NAN, NAN]])
    assert "1 test series cut to 4, the longest of the training part" in arranged.notes[0]
    only_cut = arrange([ONE[:4]] * 2, [ONE]).notes[0]
    assert only_cut.startswith("series of 4 to 6 steps: 1 test series cut to 4")
    assert "padded" not in only_cut


@given(st.lists(st.integers(2, 12), min_size=2, max_size=8), st.integers(1, 3))
def test_ragged_series_come_back_from_the_padded(lengths: list[int], channels: int) -> None:
    ragged = [np.random.default_rng(n).random((channels, length), dtype=np.float32) for n, length in enumerate(lengths)]
    padded = arrange(ragged).training
    assert padded.shape == (len(lengths), channels, max(lengths))
    for whole, one in zip(padded, ragged, strict=True):
        np.testing.assert_array_equal(whole[:, : one.shape[1]], one)
        assert np.isnan(whole[:, one.shape[1] :]).all()
    np.testing.assert_array_equal(arrange(padded).training, padded)


def test_each_series_is_stretched_from_its_own_length() -> None:
    arranged = arrange([ONE, ONE[:2]], [ONE[:3]], length=11)
    np.testing.assert_allclose(arranged.training[0, 0], np.linspace(0, 5, 11))
    np.testing.assert_allclose(arranged.training[1, 0], np.linspace(0, 1, 11))
    assert arranged.test is not None
    np.testing.assert_allclose(arranged.test[0, 0], np.linspace(0, 2, 11), atol=1e-6)
    assert arranged.notes == ("series of 2 to 6 steps: each brought to 11 by linear interpolation",)
    assert arrange([ONE] * 2, length=3).notes == ("series of 6 steps: each brought to 3 by linear interpolation",)
    assert arrange([ONE] * 2, length=6).notes == ()


def test_gaps_are_interpolated_and_counted() -> None:
    arranged = arrange([np.array([NAN, 1, NAN, 3]), ONE[:4], np.array([NAN, 1, 2, 3])], [np.array([0, NAN, 4, 6])])
    assert arranged.training[:, 0].tolist() == [[1, 1, 2, 3], [0, 1, 2, 3], [1, 1, 2, 3]]
    assert arranged.notes == (
        "3 missing values in 2 of 3 training series: interpolated within the series; at its ends the nearest value",
        "1 missing values in 1 of 1 test series: interpolated within the series; at its ends the nearest value",
    )


def test_a_channel_that_one_series_lacks() -> None:
    x = np.tile(ONE, (3, 2, 1))
    x[1, 0] = NAN
    arranged = arrange(x)
    assert np.isnan(arranged.training[1, 0]).all()
    assert not np.isnan(arranged.training[1, 1]).any()
    assert arranged.notes == ("1 of 3 training series lack a channel wholly: taken to be at its training mean",)


def test_constant_channels_are_named() -> None:
    x = np.tile(ONE, (3, 4, 1))
    x[:, 1], x[:, 3] = 7, NAN
    x[:, 2] = np.arange(3)[:, None]
    notes = arrange(x).notes
    assert notes[-1] == "of no use, as constant in the training part: channel 1, 3 (counted from 0)"


def test_channels_that_may_be_last_are_mentioned_unless_the_format_tells() -> None:
    x = np.random.default_rng(0).random((4, 9, 3))
    assert arrange(x).notes == ("shape (4, 9, 3) read as (N, channels, length): 9 channels of 3 steps",)
    assert series.arrange(raw(x, task="series"), Options()).notes == ()
    assert arrange(x[:, :3]).notes == ()


@pytest.mark.parametrize(
    ("training", "test", "message"),
    [
        (
            [np.zeros((2, 3)), np.zeros((1, 3))],
            None,
            "training series 1 has 1 channels, but the first training series 2",
        ),
        (np.zeros((4, 2, 3)), np.zeros((1, 3, 3)), "test series 0 has 3 channels, but the first training series 2"),
        (np.zeros((4, 1, 1)), None, "the training series have one step only.*--task table"),
        (np.zeros((4, 2, 1)), None, "the training series have one step only.*turn the last two axes round"),
        ([np.array([1.0, NAN, NAN])] * 3, None, "one step only"),
        ([ONE] * 2, [ONE, np.array([NAN, NAN])], r"1 of 2 test series hold no value at all \(the first: series 1\)"),
        ([ONE] * 2, [], "there is no test series"),
        ([ONE] * 2, [np.array([1, np.inf])], "test series 0 holds an infinite value"),
    ],
)
def test_refused(training: Any, test: Any, message: str) -> None:
    assert re.search(message, refusal(training, test))


@pytest.mark.parametrize(
    ("resize", "message"), [((1,), "1 step is no series"), ((4, 5), "4x5 is the size of an image")]
)
def test_sizes_that_are_none_of_series(resize: tuple[int, ...], message: str) -> None:
    assert message in refusal([ONE] * 2, resize=resize)


def test_one_step_is_no_series_even_when_stretched() -> None:
    assert "one step only" in refusal(np.zeros((4, 1, 1)), resize=(9,))


def test_only_what_is_trained_on_is_measured() -> None:
    x = np.random.default_rng(0).random((40, 2, 6)).astype(np.float32)
    data = Dataset("", "", x, np.arange(40) % 2, x[:2], np.arange(2), ("a", "b"), task="series")
    before = prepare(data, TrainingSettings(), seed=0)
    assert before.x_train.shape == (len(before.kept), 2, 1, 6)
    assert float(before.x_train.mean()) == pytest.approx(0, abs=1e-5)
    x[before.held] += 1000
    after = prepare(data, TrainingSettings(), seed=0)
    np.testing.assert_array_equal(after.x_train, before.x_train)
    assert after.x_val.min() > 100


def test_restoring_gives_the_same() -> None:
    x = arrange([ONE, ONE[:3], ONE * 2]).training
    fitted = series.fit(x, ())
    np.testing.assert_array_equal(series.restore(fitted.to_dict()).apply(x), fitted.apply(x))


def test_in_words() -> None:
    assert series.describe((1, 128)) == "128 steps"
    assert series.describe((24, 51)) == "24 channels × 51 steps"
    assert series.describe((2, 1, 8)) == "2 channels × 8 steps"  # as recorded landscapes have it


RNG = np.random.default_rng(0)
Y = np.arange(40) % 2
TWO = dataset_from([RNG.normal(size=(2, 5 + index % 5)) for index in range(40)], Y)
STRETCHED = dataset_from(RNG.normal(size=(40, 1, 12)), Y, resize=6)


def admitted(samples: Any, dataset: Dataset) -> tuple[Any, tuple[str, ...]]:
    return series.admit(samples, InputLayout.of(dataset))


def test_other_lengths_become_the_model_s() -> None:
    x, notes = admitted([np.ones((2, 3)), np.ones((2, 20)), np.ones((2, 9))], TWO)
    assert x.shape == (3, 2, 9)
    np.testing.assert_array_equal(x[0, 0], [1, 1, 1, NAN, NAN, NAN, NAN, NAN, NAN])
    assert notes[0] == (
        "series of 3 to 20 steps: 1 of 3 padded at the end to 9 with the training mean, 1 of 3 cut to 9, as in training"
    )


def test_stretched_where_the_training_series_were() -> None:
    raw_x = RNG.normal(size=(3, 1, 12))
    x, notes = admitted(raw_x, STRETCHED)
    np.testing.assert_array_equal(x, arrange(raw_x, length=6).training)
    assert notes == ("series of 12 steps: each brought to 6 by linear interpolation, as in training",)


def test_one_channel_needs_no_axis() -> None:
    x = RNG.normal(size=(3, 6))
    for came in (x, list(x), x[:, None], list(x[:, None])):
        np.testing.assert_array_equal(admitted(came, STRETCHED)[0], x[:, None].astype(np.float32))


def test_a_single_series() -> None:
    x, notes = admitted(np.arange(6.0), STRETCHED)
    np.testing.assert_array_equal(x, np.arange(6.0)[None, None])
    assert notes[0] == "shape (6,) read as a single series"
    x, notes = admitted(np.ones((2, 9)), TWO)
    assert (x.shape, notes[0]) == ((1, 2, 9), "shape (2, 9) read as a single series")


def test_gaps_are_filled_as_in_training() -> None:
    came = np.ones((2, 2, 9))
    came[0, 0, 3], came[1, 1] = NAN, NAN
    x, notes = admitted(came, TWO)
    assert x[0, 0, 3] == 1
    assert np.isnan(x[1, 1]).all()
    assert [note.split(":")[0] for note in notes[:2]] == [
        "1 missing values in 1 of 2 new series",
        "1 of 2 new series lack a channel wholly",
    ]
    assert notes[2].startswith("the series are faint, with values of 1 to 1, in training -")


def test_other_scales_are_told() -> None:
    _, notes = admitted(1000 + RNG.normal(size=(3, 2, 9)), TWO)
    assert notes[0].startswith("3 of 3 series have values far from those in training")


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.ones((3, 1, 9)), r"have 1 channel \(series 0 is of shape \(1, 9\)\).* trained on 2 channels × 9 steps"),
        (np.ones((3, 9, 2)), r"Expected arrays \(2, steps\); turn the last two axes round"),
        (np.ones((3, 9)), r"have 1 channel \(series 0 is of shape \(9,\)\)"),
        ([np.ones((2, 9)), np.ones((3, 9))], r"have 3 channels \(series 1 is"),
        (np.ones((0, 2, 9)), "there is no new series"),
        ([], "there is no new series"),
        (np.ones((2, 2, 9, 1)), r"have shape \(2, 2, 9, 1\)"),
        (np.ones((2, 2, 0)), "size zero"),
        (np.full((2, 2, 9), NAN), "2 of 2 new series hold no value at all"),
        (np.full((2, 2, 9), np.inf), "new series 0 holds an infinite value"),
        (np.full((2, 2, 9), "a"), "type <U1"),
        (None, "no series but of type NoneType"),
    ],
)
def test_no_series_of_the_model(samples: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        admitted(samples, TWO)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5), st.sampled_from([None, 6]))
def test_admitted_as_they_would_have_been_arranged(lengths: list[int], resize: int | None) -> None:
    """Beside a training series of the model's length."""
    training = RNG.normal(size=(40, 1, 12))
    new = [RNG.normal(size=(1, length)) for length in lengths]
    x, _ = admitted(new, dataset_from(training, Y, resize=resize))
    np.testing.assert_array_equal(x, arrange(training, new, length=resize).test)
