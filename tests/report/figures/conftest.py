from pathlib import Path

import pytest
from tests.report.runs import RUNS, toy

from vilfredo.report.view import RunView


@pytest.fixture(scope="session")
def cells(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    """A whole search of cells of up to three blocks."""
    folder = tmp_path_factory.mktemp("cells") / "run"
    toy(folder)
    return RunView.of(folder)


@pytest.fixture
def view(request: pytest.FixtureRequest, tmp_path: Path) -> RunView:
    """The run of this name in `RUNS`."""
    RUNS[request.param](tmp_path / "run")
    return RunView.of(tmp_path / "run")
