import pytest

from vilfredo.errors import InputError
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.discovery import find_space, spaces
from vilfredo.spaces.mlp_space import MlpSpace
from vilfredo.spaces.parallel_space import ParallelSpace


def test_the_folder_is_the_registry() -> None:
    assert spaces() == {"cells": CellSpace, "mlp": MlpSpace, "parallel": ParallelSpace}
    assert find_space("mlp") is MlpSpace


def test_an_unknown_kind_gets_the_nearest_known_one() -> None:
    with pytest.raises(InputError, match=r"'cell' is unknown\. Did you mean 'cells'"):
        find_space("cell")
