"""What the three estimators have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from numbers import Integral
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from vilfredo.bundle.model import Model, Probabilities
from vilfredo.estimators.answering import Answering
from vilfredo.estimators.exporting import export_model
from vilfredo.estimators.finding import find_model
from vilfredo.estimators.input_value_error import InputValueError, value_errors
from vilfredo.estimators.storing import (
    Facts,
    classes_from,
    classes_of_labels,
    model_bytes,
    model_from,
    parameters_from,
    plain_classes,
    plain_parameters,
    read_folder,
    write_folder,
)
from vilfredo.estimators.wishes import Wishes, read_wishes
from vilfredo.tasks.dataset import Samples
from vilfredo.tasks.memory import dataset_from
from vilfredo.tasks.new_samples import admit_samples

_LARGEST_SEED = 2**31 - 1
_BUNDLE = "_bundle"
"""In a pickle: the files of the model."""
_LEFT_OUT = ("best_model_", "_answering")
"""What a pickle does not hold as it is: modules, which would bring code with them."""


class SearchClassifier(ClassifierMixin, BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn has no types
    """Base of the classifiers that search for their own network.

    `fit` searches architectures, compares the best ones in longer trainings, and trains the winner on all samples. By
    default all of it happens in this process on one core, so that whoever runs several fits at once, as
    ``cross_val_score(..., n_jobs=4)`` does, decides how many cores are busy.

    Parameters
    ----------
    budget : str, float or None
        Time for `fit`: ``"10m"``, ``"90s"``, or seconds. One half is for the search, the other for model selection and
        the last training, each of which plans its trainings by it. None: until everything is done.
    preset : str
        Settings to start from: ``quick``, ``paper-image``, ``paper-series``.
    settings : mapping or None
        Laid over those of the search: ``{"training": {"epochs": 5}}``.
    deploy_settings : mapping or None
        Laid over those of model selection and last training: ``{"final": {"training": {"epochs": 50}}}``.
    constraints : sequence of str
        What the network must satisfy, e.g. ``("parameters<1e5",)``.
    metric : str
        What the search is for: ``accuracy``, ``balanced_accuracy``, ``macro_f1`` or ``log_loss``. `score` is the
        accuracy whatever this is.
    random_state : int, RandomState or None
        Seed. With one and without `budget`, the same samples give the same model: training times, the other
        objective of the search, are then derived from operation counts, since measured ones are never twice the same.
        Otherwise they are measured.
    workers : int or None
        Networks to train at a time, in processes of their own; None or 1: one, in this process.
    executor : str or None
        ``local`` or ``processes``; by default as `workers` asks.
    run : path or None
        Folder to keep the search in, its model under ``model``: a `fit` that was cut off goes on there, with the same
        samples and parameters. None: a temporary one. Not for several fits, as cross-validation does them.
    verbose : int
        1: lines about what happens; 2: one for each network, too.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    front_ : list of dict
        The networks of the search that are best in score and training time, best score first: ``id``,
        ``architecture``, and the objectives (validation scores, seconds per epoch, parameters, …);
        ``pandas.DataFrame(model.front_)`` makes a table of it.
    best_model_ : vilfredo.bundle.model.Model
        The network that answers, with its preprocessing and what is known of it.
    n_features_in_ : int
        Columns of tables, channels of series, values of an image.
    feature_names_in_ : ndarray of str
        Names of columns, where all were text.
    run_ : str or None
        The folder of the search, where one was asked for.
    """

    _task: ClassVar[str]
    """Kind of the data."""

    def __init__(
        self,
        *,
        budget: str | float | None = None,
        preset: str = "quick",
        settings: Mapping[str, Any] | None = None,
        deploy_settings: Mapping[str, Any] | None = None,
        constraints: tuple[str, ...] = (),
        metric: str = "accuracy",
        random_state: Any = None,
        workers: int | None = None,
        executor: str | None = None,
        run: str | Path | None = None,
        verbose: int = 0,
    ) -> None:
        self.budget = budget
        self.preset = preset
        self.settings = settings
        self.deploy_settings = deploy_settings
        self.constraints = constraints
        self.metric = metric
        self.random_state = random_state
        self.workers = workers
        self.executor = executor
        self.run = run
        self.verbose = verbose

    @abstractmethod
    def _samples(self, X: Any, reset: bool) -> Any:  # noqa: N803 - scikit-learn's name
        """Check samples as scikit-learn does, and bring them into a form that `tasks` reads.

        With `reset`, `n_features_in_` and `feature_names_in_` are set, else compared.
        """

    @abstractmethod
    def _reading(self, samples: Any) -> dict[str, Any]:
        """Further arguments of `dataset_from` for these samples."""

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803 - scikit-learn's name
        """Find a network and train it.

        Parameters
        ----------
        X : array-like
            The samples; see the class.
        y : array-like of shape (n_samples,)
            Their labels: whole numbers, booleans or text, of two classes at least.

        Returns
        -------
        The estimator itself.

        Raises
        ------
        ValueError
            When samples, labels or parameters cannot be used.
        RunError
            When the folder `run` cannot be used, e.g. for it holds another search.
        VilfredoError
            When the budget was too short for any network.
        """
        self.__dict__.pop("best_model_", None)  # should this fit fail, what was fitted before must not answer
        labels = validate_data(self, y=y)
        with value_errors():
            wishes = self._wishes()
            samples = self._samples(X, reset=True)
            check_consistent_length(samples, labels)
            check_classification_targets(labels)
            classes, codes = np.unique(labels, return_inverse=True)
            if len(classes) < 2:
                raise InputValueError(f"y holds one class only ({classes[0]}). Expected two at least to tell apart.")
            dataset = dataset_from(
                samples,
                codes,
                task=self._task,
                class_names=list(map(str, classes)),
                hold_out=False,
                **self._reading(samples),
            )
            found = find_model(dataset, wishes)
        self.classes_ = classes
        self.front_ = [dict(row) for row in found.front]
        self.run_ = None if found.run is None else str(found.run)
        self._take(found.model)
        return self

    def predict_proba(self, X: Any) -> Probabilities:  # noqa: N803 - scikit-learn's name
        """Probabilities of the classes.

        Parameters
        ----------
        X : array-like
            Samples as in `fit`.

        Returns
        -------
        Shape (n_samples, n_classes), in the order of `classes_`.
        """
        check_is_fitted(self)
        with value_errors():
            return self._answering(self._admitted(X))

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 - scikit-learn's name
        """The most likely class of each sample, shape (n_samples,)."""
        answers = self.predict_proba(X)
        return np.asarray(self.classes_[answers.argmax(axis=1)])

    def export(self, path: str | Path, X: Any = None) -> None:  # noqa: N803 - scikit-learn's name
        """Write the model as a file that needs no Vilfredo; its ending says the format.

        ``.onnx``, or ``.pt2`` for ``torch.export``: preprocessing inside, run back before it gets its name. ``.py``:
        the network as plain PyTorch, with its weights beside it in a ``.safetensors`` file.

        The file answers with probabilities of the classes by number, to samples in the model's layout
        (``best_model_.layout.describe()``); the labels are in ONNX's metadata.

        Parameters
        ----------
        path : path
            Of the file.
        X : array-like or None
            Samples to check the file with; by default made-up ones.
        """
        check_is_fitted(self)
        with value_errors():
            samples = None if X is None else self._admitted(X)
            export_model(self.best_model_, Path(path), samples)

    def save(self, folder: str | Path) -> None:
        """Write a model folder that `load` and the command line read; no pickle. One that was there is replaced."""
        check_is_fitted(self)
        facts = Facts(
            estimator=type(self).__name__,
            parameters=plain_parameters(self.get_params(deep=False)),
            classes=plain_classes(self.classes_),
            features=self.n_features_in_,
            names=tuple(self.feature_names_in_) if hasattr(self, "feature_names_in_") else None,
            front=tuple(self.front_),
        )
        write_folder(Path(folder), self.best_model_, facts)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a fitted estimator from a folder that `save` or ``vilfredo deploy`` wrote.

        Raises
        ------
        ValueError
            When the model is for another kind of data.
        RunError
            When the folder is no model, of a newer version, or was edited or damaged.
        """
        model, facts = read_folder(Path(folder))
        if model.layout.task != cls._task:
            raise InputValueError(
                f"load: the model in '{folder}' is for data of the kind '{model.layout.task}', not '{cls._task}'. "
                "Load it with the estimator of that kind."
            )
        defaults = cls().get_params(deep=False)
        estimator = cls(**({} if facts is None else parameters_from(facts.parameters, defaults)))
        estimator.classes_ = classes_of_labels(model.labels) if facts is None else classes_from(facts.classes)
        estimator.front_ = [] if facts is None else [dict(row) for row in facts.front]
        estimator.n_features_in_ = cls._count_features(model) if facts is None else facts.features
        names = _feature_names(model) if facts is None else facts.names
        if names is not None:
            estimator.feature_names_in_ = np.array(names, dtype=object)
        estimator.run_ = None
        estimator._take(model)
        return estimator

    @staticmethod
    @abstractmethod
    def _count_features(model: Model) -> int:
        """`n_features_in_` of a model that no estimator wrote."""

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "best_model_")

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in self.__dict__.items() if name not in _LEFT_OUT}
        if "best_model_" in self.__dict__:
            state[_BUNDLE] = model_bytes(self.best_model_)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({name: value for name, value in state.items() if name != _BUNDLE})
        if _BUNDLE in state:
            self._take(model_from(state[_BUNDLE]))

    def _take(self, model: Model) -> None:
        """Answer with this model from now on."""
        self.best_model_ = model
        self._answering = Answering.of(model)

    def _admitted(self, X: Any) -> Samples:  # noqa: N803 - scikit-learn's name
        """Samples in the layout of the model."""
        return admit_samples(self._samples(X, reset=False), self.best_model_.layout)[0]

    def _wishes(self) -> Wishes:
        """The parameters, checked."""
        given = isinstance(self.random_state, Integral)
        if given and not isinstance(self.random_state, bool) and 0 <= self.random_state <= _LARGEST_SEED:
            seed = int(self.random_state)
        else:
            seed = int(check_random_state(self.random_state).randint(_LARGEST_SEED))
        return read_wishes(self.get_params(deep=False), seed, self.random_state is not None)


def _feature_names(model: Model) -> tuple[str, ...] | None:
    """`feature_names_in_` of a model that no estimator wrote; None where its columns were only numbered."""
    header = model.layout.header
    return None if header == tuple(f"x{index}" for index in range(len(header))) else header
