"""Runs `vilfredo watch`, which would serve for ever: until its page has come."""

import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

_VILFREDO = (sys.executable, "-c", "from vilfredo.cli.main import main; main()")


def watched(words: list[str], folder: Path) -> None:
    """Begin to serve, fetch the page, end it as Ctrl-C does."""
    command = [*_VILFREDO, *words[1:], "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            address = re.search(r"http://127\.0\.0\.1:\d+\S*", served.stdout.readline())
            assert address is not None
            with urllib.request.urlopen(address[0], timeout=60) as answer:
                assert b"<html" in answer.read()
            served.send_signal(signal.SIGINT)
            assert served.wait(60) == 0
        finally:
            served.kill()
