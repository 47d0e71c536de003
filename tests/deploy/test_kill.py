"""Deployments killed at any instant and gone on with, as real processes: the model is that of an undisturbed one."""

import json
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.search.search_processes import Instant, Mother

_SETTINGS = """
[selection]
top = 2
growth = [1.0, 20.0]
filters = [1.0, 2.0]
normal_cells = [0]
motifs = [0]

[selection.training]
epochs = 3

[final.training]
epochs = 4
"""
_INSTANTS: tuple[tuple[str, Instant], ...] = (
    ("nothing planned yet", ("vilfredo.deploy.deployment", "make_plan", 1, "before")),
    ("planned, not stored", ("vilfredo.deploy.work", "Work.keep_plan", 1, "before")),
    ("plan half-written", ("vilfredo.files", "os.fsync", 1, "before")),
    ("plan stored", ("vilfredo.deploy.work", "Work.keep_plan", 1, "after")),
    ("training the first network", ("vilfredo.training.loop", "_Course.validated", 2, "before")),
    ("its measurement half-written", ("vilfredo.files", "os.fsync", 1, "before")),
    ("trained, not stored", ("vilfredo.deploy.work", "Work.keep_measurement", 1, "before")),
    ("stored, its state still there", ("vilfredo.deploy.work", "Work._write", 1, "after")),
    ("training another", ("vilfredo.training.loop", "_Course.pass_through", 2, "before")),
    ("model selection done", ("vilfredo.deploy.deployment", "finish", 1, "before")),
    ("last training begun", ("vilfredo.deploy.final", "train", 1, "before")),
    ("last training, in an epoch", ("vilfredo.training.loop", "_Course.pass_through", 2, "before")),
    ("last training, state written", ("vilfredo.training.checkpoint", "Checkpoint.save", 1, "after")),
    ("weights not stored", ("vilfredo.deploy.work", "Work.keep_weights", 1, "before")),
    ("weights stored, what belongs to them not", ("vilfredo.deploy.work", "Work.keep_weights", 1, "after")),
    ("trained, state still there", ("vilfredo.deploy.work", "Work.keep", 1, "after")),
    ("tested, not stored", ("vilfredo.deploy.writing", "report", 1, "after")),
    ("tested", ("vilfredo.deploy.deployment", "write", 1, "before")),
    ("model half-written", ("vilfredo.deploy.writing", "picture", 1, "after")),
    ("model written, without its name", ("vilfredo.bundle.folder", "put_in_place", 1, "before")),
    ("all done", ("vilfredo.bundle.folder", "put_in_place", 1, "after")),
)
"""Each on a deployment that goes on after the one before."""


@pytest.fixture(scope="module")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    mother = Mother(tmp_path_factory.mktemp("logs"))
    yield mother
    mother.close()


def _model(run: Path) -> dict[str, Any]:
    """What must be the same every time."""
    record = json.loads((run / "model" / "model.json").read_text())
    metrics = json.loads((run / "model" / "metrics.json").read_text())
    return {
        "weights": record["files"]["model.safetensors"],
        "source": record["files"]["network.py"],
        "networks": record["networks"],
        "architecture": record["architecture"],
        "preprocessing": record["preprocessing"],
        **{part: metrics[part] for part in ("test", "selection", "curves", "plan")},
    }


def _options(folder: Path) -> tuple[str | Path, ...]:
    settings = folder / "short.toml"
    settings.write_text(_SETTINGS)
    return ("--settings", settings, "--executor", "local", "--formats", "none")


def test_killed_at_every_instant(run_of: Callable[[str], Path], mother: Mother, tmp_path: Path) -> None:
    run, options = run_of("images"), _options(tmp_path)
    undisturbed = Path(shutil.copytree(run, tmp_path / "undisturbed"))
    whole = mother.start("deploy", undisturbed, *options)
    assert whole.wait() == 0, whole.lines
    for moment, instant in _INSTANTS:
        killed = mother.start("deploy", run, *options, die=instant)
        assert killed.wait() == -signal.SIGKILL, f"{moment}: never came, {killed.lines}"
        finished = (run / "model" / "model.json").exists()
        assert finished == (moment == "all done"), moment
    again = mother.start("deploy", run, *options)
    assert again.wait() == 0, again.lines
    assert _model(run) == _model(undisturbed)
    assert not (run / "deploy" / "model" / "checkpoints").exists()
    litter = [path.name for path in run.iterdir() if path.name.startswith(".model")]
    assert litter == [], "what a killed process left is cleared away by the next"


def test_a_restart_that_was_killed_leaves_nothing_of_the_old_one(
    run_of: Callable[[str], Path], mother: Mother, tmp_path: Path
) -> None:
    run, options = run_of("images"), _options(tmp_path)
    undisturbed = Path(shutil.copytree(run, tmp_path / "undisturbed"))
    other = (*options, "--network", "1")
    assert mother.start("deploy", undisturbed, *other).wait() == 0
    assert mother.start("deploy", run, *options).wait() == 0
    killed = mother.start("deploy", run, *other, "--restart", die=("vilfredo.deploy.work", "Work.clear", 1, "after"))
    assert killed.wait() == -signal.SIGKILL, killed.lines
    again = mother.start("deploy", run, *other)
    assert again.wait() == 0, again.lines
    assert _model(run) == _model(undisturbed)


def test_killed_among_its_workers(run_of: Callable[[str], Path], mother: Mother, tmp_path: Path) -> None:
    run, options = run_of("images"), _options(tmp_path)
    undisturbed = Path(shutil.copytree(run, tmp_path / "undisturbed"))
    whole = mother.start("deploy", undisturbed, *options)
    assert whole.wait() == 0, whole.lines
    with_workers = [*options[:2], "--executor", "processes", *options[4:]]
    after_one = ("vilfredo.deploy.work", "Work.keep_measurement", 1, "after")
    killed = mother.start("deploy", run, *with_workers, die=after_one)
    assert killed.wait() == -signal.SIGKILL, killed.lines
    again = mother.start("deploy", run, *with_workers)
    assert again.wait() == 0, again.lines
    assert _model(run) == _model(undisturbed)
