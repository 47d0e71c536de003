"""Every command and all Python in the documents runs, or says why no test runs it."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.documentation.blocks import MARKS, PAGES, Block, blocks_of, page_name
from tests.documentation.playground import finished_run, furnish, own_arrays
from tests.documentation.running import Place, clean_imports

from vilfredo.bundle.latency import measure_latency
from vilfredo.deploy import writing

_BLOCKS = [block for page in PAGES for block in blocks_of(page)]
_RUN = [block for block in _BLOCKS if block.runnable and not block.excused]
_QUICK = sorted({block.page for block in _RUN if not block.slow})
_SLOW = [block for block in _RUN if block.slow]


@pytest.fixture(scope="module", autouse=True)
def hasty() -> Iterator[None]:
    """Latencies are measured shortly: what they come to is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "measure_latency", partial(measure_latency, seconds=0.01))
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_run(tmp_path_factory.mktemp("finished"))


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished")
    furnish(folder)
    return folder


@pytest.fixture
def place(tmp_path: Path, finished: Path, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("BROWSER", "true")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    with clean_imports():
        yield Place(tmp_path, finished, dict(own_arrays()))


@pytest.mark.parametrize("page", _QUICK, ids=page_name)
def test_what_a_page_shows_can_be_done(page: Path, place: Place) -> None:
    for block in _RUN:
        if block.page == page and not block.slow:
            place.run(block)


@pytest.mark.slow
@pytest.mark.parametrize("block", _SLOW, ids=[block.name for block in _SLOW])
def test_what_takes_longer_can_be_done_too(block: Block, place: Place) -> None:
    for before in blocks_of(block.page):
        if "file" in before.marks or before.text.startswith("pip install -e"):
            place.run(before)
    place.run(block)


@pytest.mark.parametrize("block", _BLOCKS, ids=[block.name for block in _BLOCKS])
def test_marks_are_known_and_say_why(block: Block) -> None:
    assert block.marks.keys() <= MARKS
    assert all(reason.strip() for reason in block.marks.values())
    assert not block.marks or block.runnable, f"{block.name}: a mark before a block that no test would run"


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_no_fence_is_overlooked(page: Path) -> None:
    fences = [line for line in page.read_text().splitlines() if line.lstrip().startswith(("```", "~~~"))]
    assert len(fences) == 2 * len(blocks_of(page)), "fences stand at the beginning of the line, and are made of ```"


def test_there_is_something_to_run() -> None:
    assert {page_name(page) for page in _QUICK} >= {"README.md", "docs/cli.md", "docs/models.md"}
    assert len(_RUN) > 20
