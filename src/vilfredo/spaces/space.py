"""What a search space is: all that strategies and predictors need to know of one."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from vilfredo.settings import Settings
from vilfredo.spaces.codes import Cells
from vilfredo.spaces.macro import MacroArchitecture

EMPTY = "[]"
"""The text of the architecture of size zero, which every space has."""


class Space(Settings):
    """Abstract base: a frozen set of settings that says which architectures there are.

    An architecture is known by its canonical text, and has a size from 0 to `largest`. Where many are worked on,
    they are arrays `Cells` of one size: architectures that are no cells are written as if they were, one block per
    unit of size, so that what reads cells block by block reads them as well.
    """

    kind: ClassVar[str]
    """Name of the kind of space, as settings spell it."""
    noun: ClassVar[str]
    """What an architecture is called, e.g. ``cell``."""
    unit: ClassVar[str]
    """What sizes are counted in, e.g. ``blocks``."""

    @property
    def reach(self) -> int:
        """How far before the first block inputs reach: the smallest is -`reach`."""
        raise NotImplementedError

    @property
    def largest(self) -> int:
        """Size of the largest architectures."""
        raise NotImplementedError

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The operators in alphabetical order; arrays hold indices into it."""
        raise NotImplementedError

    def size_of(self, text: str) -> int:
        """Size of the architecture that `text` spells.

        Raises
        ------
        InputError
            When it spells none.
        """
        raise NotImplementedError

    def codes(self, texts: Sequence[str]) -> Cells:
        """Encode architectures of one size b, shape (n, b, 4); none at all have size 0.

        Raises
        ------
        InputError
            When a text spells no architecture or one outside the space, or the sizes differ.
        """
        raise NotImplementedError

    def texts(self, codes: Cells) -> list[str]:
        """Canonical texts of architectures (n, b, 4)."""
        raise NotImplementedError

    def first(self) -> Cells:
        """All architectures of size one, each once, shape (n, 1, 4)."""
        raise NotImplementedError

    def expand(self, parents: Cells) -> Cells:
        """All that grow by one from `parents` (n, b, 4), shape (m, b + 1, 4); the same one may come from several."""
        raise NotImplementedError

    def unique(self, codes: Cells) -> Cells:
        """Canonical forms (m, b, 4) of architectures (n, b, 4), each once, in order of first appearance."""
        raise NotImplementedError

    def sample(self, size: int, count: int, rng: np.random.Generator) -> Cells:
        """Draw up to `count` different canonical architectures of `size`, all equally likely, shape (m, size, 4).

        m < `count` only where the space has hardly more than `count` of that size.
        """
        raise NotImplementedError

    def added(self, size: int) -> int:
        """How many architectures at most `expand` makes of one of `size`."""
        raise NotImplementedError

    def symmetric(self) -> Mapping[str, str]:
        """By operator, the architecture whose time, beyond the empty one's, tells what the operator costs.

        None for spaces whose `time_features` need no costs.
        """
        raise NotImplementedError

    def examples(self) -> tuple[str, ...]:
        """Some architectures of size one that cost, in the mean, what all of size one do."""
        raise NotImplementedError

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns of `time_features`."""
        raise NotImplementedError

    def time_features(
        self, codes: Cells, macro: MacroArchitecture | None, costs: Mapping[str, float]
    ) -> NDArray[np.float64]:
        """Describe what tells the training time of architectures (n, b, 4).

        Parameters
        ----------
        macro
            How architectures are stacked into networks; None where they are whole networks.
        costs
            Relative cost, in [0, 1], of each operator that `symmetric` names.

        Returns
        -------
        Shape (n, F), columns in the order of `feature_names`.

        Raises
        ------
        InputError
            When the space needs a macro-architecture or a cost that is not given.
        """
        raise NotImplementedError
