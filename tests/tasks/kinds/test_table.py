from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Dataset
from vilfredo.tasks.kinds import Arranged, kind_of, table
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.memory import dataset_from
from vilfredo.tasks.open import open_dataset
from vilfredo.tasks.raw import Options, Part, Raw
from vilfredo.training.samples import prepare
from vilfredo.training.settings import TrainingSettings

NAN = np.nan
FRAME = pd.DataFrame({"n": [1, 2, NAN, 4], "c": ["x", "y", "x", "y"], "t": ["1", " 2", "?", "3"]})


def raw(training: Any, test: Any = None) -> Raw:
    part = None if test is None else Part("test", test, np.zeros(len(test)))
    return Raw("", "", Part("training", training, np.zeros(len(training))), part)


def arrange(training: Any, test: Any = None, **options: Any) -> Arranged:
    return table.arrange(raw(training, test), Options(**options))


def refusal(training: Any, test: Any = None, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        arrange(training, test, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


class DataFrame:
    """One of another library."""

    columns = ()


@pytest.mark.parametrize(
    ("samples", "claimed"),
    [
        (FRAME, True),
        (FRAME["n"], False),
        (FRAME.to_numpy(), False),
        (np.zeros((5, 9)), False),
        (np.zeros(5), False),
        ([np.zeros(5)], False),
        (DataFrame(), False),
        (None, False),
    ],
)
def test_claims(samples: Any, claimed: bool) -> None:
    assert table.claims(samples) == claimed


def test_arranged() -> None:
    test = pd.DataFrame({"t": [7, 8], "c": ["y", "z"], "n": [NAN, NAN], "more": [1, 2]}, index=[5, 5])
    arranged = arrange(FRAME, test)
    assert arranged.columns == (Column("n"), Column("c", ("x", "y")), Column("t"))
    np.testing.assert_array_equal(arranged.training, [[1, 0, 1], [2, 1, 2], [NAN, 0, NAN], [4, 1, 3]])
    assert arranged.test is not None
    np.testing.assert_array_equal(arranged.test, [[NAN, 1, 7], [NAN, 2, 8]])
    assert arranged.training.dtype == arranged.test.dtype == np.float64
    filled = "; numbers are filled with the median and marked, missing categories are one of their own"
    assert arranged.notes == (
        "text that is all numbers, read as numbers: 't'",
        f"missing values, of 4 training rows: 1 in 'n', 1 in 't'{filled}",
        f"missing values, of 2 test rows: 2 in 'n'{filled}",
        "column 'c': 1 test rows have categories that never occur in training",
    )


def test_an_array_is_numbers() -> None:
    x = np.array([[1, 5], [2, 6], [3, 6]])
    with pytest.raises(InputError, match="--task table"):
        kind_of(raw(x), None)
    arranged = arrange(x, x[:1].astype(np.float32))
    assert arranged.columns == (Column("x0"), Column("x1"))
    np.testing.assert_array_equal(arranged.training, x)
    assert arranged.test is not None
    np.testing.assert_array_equal(arranged.test, [[1, 5]])
    assert arrange(x, categorical=("x1",)).columns[1].categories == ("5", "6")


def test_columns_to_ignore() -> None:
    assert [column.name for column in arrange(FRAME, FRAME.drop(columns="t"), ignore=("t",)).columns] == ["n", "c"]


def test_names_that_are_no_text_and_repeated_rows_of_an_index() -> None:
    frame = pd.DataFrame([[1, "x"], [2, "y"], [3, "x"]], index=[7, 7, 7])
    assert arrange(frame).columns == (Column("0"), Column("1", ("x", "y")))


@pytest.mark.parametrize(
    ("training", "test", "options", "message"),
    [
        (FRAME, None, {"resize": (4,)}, "resize: a table has no size to change"),
        (FRAME, None, {"ignore": ("nn",)}, "ignore: there is no column 'nn'. Did you mean 'n'?"),
        (
            FRAME,
            None,
            {"categorical": ("cc",)},
            "categorical: there is no column 'cc'. Did you mean 'c'? Columns: n, c, t.",
        ),
        (FRAME, None, {"categorical": ("c",), "ignore": ("c",)}, "categorical: 'c' is to be ignored, too"),
        (FRAME, None, {"ignore": ("n", "c", "t")}, "no column is left"),
        (FRAME[:0], None, {}, "there is no training row"),
        (FRAME, FRAME[:0], {}, "there is no test row"),
        (FRAME, FRAME[["n"]], {}, "the test rows lack the columns 'c', 't'. Expected"),
        (FRAME, FRAME.assign(n="one"), {}, "column 'n' holds numbers in the training part, but 'one' in the test part"),
        (FRAME, FRAME.assign(n=np.inf), {}, "column 'n' holds an infinite number (row 0"),
        (pd.concat([FRAME, FRAME], axis=1), None, {}, "several training columns are called c, n, t"),
        (
            np.zeros((4, 3, 2)),
            None,
            {},
            "the training rows have shape (4, 3, 2) and type float64. Expected numbers (N,",
        ),
        (np.array([["a", "b"]]), None, {}, "type <U1. Expected numbers"),
        (np.zeros((4, 0)), None, {}, "no column is left"),
        (np.zeros((0, 4)), None, {}, "there is no training row"),
        (np.arange(8.0).reshape(4, 2), np.zeros((2, 1)), {}, "the test rows lack the columns 'x1'"),
        (
            np.arange(8.0).reshape(4, 2),
            np.zeros((2, 3)),
            {"ignore": ("x0",)},
            "the test rows have 3 columns, the training rows 2. Expected the same",
        ),
        ([np.zeros(2), np.zeros(3)], None, {}, "the training rows differ in their number of columns. Expected numbers"),
    ],
)
def test_refused(training: Any, test: Any, options: dict[str, Any], message: str) -> None:
    assert message in refusal(training, test, **options)


@pytest.mark.parametrize(("name", "shape"), [("iris", (150, 4)), ("wine", (178, 13)), ("breast-cancer", (569, 30))])
def test_real_tables(name: str, shape: tuple[int, int]) -> None:
    dataset = open_dataset(name)
    assert (len(dataset.x_train) + len(dataset.x_test), *dataset.input_shape) == shape
    loaded = getattr(datasets, f"load_{name.replace('-', '_')}")()
    both = np.concatenate([dataset.x_train, dataset.x_test])
    np.testing.assert_array_equal(np.sort(both, axis=0), np.sort(loaded.data, axis=0))
    assert [column.name for column in dataset.columns] == list(loaded.feature_names)
    assert dataset.labels == tuple(loaded.target_names)
    x = table.fit(dataset.x_train, dataset.columns).apply(dataset.x_train)
    assert x.shape == (len(dataset.x_train), shape[1], 1, 1)
    np.testing.assert_allclose(x.mean(axis=0, dtype=np.float64), 0, atol=1e-5)
    np.testing.assert_allclose(x.std(axis=0, dtype=np.float64), 1, atol=1e-5)


def test_only_what_is_trained_on_is_measured() -> None:
    rng = np.random.default_rng(0)
    x = np.column_stack([rng.normal(size=60), rng.integers(0, 3, 60)])
    columns = (Column("a"), Column("b", ("x", "y", "z", "w")))
    data = Dataset("", "", x, np.arange(60) % 2, x[:2], np.arange(2), ("a", "b"), task="table", columns=columns)
    before = prepare(data, TrainingSettings(), seed=0)
    x[before.held] = [1000, 3]
    after = prepare(data, TrainingSettings(), seed=0)
    np.testing.assert_array_equal(after.x_train, before.x_train)
    assert after.x_val[:, 0].min() > 100
    assert not after.x_val[:, 1:].any()


def test_from_memory() -> None:
    frame = pd.concat([FRAME] * 5)
    dataset = dataset_from(frame, pd.Series(["a", "b"] * 10), categorical=("n",))
    assert (dataset.task, dataset.input_shape) == ("table", (3,))
    assert dataset.columns[0].categories == ("1", "2", "4")


def test_in_words() -> None:
    assert table.describe((11,)) == "11 columns"
    assert table.describe((1,)) == "1 column"


RNG = np.random.default_rng(0)
Y = np.arange(40) % 2
TRAINED = pd.DataFrame(
    {"size": RNG.normal(size=40), "colour": ["red", "blue"] * 20, "same": 1, "grade": ["3", "4", "4", "3"] * 10}
)
NAMED = dataset_from(TRAINED, Y, categorical=["grade"])
NAMELESS = dataset_from(RNG.normal(size=(40, 3)), Y, task="table")


def admitted(samples: Any, dataset: Dataset) -> tuple[Any, tuple[str, ...]]:
    return table.admit(samples, InputLayout.of(dataset))


def test_columns_are_found_by_their_names() -> None:
    new = pd.DataFrame({"grade": [4, 3], "colour": [" red", None], "size": ["1.5", "?"]})
    x, notes = admitted(new, NAMED)
    np.testing.assert_array_equal(x, [[1.5, 1, 1], [NAN, NAN, 0]])
    assert len(notes) == 1
    assert notes[0].startswith("missing values, of 2 new rows: 1 in 'size', 1 in 'colour'")
    np.testing.assert_array_equal(admitted(new.assign(same=5), NAMED)[0], x)


def test_rows_may_be_numbered_in_any_way() -> None:
    x, _ = admitted(TRAINED.sample(frac=1, random_state=0).head(7), NAMED)
    np.testing.assert_array_equal(x, admitted(TRAINED, NAMED)[0][TRAINED.sample(frac=1, random_state=0).index[:7]])


def test_categories_never_seen_are_told() -> None:
    x, notes = admitted(TRAINED.assign(colour=["green", "blue", "red", "grey"] * 10), NAMED)
    np.testing.assert_array_equal(x[:4, 1], [2, 0, 1, 2])
    assert notes == (
        "column 'colour': 20 of 40 rows have categories that were not learnt ('green', 'grey'): taken for a rare one",
    )


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (TRAINED[["size", "same"]], r"are missing: 'colour', 'grade'\. Expected all 3"),
        (TRAINED.rename(columns={"colour": "color"}), "Came instead: 'color'. Did you mean 'colour'"),
        (TRAINED.assign(same2=1), r"not there in training: 'same2'\. Did you mean 'same'"),
        (TRAINED.assign(size="big"), r"'size' held numbers in training, but here 'big' \(row 0"),
        (TRAINED.assign(size=[*range(39), "big"]), r"here 'big' \(row 39"),
        (TRAINED.assign(size=-np.inf), "'size' holds an infinite number"),
        (TRAINED.head(0), "there is no new row"),
        (TRAINED.set_axis(["size", "size", "same", "grade"], axis=1), "several new columns are called size"),
    ],
)
def test_frames_that_do_not_fit(frame: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        admitted(frame, NAMED)


def test_arrays_have_the_columns_of_training_in_their_order() -> None:
    numbers = dataset_from(TRAINED[["size", "same"]].assign(third=RNG.normal(size=40)), Y)
    x, notes = admitted([[1, 2, 3]], numbers)
    np.testing.assert_array_equal(x, [[1, 3]])
    assert notes == ("columns without names taken in the order of training: size, same, third",)
    np.testing.assert_array_equal(admitted(np.array([[1, 3]]), numbers)[0], x)
    np.testing.assert_array_equal(admitted(pd.DataFrame([[1, 3]]), numbers)[0], x)
    with pytest.raises(InputError, match=r"4 columns without names, the training table had 3.* or the 2 learnt from"):
        admitted(np.zeros((1, 4)), numbers)


def test_a_table_of_an_array() -> None:
    x = RNG.normal(size=(5, 3))
    assert admitted(x, NAMELESS) == (pytest.approx(x), ())
    with pytest.raises(InputError, match="4 columns without names, the training table had 3: x0, x1, x2"):
        admitted(np.zeros((1, 4)), NAMELESS)
    with pytest.raises(InputError, match="The training table was an array without names"):
        admitted(TRAINED, NAMELESS)
    with pytest.raises(InputError, match=r"a single row is \(1, columns\)"):
        admitted(np.zeros(3), NAMELESS)


def test_numbers_are_no_categories_in_words() -> None:
    with pytest.raises(InputError, match="categories in words came as numbers: 'colour'"):
        admitted(np.zeros((2, 4)), NAMED)
    grades = dataset_from(TRAINED[["size", "grade"]], Y, categorical=["grade"])
    np.testing.assert_array_equal(admitted(np.array([[0.5, 4.0]]), grades)[0], [[0.5, 1]])
