"""A process of its own for each side of a comparison: fresh, on one thread, asked one thing after the other.

Run as a script it makes an answering function and calls it with each line of its standard input, a JSON object of
keyword arguments; the answer goes back the same way. Imported, it offers `Child`, which talks to the script.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, final

_ROOT = Path(__file__).parent.parent
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

Answer = Callable[..., Mapping[str, Any]]
"""What a child does when it is asked: keyword arguments and result are plain JSON values."""


@final
class Child:
    """A running child; ends with the context, and whenever its parent does.

    Parameters
    ----------
    make
        Makes the answering function in the child; a function of a module, called with `arguments`.
    arguments
        Plain JSON values.
    """

    def __init__(self, make: Callable[..., Answer], **arguments: Any) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process lives
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child", make.__module__, make.__name__, json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=_ROOT,
            env={**os.environ, **_ONE_THREAD},
        )

    def ask(self, **question: Any) -> dict[str, Any]:
        """Ask and wait for the answer.

        Raises
        ------
        RuntimeError
            When the child has died, with the end of what it printed.
        """
        assert self._process.stdin
        assert self._process.stdout
        try:
            print(json.dumps(question), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            self._mourn()
        line = self._process.stdout.readline()
        if not line:
            self._mourn()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Whoever leaves in a hurry doesn't wait for an answer that may take seconds.
        if kind is not None:
            self._process.kill()
        self._process.communicate()
        self._errors.close()

    def _mourn(self) -> None:
        status = self._process.wait()
        self._errors.seek(0)
        last_words = self._errors.read().decode(errors="replace")[-3000:]
        raise RuntimeError(f"a benchmark's process died with status {status}:\n{last_words}")


def _main(module: str, make: str, arguments: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its children
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answer: Answer = getattr(importlib.import_module(module), make)(**json.loads(arguments))
    for line in sys.stdin:
        print(json.dumps(answer(**json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
