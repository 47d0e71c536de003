"""The folder of one run: ``run.toml`` (what was asked), ``run.db`` (what came out), weights, and a lock."""

import contextlib
import fcntl
import os
import shutil
import socket
import sqlite3
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w

from vilfredo.errors import RunError
from vilfredo.search.store import Store

DATABASE = "run.db"
DESCRIPTION = "run.toml"
LOCK = "run.lock"
WEIGHTS = "weights"


def create_run(folder: Path, description: Mapping[str, Any]) -> None:
    """Create a run folder, complete or not at all.

    Raises
    ------
    RunError
        When the folder exists (and is not empty) or cannot be written.
    """
    check_free(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise RunError(f"run: '{folder}' cannot be created ({error.strerror}). Choose a writable folder.") from None
    try:
        partial.chmod(0o755)
        (partial / WEIGHTS).mkdir()
        # Paths may hold bytes that are no text.
        (partial / DESCRIPTION).write_text(tomli_w.dumps(dict(description)), encoding="utf-8", errors="replace")
        Store.create(partial / DATABASE).close()
        partial.rename(folder)
    except BaseException as error:
        shutil.rmtree(partial, ignore_errors=True)
        if isinstance(error, (OSError, sqlite3.Error)):
            raise RunError(f"run: '{folder}' cannot be written ({error}). Free some space?") from None
        raise


def check_free(folder: Path) -> None:
    """Refuse a folder where a run cannot be created.

    Raises
    ------
    RunError
        When it holds a run or anything else.
    """
    try:
        if is_run(folder):
            raise RunError(
                f"run: '{folder}' holds a run already. Go on with it by --resume, or choose another folder by --run."
            )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(f"run: '{folder}' exists and is not a run. Choose another folder by --run.")
    except OSError as error:
        raise RunError(f"run: '{folder}' cannot be created ({error.strerror}). Choose a writable folder.") from None


def is_run(folder: Path) -> bool:
    """Whether `folder` looks like a run."""
    return (folder / DESCRIPTION).is_file() and (folder / DATABASE).is_file()


def read_description(folder: Path) -> dict[str, Any]:
    """Read ``run.toml``.

    Raises
    ------
    RunError
        When the folder is missing, not a run, or its description is damaged.
    """
    try:
        if not folder.exists():
            raise RunError(
                f"run: there is no folder '{folder}'. Start a run there by `vilfredo search DATA --run {folder}`."
            )
        if not is_run(folder):
            raise RunError(f"run: '{folder}' is not a run: it has no {DESCRIPTION} and {DATABASE}.")
        description = tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RunError(f"run: '{folder / DESCRIPTION}' cannot be read ({error}).") from None
    for table in ("data", "environment", "settings"):
        if not isinstance(description.get(table), dict):
            raise RunError(f"run: '{folder / DESCRIPTION}' is damaged or was edited: it has no table [{table}].")
    return description


@contextmanager
def reading(folder: Path) -> Iterator[tuple[dict[str, Any], Store]]:
    """Open a run for reading, also while a search writes it.

    Raises
    ------
    RunError
        When it is not a readable run.
    """
    description = read_description(folder)
    store = Store.open(folder / DATABASE)
    try:
        with understanding(folder):
            store.freeze()
            yield description, store
    finally:
        store.close()


@contextmanager
def understanding(folder: Path) -> Iterator[None]:
    """Make a RunError of what goes wrong where the contents of a run are other than they are to be.

    Raises
    ------
    RunError
        When a value is missing, of another type, or out of its range.
    """
    try:
        yield
    except (sqlite3.Error, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        cause = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise RunError(f"run: '{folder}' is damaged, was edited, or is of another version ({cause}).") from None


@contextmanager
def writing(folder: Path) -> Iterator[Store]:
    """Lock a run and open it for writing.

    Raises
    ------
    RunError
        When a live search holds the lock, or the run cannot be written.
    """
    read_description(folder)
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise RunError(f"run: '{folder}' cannot be written ({error.strerror}). Check its permissions.") from None
    try:
        _take(lock, folder)
        store = Store.open(folder / DATABASE, write=True)
        try:
            yield store
        except sqlite3.Error as error:
            raise RunError(
                f"run: '{folder / DATABASE}' cannot be written ({error}). Free some space, then --resume."
            ) from None
        finally:
            store.close()
    finally:
        os.close(lock)


def locked_by(folder: Path) -> str | None:
    """Who is searching in this run right now (process and host), or None."""
    try:
        lock = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return os.read(lock, 200).decode(errors="replace").strip() or "another process"
    finally:
        os.close(lock)
    return None


def check_unlocked(folder: Path) -> None:
    """Refuse a run that a live search holds, before anything costly is done for it.

    Raises
    ------
    RunError
        Naming who holds it.
    """
    owner = locked_by(folder)
    if owner is not None:
        raise RunError(_in_use(folder, owner))


def _in_use(folder: Path, owner: str) -> str:
    return (
        f"run: '{folder}' is in use by {owner}. Wait for that search to end, or stop it; "
        f"`vilfredo status {folder}` shows how far it is."
    )


def _take(lock: int, folder: Path) -> None:
    # The kernel releases the lock when the process dies, however it dies: no stale locks.
    for patience in (0.1, 0.0):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError:
            # Once more: `locked_by` may have held the lock, for an instant.
            time.sleep(patience)
    else:
        owner = os.read(lock, 200).decode(errors="replace").strip() or "another process"
        raise RunError(_in_use(folder, owner))
    with contextlib.suppress(OSError):  # who it is, is a courtesy; on a full disk it stays unsaid
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)


def differences(ours: Mapping[str, Any], theirs: Mapping[str, Any], prefix: str = "") -> list[str]:
    """One line per setting that differs, ``name: ours → theirs``."""
    lines = []
    for key in sorted({*ours, *theirs}):
        name, left, right = f"{prefix}{key}", ours.get(key), theirs.get(key)
        if isinstance(left, Mapping) and isinstance(right, Mapping):
            lines += differences(left, right, f"{name}.")
        elif left != right:
            lines.append(f"{name}: {left!r} → {right!r}")
    return lines
