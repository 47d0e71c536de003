"""Trackers at work: beside a search, beside a deployment, or afterwards."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from vilfredo.bundle.folder import is_model
from vilfredo.deploy import events as deploy_events
from vilfredo.errors import VilfredoError
from vilfredo.search import events as search_events
from vilfredo.search.run_folder import check_unlocked, is_run, locked_by, reading
from vilfredo.trackers.deploying import TrackedDeployment
from vilfredo.trackers.searching import TrackedSearch
from vilfredo.trackers.sending import PATIENCE, Sender
from vilfredo.trackers.tracker import Status, Tracker

Event = TypeVar("Event")
Tracked = TypeVar("Tracked", TrackedSearch, TrackedDeployment)
Chosen = Sequence[type[Tracker]]
Warn = Callable[[str], None]


def together(*observers: Callable[[Event], None]) -> Callable[[Event], None]:
    """Make one observer of several."""

    def observe(event: Event) -> None:
        for one in observers:
            one(event)

    return observe


@contextmanager
def track_search(run: str | Path, chosen: Chosen, warn: Warn = warnings.warn) -> Iterator[search_events.Observe]:
    """Have trackers follow a search until the context ends.

    What the run folder holds already is logged first. A tracker that fails is switched off; one that is slow works in a
    thread of its own: neither ends the search or holds it up.

    Parameters
    ----------
    run
        The run folder, which need not be there yet; logs go to folders in it that are called like the trackers.
    chosen
        See `find_trackers`.
    warn
        Told in one line of a tracker that was switched off.

    Yields
    ------
    What `search` takes as ``observe``.
    """
    folder = Path(run)
    senders = [Sender(one.name, partial(_of_search, folder, one), _release, warn) for one in chosen]

    def observe(event: search_events.Event) -> None:
        _send(senders, lambda tracked: tracked.tell(event))

    def end(tracked: TrackedSearch) -> None:
        tracked.end(_status(folder))

    with _finishing(senders):
        try:
            yield observe
        except BaseException:
            # One that was refused, e.g. since another is at work there, leaves no trace.
            _send([sender for sender in senders if sender.used], end)
            raise
        if is_run(folder):
            _send(senders, end)


@contextmanager
def track_deployment(
    run: str | Path, model: str | Path | None, chosen: Chosen, warn: Warn = warnings.warn
) -> Iterator[deploy_events.Observe]:
    """Have trackers follow a deployment until the context ends; the search that it is of is logged first.

    Parameters
    ----------
    run
        The run folder.
    model
        The folder of the model; None for ``model`` in the run.
    chosen, warn
        As for `track_search`.

    Yields
    ------
    What `deploy` takes as ``observe``.
    """
    folder = Path(run)
    target = folder / "model" if model is None else Path(model)
    senders = [Sender(one.name, partial(_of_deployment, folder, target, one), _release, warn) for one in chosen]

    def observe(event: deploy_events.Event) -> None:
        _send(senders, lambda tracked: tracked.tell(event))

    with _finishing(senders):
        try:
            yield observe
        except BaseException:
            _send([sender for sender in senders if sender.used], lambda tracked: tracked.end("stopped"))
            raise
        _send(senders, lambda tracked: tracked.end("finished"))


def track(run: str | Path, chosen: Chosen, out: str | Path | None = None) -> list[Path]:
    """Log all that a run folder holds, its model folders too; what a tracker has already is not logged again.

    Parameters
    ----------
    out
        Where the folders of the trackers are made; None for the run folder.

    Returns
    -------
    The folders of the trackers.

    Raises
    ------
    RunError
        When the folder is not a readable run, or a search is at work in it.
    VilfredoError
        When a tracker fails.
    """
    folder = Path(run)
    with reading(folder):
        check_unlocked(folder)
    places = []
    for one in chosen:
        place = (folder if out is None else Path(out)) / one.name
        places.append(place)
        try:
            tracker = one.open(place, folder.resolve().name)
            TrackedSearch(folder, tracker).end(_status(folder))
            for model in sorted(path for path in folder.iterdir() if path.is_dir() and is_model(path)):
                TrackedDeployment(folder, model, tracker).end("finished")
            tracker.close()
        except VilfredoError:
            raise
        except Exception as error:
            cause = " ".join(str(error).split())[:300] or type(error).__name__
            raise VilfredoError(
                f"tracker: '{one.name}' failed: {cause}. Once that is mended, the same command goes on; where its "
                "folder cannot be written, choose another place for it by --out."
            ) from None
    return places


def _of_search(folder: Path, kind: type[Tracker]) -> TrackedSearch:
    return TrackedSearch(folder, kind.open(folder / kind.name, folder.resolve().name))


def _of_deployment(folder: Path, model: Path, kind: type[Tracker]) -> TrackedDeployment:
    tracker = kind.open(folder / kind.name, folder.resolve().name)
    if locked_by(folder) is None:  # a search at work may have a tracker of its own
        TrackedSearch(folder, tracker).end(_status(folder))
    return TrackedDeployment(folder, model, tracker)


def _status(folder: Path) -> Status:
    with reading(folder) as (_, store):
        return "finished" if "finished" in store.meta() else "stopped"


@contextmanager
def _finishing(senders: Sequence[Sender[Tracked]]) -> Iterator[None]:
    """Let trackers finish in the end; but whoever kills the process doesn't want to wait."""
    patience = PATIENCE
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        patience = 0.0
        raise
    finally:
        for sender in senders:
            sender.close(patience)


def _release(tracked: TrackedSearch | TrackedDeployment) -> None:
    tracked.tracker.close()


def _send(senders: Sequence[Sender[Tracked]], job: Callable[[Tracked], None]) -> None:
    for sender in senders:
        sender.send(job)
