"""What all estimators do, seen at the quickest of them, and at the others where they differ."""

import copy
import io
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tests.estimators import small

from vilfredo import TabularSearch
from vilfredo.bundle.folder import SOURCE
from vilfredo.bundle.model import Model
from vilfredo.deploy.deployment import deploy
from vilfredo.errors import InputError, RunError, VilfredoError
from vilfredo.estimators import finding
from vilfredo.estimators.storing import ESTIMATOR
from vilfredo.search.api import search
from vilfredo.search.summary import status_of
from vilfredo.tasks.memory import dataset_from

X, Y = load_iris(return_X_y=True)


def estimator(**changes: Any) -> TabularSearch:
    """One that fits quickly, with some parameters changed."""
    return TabularSearch(**{**small.TABLE, **changes})


@pytest.fixture(scope="module")
def fitted() -> TabularSearch:
    """On named columns, with names for classes."""
    frame = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    return estimator().fit(frame, np.array(["x", "y", "z"])[Y])


FRAME = pd.DataFrame(X, columns=["a", "b", "c", "d"])


def test_what_is_known_of_it(fitted: TabularSearch) -> None:
    assert fitted.score(FRAME, np.array(["x", "y", "z"])[Y]) > 0.8
    assert isinstance(fitted.best_model_, Model)
    assert fitted.best_model_.labels == ("x", "y", "z")
    assert fitted.n_features_in_ == 4
    assert fitted.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    assert fitted.run_ is None
    (row,) = fitted.front_
    assert {"id", "architecture", "accuracy", "training_time", "parameters"} < set(row)
    assert pd.DataFrame(fitted.front_).shape[0] == 1


def test_all_samples_are_learnt_from(fitted: TabularSearch) -> None:
    assert fitted.best_model_.record.origin["training_samples"] == 150
    assert fitted.best_model_.record.origin["test_samples"] == 0


@pytest.mark.parametrize(
    "classes",
    [
        np.array([7, -3, 100]),
        np.array(["setosa", "", "ü\n"]),
        np.array(["b", "a", "c"], dtype=object),
        np.array([2.0, 1.0, 3.0]),
        np.array([True, False]),
        np.array([0, 1], dtype=np.uint8),
    ],
    ids=lambda classes: str(classes.dtype),
)
def test_labels_of_any_type(classes: NDArray[Any], tmp_path: Path) -> None:
    y = classes[Y % len(classes)]
    model = estimator().fit(X, y)
    assert np.array_equal(model.classes_, np.unique(y))
    answers = model.predict(X)
    assert answers.dtype == y.dtype
    assert set(answers) <= set(y)
    assert np.array_equal(model.classes_[model.predict_proba(X).argmax(axis=1)], answers)
    model.save(tmp_path / "model")
    again = TabularSearch.load(tmp_path / "model").predict(X)
    assert again.dtype == y.dtype
    assert np.array_equal(again, answers)


def test_labels_may_be_a_series_of_pandas() -> None:
    y = pd.Series(np.where(Y, "a", "b"), index=np.arange(150)[::-1])
    assert estimator().fit(X, y).classes_.tolist() == ["a", "b"]


def test_a_sample_is_answered_alike_alone_and_among_others(fitted: TabularSearch) -> None:
    together = fitted.predict_proba(FRAME)
    alone = np.concatenate([fitted.predict_proba(FRAME.iloc[[index]]) for index in range(150)])
    assert np.allclose(alone, together, rtol=1e-12, atol=0)
    assert np.allclose(fitted.predict_proba(FRAME[::-1]), together[::-1], rtol=1e-12, atol=0)
    assert np.allclose(together, fitted.best_model_.predict_proba(X), atol=1e-6)


def test_the_same_seed_gives_the_same_model() -> None:
    one, two, other = (estimator(random_state=seed).fit(X, Y).predict_proba(X) for seed in (3, np.int64(3), 4))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_a_state_of_random_numbers_gives_seeds() -> None:
    one, two = (estimator(random_state=np.random.RandomState(0)).fit(X, Y).predict_proba(X) for _ in range(2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({"random_state": 1}, "flops"),
        ({"random_state": None}, "measured"),
        ({"random_state": 1, "budget": "1m"}, "measured"),
    ],
)
def test_times_are_derived_where_the_model_must_be_repeatable(
    changes: dict[str, Any], source: str, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    estimator(**changes, run=run).fit(X, Y)
    assert status_of(run)["time_source"] == source


def test_the_number_of_threads_stays() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        estimator().fit(X, Y)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_other_random_numbers_stay() -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    expected = torch.rand(1), np.random.rand()
    torch.manual_seed(0)
    np.random.seed(0)
    estimator().fit(X, Y)
    assert (torch.rand(1), np.random.rand()) == expected


def test_a_folder_keeps_the_search_and_the_model(tmp_path: Path) -> None:
    run = tmp_path / "run"
    model = estimator(run=str(run)).fit(X, Y)
    assert model.run_ == str(run)
    assert status_of(run)["trained"] == 1
    again = estimator(run=str(run)).fit(X, Y)  # everything is there
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))
    assert np.array_equal(TabularSearch.load(run / "model").predict(X), model.predict(X))
    with pytest.raises(RunError, match="other contents"):
        estimator(run=run).fit(X[:100], Y[:100])


def test_a_fit_that_was_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    model = estimator(run=tmp_path / "run")
    with monkeypatch.context() as patch:
        patch.setattr(finding, "deploy", cut_off)
        with pytest.raises(KeyboardInterrupt):
            model.fit(X, Y)
    with pytest.raises(NotFittedError):
        model.predict(X)
    before = status_of(tmp_path / "run")
    model.fit(X, Y)
    assert status_of(tmp_path / "run")["trained"] == before["trained"]
    assert np.array_equal(model.predict_proba(X), estimator().fit(X, Y).predict_proba(X))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    model = estimator().fit(X, Y)
    pickle.loads(pickle.dumps(model))
    model.export(tmp_path / "model.py")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.py", "model.safetensors"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"budget": "soon"}, "'soon' is not a time span"),
        ({"budget": -1}, "-1 is not a time span"),
        ({"metric": "acuracy"}, "Did you mean 'accuracy'"),
        ({"preset": "quik"}, "Did you mean 'quick'"),
        ({"preset": 3}, "preset: expected a name"),
        ({"settings": {"trainig": {}}}, "trainig"),
        ({"settings": [1]}, "settings: expected tables"),
        ({"deploy_settings": {"selecton": {}}}, "selecton"),
        ({"constraints": 5}, "constraints: expected texts"),
        ({"constraints": ("parameters<10",)}, "no network satisfies"),
        ({"workers": "all"}, "workers: expected a whole number"),
        ({"executor": "clouds"}, "clouds"),
        ({"executor": 1}, "executor: expected"),
        ({"run": 1}, "run: expected the path"),
        ({"random_state": "seed"}, "cannot be used to seed"),
    ],
)
def test_parameters_that_cannot_be_used(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        estimator(**changes).fit(X, Y)


def test_errors_are_those_of_both_worlds() -> None:
    with pytest.raises(InputError, match="one class only"):
        estimator().fit(X, np.zeros(150))
    with pytest.raises(ValueError, match="one class only"):
        estimator().fit(X, np.zeros(150))


def test_a_budget_that_is_too_short() -> None:
    with pytest.raises(VilfredoError, match="not one network was trained"):
        estimator(budget=1e-6).fit(X, Y)


def test_constraints_hold() -> None:
    space = {"layers": 1, "widths": [8, 32], "activations": ["relu"], "dropout": False}
    settings = {**small.TABLE["settings"], "space": space}
    model = estimator(settings=settings, constraints=("parameters<100",)).fit(X, Y)
    assert model.best_model_.record.architecture == "[(8, 'relu')]"


@pytest.mark.parametrize("metric", ["balanced_accuracy", "log_loss"])
def test_the_search_is_for_the_metric(metric: str, tmp_path: Path) -> None:
    model = estimator(metric=metric, run=tmp_path / "run").fit(X, Y)
    assert status_of(tmp_path / "run")["score"] == {"log_loss": "nll"}.get(metric, metric)
    assert 0 < model.score(X, Y) <= 1


def test_pickles_hold_no_module(fitted: TabularSearch, tmp_path: Path) -> None:
    content = pickle.dumps(fitted)
    assert _packages(content) <= {"vilfredo", "numpy", "builtins"}
    assert b"model.safetensors" in content
    for again in (pickle.loads(content), copy.deepcopy(fitted)):
        assert np.array_equal(again.predict_proba(FRAME), fitted.predict_proba(FRAME))
        assert again.get_params() == fitted.get_params()
        assert again.front_ == fitted.front_
    joblib.dump(fitted, tmp_path / "model.joblib")
    assert np.array_equal(joblib.load(tmp_path / "model.joblib").predict(FRAME), fitted.predict(FRAME))


def _packages(content: bytes) -> set[str]:
    """Packages that unpickling loads classes and functions from."""
    found: set[str] = set()

    class Recording(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            found.add(module.partition(".")[0])
            return super().find_class(module, name)

    Recording(io.BytesIO(content)).load()
    return found


def test_a_pickle_that_was_tampered_with(fitted: TabularSearch) -> None:
    state = fitted.__getstate__()
    weights = bytearray(state["_bundle"]["model.safetensors"])
    weights[-1] ^= 1
    state["_bundle"]["model.safetensors"] = bytes(weights)
    with pytest.raises(RunError, match="was changed or is damaged"):
        TabularSearch().__setstate__(state)


def test_a_clone_is_not_fitted(fitted: TabularSearch) -> None:
    copied = clone(fitted)
    assert copied.get_params() == fitted.get_params()
    for ask in (copied.predict, copied.predict_proba):
        with pytest.raises(NotFittedError):
            ask(FRAME)
    for write in (copied.save, copied.export):
        with pytest.raises(NotFittedError):
            write("model")


def test_saved_and_loaded(fitted: TabularSearch, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    fitted.save(folder)
    again = TabularSearch.load(folder)
    assert np.array_equal(again.predict_proba(FRAME), fitted.predict_proba(FRAME))
    assert again.get_params() == fitted.get_params()
    assert again.front_ == fitted.front_
    assert again.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    assert clone(again).get_params() == again.get_params()
    again.save(folder)  # replaces it
    (folder / ESTIMATOR).write_text((folder / ESTIMATOR).read_text().replace('"x"', '"q"'))
    with pytest.raises(RunError, match="was edited"):
        TabularSearch.load(folder)


def test_a_state_of_random_numbers_is_not_saved(tmp_path: Path) -> None:
    estimator(random_state=np.random.RandomState(0), run=tmp_path / "run").fit(X, Y).save(tmp_path / "model")
    again = TabularSearch.load(tmp_path / "model")
    assert again.random_state is None
    assert again.run == str(tmp_path / "run")


def test_what_the_command_line_deploys_is_loaded_too(tmp_path: Path) -> None:
    dataset = dataset_from(FRAME, np.array([3, 5, 9])[Y], hold_out=False)
    search(dataset, tmp_path / "run", settings=small.TABLE["settings"], executor="local")
    deployed = deploy(
        tmp_path / "run",
        tmp_path / "model",
        settings=small.TABLE["deploy_settings"],
        dataset=dataset,
        formats=(),
        executor="local",
    )
    model = TabularSearch.load(deployed.folder)
    assert model.classes_.tolist() == [3, 5, 9]
    assert (model.n_features_in_, model.feature_names_in_.tolist()) == (4, ["a", "b", "c", "d"])
    assert set(model.predict(FRAME)) <= {3, 5, 9}
    assert model.front_ == []


def test_another_kind_of_model_is_not_loaded(fitted: TabularSearch, tmp_path: Path) -> None:
    from vilfredo import SeriesSearch

    fitted.save(tmp_path / "model")
    with pytest.raises(ValueError, match="for data of the kind 'table', not 'series'"):
        SeriesSearch.load(tmp_path / "model")


def test_in_a_pipeline_of_frames() -> None:
    pipeline = make_pipeline(StandardScaler(), estimator()).set_output(transform="pandas")
    pipeline.fit(FRAME, Y)
    assert pipeline[-1].feature_names_in_.tolist() == ["a", "b", "c", "d"]
    assert pipeline.score(FRAME, Y) > 0.8


def test_in_cross_validation_and_grid_search() -> None:
    assert cross_val_score(estimator(), X, Y, cv=3).mean() > 0.7
    grid = GridSearchCV(estimator(), {"metric": ["accuracy", "log_loss"]}, cv=2)
    assert grid.fit(X, Y).predict(X).shape == (150,)
    assert len(grid.cv_results_["params"]) == 2


@pytest.mark.slow
def test_in_several_processes() -> None:
    assert np.array_equal(
        cross_val_score(estimator(), X, Y, cv=2, n_jobs=2), cross_val_score(estimator(), X, Y, cv=2, n_jobs=1)
    )


def test_worker_processes_find_the_same() -> None:
    with_workers = estimator(workers=1, executor="processes").fit(X, Y)
    assert np.allclose(with_workers.predict_proba(X), estimator().fit(X, Y).predict_proba(X))


def test_progress_is_told_to_those_who_ask(capsys: pytest.CaptureFixture[str]) -> None:
    estimator().fit(X, Y)
    assert capsys.readouterr().out == ""
    estimator(verbose=1).fit(X, Y)
    short = capsys.readouterr().out
    assert "search: step 1 of 1" in short
    assert "last training: [(32, 'relu')]" in short
    estimator(verbose=2).fit(X, Y)
    assert "accuracy 0." in capsys.readouterr().out


def test_exported_as_source(fitted: TabularSearch, tmp_path: Path) -> None:
    path = tmp_path / "iris net.py"
    fitted.export(path)
    assert (tmp_path / "iris net.safetensors").is_file()
    code = (
        "import runpy, torch; model = runpy.run_path('iris net.py')['load']();"
        f"print(model(torch.tensor({X[:2].tolist()}, dtype=torch.float64)).tolist())"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert np.allclose(eval(answer.stdout), fitted.predict_proba(FRAME[:2]), atol=1e-5)
    assert SOURCE not in {path.name for path in tmp_path.iterdir()}


def test_exported_to_onnx(fitted: TabularSearch, tmp_path: Path) -> None:
    import onnxruntime

    for samples in (None, FRAME):
        fitted.export(tmp_path / "model.onnx", samples)
        session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
        (answers,) = session.run(None, {session.get_inputs()[0].name: X})
        assert np.allclose(answers, fitted.predict_proba(FRAME), atol=1e-4)


def test_exports_that_cannot_be(fitted: TabularSearch, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ends in none of .*\.onnx.*\.py"):
        fitted.export(tmp_path / "model.h5")
    with pytest.raises(RunError, match="cannot be written"):
        fitted.export(tmp_path / "missing" / "model.py")


def test_after_a_fit_that_failed_nothing_is_fitted() -> None:
    model = estimator().fit(X, Y)
    with pytest.raises(ValueError, match="one class only"):
        model.fit(X[:, :2], np.zeros(150))
    with pytest.raises(NotFittedError):
        model.predict(X[:, :2])
