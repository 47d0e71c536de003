"""``vilfredo watch``."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from tests.cli.command import refused, vilfredo
from tests.report.synthetic import make_run


def test_it_says_where_it_serves_and_ends_by_an_interrupt(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", 50)
    command = [
        sys.executable,
        "-c",
        "from vilfredo.cli.main import main; main()",
        "watch",
        str(run),
        "--port",
        "0",
        "--json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, "it ended"
            said += line
        found = json.loads(said)
        assert found["run"] == str(run)
        with urllib.request.urlopen(f"{found['url']}state", timeout=60) as answer:
            assert json.load(answer)["moment"]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no folder"),
        (["nowhere", "--port", "70000"], "Usage:"),
        (["nowhere", "--every", "0"], "Usage:"),
    ],
)
def test_bad_input_is_refused(arguments: list[str], message: str) -> None:
    assert message in refused(vilfredo("watch", *arguments))
