"""The database: durable, all or nothing, readable while written, and picky about what it opens."""

import math
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.errors import RunError
from vilfredo.search.store import SCHEMA, Store
from vilfredo.trials import Device, Epoch, Evaluate, Measurement, Proposal

_PROPOSALS = (
    Proposal(id=0, architecture="[]", step=0, origin="bootstrap"),
    Proposal(id=1, architecture="[(-1, 'a', -1, 'ö')]", step=0, predicted={"accuracy": 1 / 3, "time": 1e-300}),
)


def _measurement(proposal: int = 0, accuracy: float = 0.1) -> Measurement:
    return Measurement(
        proposal=proposal,
        architecture="[]",
        outcome="complete",
        objectives={"accuracy": accuracy, "training_time": 1 / 3},
        spread={"training_time": 1e-17},
        curve=(Epoch(epoch=1, learning_rate=0.1, training_loss=2 / 3, validation_accuracy=0.1, validation_nll=1e22),),
        device=Device(kind="cpu", name="cpu", threads=1, torch="2"),
        wall_time=1.5,
        details={"step": {"seconds": 0.1}, "note": None},
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "run.db"
    Store.create(path).close()
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store.open(path, write=True)
    yield store
    store.close()


def test_in_a_hurry_nothing_is_lost_when_the_process_is(store: Store, path: Path) -> None:
    store.hurry()
    store.add_step(0, "{}", Evaluate(proposals=_PROPOSALS))
    store.add_measurement(_measurement())
    copy = path.with_name("copy.db")  # what is there while the writer has not closed
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    assert Store.open(copy, write=True).measurements() == [_measurement()]


def test_a_new_store_is_empty(store: Store) -> None:
    assert not store.steps()
    assert not store.proposals()
    assert not store.measurements()
    assert store.meta() == {"schema": SCHEMA}
    assert store.seconds_spent() == 0


def test_what_is_stored_is_read_back_exactly(path: Path, store: Store) -> None:
    store.add_step(0, '{"seed": 1}', Evaluate(proposals=_PROPOSALS, notes={"candidates": 5, "names": ["ä"]}))
    store.add_measurement(_measurement(1))
    store.add_measurement(_measurement(0))
    store.set_quality(0, {"accuracy": {"mape": 0.1, "spearman": None}})
    store.set_meta(finished="yes", number=1.5)
    store.close()
    again = Store.open(path)
    assert again.proposals() == list(_PROPOSALS)
    assert again.measurements() == [_measurement(0), _measurement(1)]
    [step] = again.steps()
    assert (step.step, step.state) == (0, '{"seed": 1}')
    assert step.notes == {"candidates": 5, "names": ["ä"]}
    assert step.quality == {"accuracy": {"mape": 0.1, "spearman": None}}
    assert again.meta() == {"schema": SCHEMA, "finished": "yes", "number": 1.5}
    again.close()


@given(value=st.floats(allow_nan=False))
def test_every_float_survives_bit_for_bit(value: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("floats") / "run.db"
    store = Store.create(path)
    proposal = Proposal(id=0, architecture="[]", step=0, predicted={"accuracy": value})
    store.add_step(0, "{}", Evaluate(proposals=(proposal,)))
    store.add_measurement(_measurement(accuracy=value))
    assert store.proposals()[0].predicted["accuracy"].hex() == value.hex()
    assert store.measurements()[0].objectives["accuracy"].hex() == value.hex()
    store.close()


def test_nan_survives(store: Store) -> None:
    store.add_step(0, "{}", Evaluate(proposals=_PROPOSALS))
    store.add_measurement(_measurement(accuracy=float("nan")))
    assert math.isnan(store.measurements()[0].objectives["accuracy"])


def test_a_measurement_is_on_disk_when_adding_returns(path: Path, store: Store, tmp_path: Path) -> None:
    store.add_step(0, "{}", Evaluate(proposals=_PROPOSALS))
    store.add_measurement(_measurement())
    # A copy of the files as they are now is what a crash would leave.
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in path.parent.glob("run.db*"):
        shutil.copy(file, copy)
    crashed = Store.open(copy / "run.db")
    assert crashed.measurements() == [_measurement()]
    crashed.close()


def test_the_disk_is_asked_to_keep_each_transaction(path: Path, store: Store) -> None:
    assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store._connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_step_is_stored_with_its_proposals_or_not_at_all(store: Store) -> None:
    store.add_step(0, "{}", Evaluate(proposals=_PROPOSALS[:1]))
    with pytest.raises(sqlite3.IntegrityError):
        store.add_step(1, "{}", Evaluate(proposals=(Proposal(id=7, architecture="[]", step=1), _PROPOSALS[0])))
    assert store.proposals() == [_PROPOSALS[0]]
    with pytest.raises(sqlite3.IntegrityError):
        store.add_step(0, "{}", Evaluate(proposals=_PROPOSALS[1:]))
    assert store.proposals() == [_PROPOSALS[0]]
    assert len(store.steps()) == 1


def test_a_proposal_is_measured_once(store: Store) -> None:
    store.add_step(0, "{}", Evaluate(proposals=_PROPOSALS))
    store.add_measurement(_measurement())
    with pytest.raises(sqlite3.IntegrityError):
        store.add_measurement(_measurement(accuracy=0.9))
    assert store.measurements() == [_measurement()]


def test_an_interrupted_transaction_leaves_nothing_and_the_next_one_works(store: Store) -> None:
    def write_half() -> None:
        with store._transaction():
            store._connection.execute("INSERT INTO meta VALUES ('half', '1')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    store.set_meta(whole=1)
    assert store.meta() == {"schema": SCHEMA, "whole": 1}


def test_readers_see_each_measurement_while_the_writer_is_at_work(path: Path, store: Store) -> None:
    reader = Store.open(path)
    store.add_step(0, "{}", Evaluate(proposals=_PROPOSALS))
    assert reader.measurements() == []
    store.add_measurement(_measurement())
    assert reader.measurements() == [_measurement()]
    with store._transaction():
        store._connection.execute("INSERT INTO meta VALUES ('half', '1')")
        assert "half" not in reader.meta()
    assert "half" in reader.meta()
    reader.close()


def test_a_reader_does_not_hold_up_the_writer(path: Path, store: Store) -> None:
    store.add_step(0, "{}", Evaluate(proposals=_PROPOSALS))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM proposals").fetchone()
    writer = threading.Thread(target=_add, args=(path,))
    writer.start()
    writer.join(timeout=20)
    assert not writer.is_alive()
    reader.close()
    assert store.measurements() == [_measurement()]


def _add(path: Path) -> None:
    store = Store.open(path, write=True)
    store.add_measurement(_measurement())
    store.close()


def test_readers_cannot_write(path: Path) -> None:
    reader = Store.open(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.set_meta(key=1)
    reader.close()


def test_a_folder_that_cannot_be_written_is_read_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # WAL needs files beside the database; where they can't be made, SQLite refuses all but immutable databases.
    original = sqlite3.connect

    def connect(address: str, **options: object) -> sqlite3.Connection:
        if "immutable" not in address:
            raise sqlite3.OperationalError("unable to open database file")
        return original(address, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect)
    store = Store.open(path)
    assert store.meta() == {"schema": SCHEMA}
    store.close()
    with pytest.raises(RunError, match="unable to open"):
        Store.open(path, write=True)


def test_a_newer_schema_is_refused(path: Path, store: Store) -> None:
    store.set_meta(schema=SCHEMA + 1)
    store.close()
    for write in (False, True):
        with pytest.raises(RunError, match=rf"schema {SCHEMA + 1}, this version of Vilfredo reads {SCHEMA}"):
            Store.open(path, write=write)


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.commit()
    connection.close()


def _foreign_meta(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all" * 1000),
        lambda path: path.write_bytes(path.read_bytes()[:100] + b"\xff" * (path.stat().st_size - 100)),
        _truncated,
        _foreign,
        _foreign_meta,
    ],
    ids=["missing", "empty", "text", "damaged", "truncated", "foreign", "foreign meta"],
)
def test_what_is_no_database_of_a_run_is_refused(damage: object, write: bool, path: Path) -> None:
    assert callable(damage)
    damage(path)
    with pytest.raises(RunError, match=r"run\.db"):
        Store.open(path, write=write)


def test_opening_never_creates_a_database(tmp_path: Path) -> None:
    for write in (False, True):
        with pytest.raises(RunError):
            Store.open(tmp_path / "run.db", write=write)
    assert list(tmp_path.iterdir()) == []


def test_strange_characters_in_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%20é"
    folder.mkdir()
    Store.create(folder / "run.db").close()
    store = Store.open(folder / "run.db", write=True)
    store.set_meta(key="value")
    store.close()
    reader = Store.open(folder / "run.db")
    assert reader.meta()["key"] == "value"
    reader.close()


def test_time_spent_adds_up_over_sessions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 105.0, 1000.0, 1001.0])
    monkeypatch.setattr("vilfredo.search.store.time.time", lambda: next(clock))
    store.touch_session(store.begin_session())
    store.touch_session(store.begin_session())
    assert store.seconds_spent() == 6
