"""The run's database: every proposal and every finished measurement, durable before the next begins.

SQLite in WAL mode: one writer, any number of readers while it writes. Records are JSON, never pickles.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from vilfredo.errors import RunError
from vilfredo.trials import Evaluate, Measurement, Proposal

SCHEMA = 1

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE steps (
    step INTEGER PRIMARY KEY, state TEXT NOT NULL, notes TEXT NOT NULL, quality TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE proposals (
    id INTEGER PRIMARY KEY, step INTEGER NOT NULL, architecture TEXT NOT NULL, origin TEXT NOT NULL,
    predicted TEXT NOT NULL
);
CREATE TABLE measurements (
    proposal INTEGER PRIMARY KEY REFERENCES proposals (id), outcome TEXT NOT NULL, record TEXT NOT NULL,
    finished_at REAL NOT NULL
);
CREATE TABLE sessions (id INTEGER PRIMARY KEY, started_at REAL NOT NULL, seen_at REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the strategy as stored."""

    step: int
    state: str
    """The strategy's state right after it asked, as JSON."""
    notes: Mapping[str, Any]
    quality: Mapping[str, Any]
    """How good the predictions were, once everything is measured."""


@final
class Store:
    """An open run database. A writer must hold the run folder's lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def create(cls, path: Path) -> "Store":
        """Make a new database."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
        store = cls(connection)
        store.set_meta(schema=SCHEMA)
        return store

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> "Store":
        """Open an existing database, for reading unless `write`.

        Raises
        ------
        RunError
            When the file is not a run's database, is damaged, or comes from a newer schema.
        """
        try:
            connection = _connect(path, write)
            row = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
            found = json.loads(row[0]) if row else None
        except (sqlite3.Error, ValueError) as error:
            raise RunError(
                f"run: '{path}' cannot be read as a run's database ({error}). Expected the run.db of `vilfredo search`."
            ) from None
        if found != SCHEMA:
            connection.close()
            raise RunError(
                f"run: '{path}' has schema {found}, this version of Vilfredo reads {SCHEMA}. "
                "Open it with the version that wrote it (see run.toml), or upgrade Vilfredo."
            )
        return cls(connection)

    def freeze(self) -> None:
        """From now on read one moment of the run, whatever is written meanwhile; for readers."""
        self._connection.execute("BEGIN")

    def hurry(self) -> None:
        """Let the system write when it likes: a loss of power may take the run, a killed process takes nothing."""
        self._connection.execute("PRAGMA synchronous = OFF")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def set_meta(self, **values: Any) -> None:
        """Store facts about the whole run."""
        with self._transaction():
            rows = [(key, json.dumps(value)) for key, value in values.items()]
            self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    def meta(self) -> dict[str, Any]:
        """Facts about the whole run."""
        return {key: json.loads(value) for key, value in self._connection.execute("SELECT key, value FROM meta")}

    def add_step(self, step: int, state: str, answer: Evaluate) -> None:
        """Store a step: its new proposals and the strategy's state, together or not at all."""
        rows = [(p.id, p.step, p.architecture, p.origin, json.dumps(dict(p.predicted))) for p in answer.proposals]
        with self._transaction():
            self._connection.executemany("INSERT INTO proposals VALUES (?, ?, ?, ?, ?)", rows)
            self._connection.execute(
                "INSERT INTO steps (step, state, notes) VALUES (?, ?, ?)", (step, state, json.dumps(dict(answer.notes)))
            )

    def set_quality(self, step: int, quality: Mapping[str, Any]) -> None:
        """Store how good a step's predictions were."""
        with self._transaction():
            self._connection.execute("UPDATE steps SET quality = ? WHERE step = ?", (json.dumps(dict(quality)), step))

    def add_measurement(self, measurement: Measurement) -> None:
        """Store a finished measurement; it is on disk when this returns."""
        row = (measurement.proposal, measurement.outcome, measurement.model_dump_json(), time.time())
        with self._transaction():
            self._connection.execute("INSERT INTO measurements VALUES (?, ?, ?, ?)", row)

    def steps(self) -> list[Step]:
        """All steps, in order."""
        rows = self._connection.execute("SELECT step, state, notes, quality FROM steps ORDER BY step")
        return [Step(step, state, json.loads(notes), json.loads(quality)) for step, state, notes, quality in rows]

    def proposals(self) -> list[Proposal]:
        """All proposals, in order of their ids."""
        rows = self._connection.execute("SELECT id, step, architecture, origin, predicted FROM proposals ORDER BY id")
        return [
            Proposal(id=id_, step=step, architecture=architecture, origin=origin, predicted=json.loads(predicted))
            for id_, step, architecture, origin, predicted in rows
        ]

    def measurements(self) -> list[Measurement]:
        """All finished measurements, in order of their proposals' ids."""
        rows = self._connection.execute("SELECT record FROM measurements ORDER BY proposal")
        return [Measurement.model_validate_json(record) for (record,) in rows]

    def begin_session(self) -> int:
        """Note that a search starts or goes on; returns the session's number for `touch_session`."""
        now = time.time()
        with self._transaction():
            cursor = self._connection.execute("INSERT INTO sessions (started_at, seen_at) VALUES (?, ?)", (now, now))
        return int(cursor.lastrowid or 0)

    def touch_session(self, session: int) -> None:
        """Note that a session is still alive."""
        with self._transaction():
            self._connection.execute("UPDATE sessions SET seen_at = ? WHERE id = ?", (time.time(), session))

    def seconds_spent(self) -> float:
        """Wall-clock seconds of all sessions together."""
        row = self._connection.execute("SELECT COALESCE(SUM(seen_at - started_at), 0) FROM sessions").fetchone()
        return float(row[0])

    def seconds_until(self) -> dict[int, float]:
        """Wall-clock seconds of all sessions together until each proposal was measured, by its id.

        What a killed session had under way when it died counts as little as the time between sessions.
        """
        rows = self._connection.execute(
            "SELECT proposal, (SELECT COALESCE(SUM(MIN(seen_at, finished_at) - started_at), 0) FROM sessions "
            "WHERE started_at <= finished_at) FROM measurements ORDER BY finished_at, proposal"
        )
        return {int(proposal): float(seconds) for proposal, seconds in rows}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # On a full disk SQLite may have rolled back already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _connect(path: Path, write: bool) -> sqlite3.Connection:
    address = path.resolve().as_uri()
    modes: Iterable[str] = ("mode=rw",) if write else ("mode=ro", "mode=ro&immutable=1")
    failure: sqlite3.Error | None = None
    for mode in modes:
        # A finished run on read-only storage cannot hold WAL's shared memory: it is opened as immutable instead.
        # Not where a log is left that has to be read too: part of the run would be missing.
        log = path.with_name(f"{path.name}-wal")
        if "immutable" in mode and log.exists() and log.stat().st_size > 0:
            continue
        try:
            connection = sqlite3.connect(f"{address}?{mode}", uri=True, isolation_level=None, timeout=30)
            connection.execute("SELECT key FROM meta LIMIT 1").fetchone()
        except sqlite3.OperationalError as error:
            failure = error
            continue
        if write:
            connection.execute("PRAGMA synchronous = FULL")
        return connection
    assert failure is not None
    raise failure
