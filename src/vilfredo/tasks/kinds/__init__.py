"""The kinds of data, one module each. The folder is the registry: a module added here is found by scanning."""

from dataclasses import dataclass
from typing import Any, Protocol, cast

from vilfredo.discovery import find, modules
from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column, Samples
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.preprocessing import Preprocessing
from vilfredo.tasks.raw import Options, Raw


@dataclass(frozen=True, eq=False)
class Arranged:
    """Samples in the layout of their kind; see `Dataset`."""

    training: Samples
    test: Samples | None
    """None without a test part."""
    notes: tuple[str, ...] = ()
    """What was decided, one sentence each."""
    columns: tuple[Column, ...] = ()
    """Of a table: those to learn from."""
    header: tuple[str, ...] = ()
    """Of a table: the names of all columns of the training part, in their order."""


class Kind(Protocol):
    """What each module here offers. The first line of its docstring says what it is, for people."""

    SAMPLES: str
    """What people call several samples: ``images``."""
    ARCHITECTURES: tuple[str, ...]
    """Kinds of spaces (see `spaces`) whose networks can learn it; the first is the usual one."""
    AXES: tuple[str, ...]
    """What the sizes in the shape of a sample are: ``channels``, ``height``, ``width``."""
    DTYPES: tuple[str, ...]
    """Types that `arrange` gives samples."""

    def claims(self, samples: Any) -> bool:
        """Whether an array of unknown origin is of this kind, by its shape and type. Never raises.

        At most one kind claims an array; one that none claims needs to be told by the user.
        """

    def arrange(self, raw: Raw, options: Options) -> Arranged:
        """Check the samples and bring both parts into one layout and type.

        Nothing is fitted here that looks at more than one sample, but for what gives all samples one layout: the length
        of series; which columns of a table there are to learn from, and which categories.

        Raises
        ------
        InputError
            Whatever is wrong with the samples.
        """

    def admit(self, samples: Any, layout: InputLayout) -> tuple[Samples, tuple[str, ...]]:
        """Bring new samples into the layout that a model was trained on; and what was decided, one sentence each.

        Takes what `arrange` takes of a part, and a single sample where that is unambiguous. What `arrange` gave comes
        back bit by bit. Each sample is read by itself, as it would have been in training; nothing is guessed that a
        model could silently get wrong: size, channels, scale, columns.

        Raises
        ------
        InputError
            When they don't fit; it says how they differ from the training samples, and what to do.
        """

    def fit(self, x: Samples, columns: tuple[Column, ...]) -> Preprocessing:
        """Learn from training samples what turns any samples of this kind into what networks read."""

    def restore(self, values: dict[str, Any]) -> Preprocessing:
        """Read what `Preprocessing.to_dict` wrote.

        Raises
        ------
        InputError
            When the values are damaged.
        """

    def describe(self, shape: tuple[int, ...]) -> str:
        """Put the shape of a sample into words: ``28×28×1``."""


def kinds() -> dict[str, Kind]:
    """Return all kinds by module name, in alphabetical order."""
    return {module.__name__.rpartition(".")[2]: cast(Kind, module) for module in modules(__name__)}


def find_kind(name: str) -> Kind:
    """Return the kind called `name`.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    return find(kinds(), name, "task")


def kind_of(raw: Raw, asked: str | None) -> str:
    """Name of the kind of some raw data: as its format says, as `asked` for, or as its arrays look.

    Raises
    ------
    InputError
        When the format and the user contradict each other, or nobody can tell.
    """
    if asked is not None:
        find_kind(asked)
        if raw.task not in (None, asked):
            raise InputError(f"task: '{asked}' was asked for, but this format holds data of kind '{raw.task}'.")
        return asked
    if raw.task is not None:
        return raw.task
    claiming = [name for name, kind in kinds().items() if kind.claims(raw.training.samples)]
    if claiming:
        return claiming[0]
    shape = getattr(raw.training.samples, "shape", ())
    choices = ", ".join(
        f"--task {name} ({str(kind.__doc__).splitlines()[0].rstrip('.')})" for name, kind in kinds().items()
    )
    raise InputError(
        f"the training samples have shape {tuple(shape)}, which may mean several things. Say which: {choices}."
    )
