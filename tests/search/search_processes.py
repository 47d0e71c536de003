"""Starts searches as processes of their own, without paying for the imports each time.

Run as a script this is the mother of the searches: it imports what a search imports, computes nothing, and forks
one search per line on its standard input. Imported, it offers `Mother`, which talks to the script.

A search may be told to die of SIGKILL at an instant ``[module, function, call, when]``: on the given call of a
function (from 1 on), ``before`` or ``after`` it does its work.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_LAZILY_IMPORTED = ("catboost", "sklearn.datasets", "torch._dynamo", "torch.utils.flop_counter")

ENDED = "exit code"
"""How the last line of a search's output begins, unless it was killed."""

Instant = tuple[str, str, int, str]


class Search:
    """A search in a process and a process group of its own, its output in files."""

    def __init__(self, mother: "Mother", pid: int, log: Path) -> None:
        self._mother = mother
        self.pid = pid
        self.log = log

    def wait(self) -> int:
        """Wait for the end; the exit code, or minus the signal that ended it."""
        return self._mother.wait(self.pid)

    def kill(self) -> int:
        """Kill the process group and wait for its end."""
        os.killpg(self.pid, signal.SIGKILL)
        return self.wait()

    @property
    def lines(self) -> list[str]:
        """What it has printed so far on standard error, whole lines only."""
        return [line for line in self.log.read_text().splitlines(keepends=True) if line.endswith("\n")]


class Mother:
    """A process that forks searches."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._running = set[int]()
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200"},
        )

    def search(self, *arguments: str | Path, die: Instant | None = None) -> Search:
        """Start ``vilfredo search`` with `arguments`."""
        return self.start("search", *arguments, die=die)

    def start(self, *arguments: str | Path, die: Instant | None = None) -> Search:
        """Start ``vilfredo`` with `arguments`."""
        self._count += 1
        log = self._folder / f"search-{self._count}.log"
        log.touch()
        words = [str(argument) for argument in arguments]
        pid = int(self._ask({"arguments": words, "log": str(log), "die": die}))
        self._running.add(pid)
        return Search(self, pid, log)

    def wait(self, pid: int) -> int:
        """Wait for the end of a search; the exit code, or minus the signal that ended it."""
        self._running.remove(pid)
        return int(self._ask({"wait": pid}))

    def close(self) -> None:
        """End the process, and the searches that nobody waited for."""
        for pid in self._running:
            os.killpg(pid, signal.SIGKILL)
        self._process.communicate()

    def _ask(self, request: dict[str, Any]) -> str:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(request), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "the mother of the searches has died"
        return answer


def _main() -> None:
    main = importlib.import_module("vilfredo.cli.main")
    for module in (
        "vilfredo.cli.search",
        "vilfredo.cli.deploy",
        "vilfredo.predictors.catboost_trees",
        *_LAZILY_IMPORTED,
    ):
        importlib.import_module(module)
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _child(main.run, request["arguments"], Path(request["log"]), request["die"])
            else:
                # The child does the same; whoever comes first, the group is there when the caller gets the number.
                _lead_a_group(answer)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _lead_a_group(pid: int) -> None:
    try:
        os.setpgid(pid, pid)
    except OSError:
        return


def _child(run: Callable[[list[str]], int], arguments: list[str], log: Path, die: Sequence[Any] | None) -> None:
    _lead_a_group(0)
    target = os.open(log, os.O_WRONLY | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(target, descriptor)
    os.close(0)
    if die:
        _arm(*die)
    code = 1
    try:
        code = run(arguments)
    except BaseException:
        traceback.print_exc()
    sys.stderr.write(f"{ENDED} {code}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _arm(module: str, function: str, call: int, when: str) -> None:
    """Replace a function or method by one that kills its process on its `call`-th call."""
    holder: Any = importlib.import_module(module)
    *path, name = function.split(".")
    for part in path:
        holder = getattr(holder, part)
    original, calls = getattr(holder, name), [0]

    def deadly(*args: Any, **kwargs: Any) -> Any:
        calls[0] += 1
        if calls[0] == call and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = original(*args, **kwargs)
        if calls[0] == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(holder, name, deadly)


if __name__ == "__main__":
    _main()
