"""Comparisons killed at any instant, as real processes: going on, they come to what an undisturbed one does."""

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tomli_w
from tests.comparison.small import SETTINGS, data

from vilfredo.search.run_folder import reading

_START = "import sys; from vilfredo.cli.main import run; sys.exit(run(sys.argv[1:]))"


def _command(source: Path, settings: Path, out: Path) -> list[str]:
    asked = f"compare {source} --strategies popnas-v3 --seeds 2 --finalist-seeds 2 --executor local --budget 10m"
    return [sys.executable, "-c", _START, *asked.split(), "--settings", str(settings), "--out", str(out)]


def _left(out: Path) -> dict[str, list[str]]:
    """All that must not depend on where it was killed."""
    found = {}
    for run in sorted((out / "runs").glob("[!.]*")):
        with reading(run) as (_, store):
            found[run.name] = [m.model_dump_json(exclude={"wall_time", "details"}) for m in store.measurements()]
    for file in sorted((out / "finalists").rglob("[!.]*.json")):
        tested = json.loads(file.read_text())
        found[file.name] = [json.dumps({key: value for key, value in tested.items() if key != "seconds"})]
    return found


@pytest.mark.slow
def test_killed_at_random_it_goes_on_to_the_same(tmp_path: Path) -> None:
    source, settings = data(tmp_path / "toy.npz"), tmp_path / "settings.toml"
    settings.write_text(tomli_w.dumps(SETTINGS))
    whole, out = tmp_path / "whole", tmp_path / "out"
    subprocess.run(_command(source, settings, whole), check=True, capture_output=True)
    rng, killed, trained = random.Random(0), 0, 0
    for patience in range(100):
        process = subprocess.Popen(
            _command(source, settings, out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            # Importing takes seconds, which differ by machine: each time it is let go on a little longer.
            code = process.wait(2.0 + 0.1 * patience + rng.uniform(0, 1.5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
            done = sum(map(len, _left(out).values())) if (out / "runs").is_dir() else 0
            assert done >= trained  # what was kept stays
            trained = done
        else:
            assert code == 0
            break
    assert killed > 1
    assert _left(out) == _left(whole)
