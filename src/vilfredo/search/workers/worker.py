"""What runs in a worker process: ``python -m vilfredo.search.workers.worker DESCRIPTOR``.

It ends when its connection does, so that no worker outlives its search, however that ended.
"""

import gc
import json
import os
import sys
import threading
import time
from multiprocessing.connection import Connection
from queue import SimpleQueue

import torch

from vilfredo.networks.weights import serialise
from vilfredo.search.evaluation import Evaluator
from vilfredo.search.settings import SearchSettings
from vilfredo.search.workers.messages import Alive, Done, EpochEnded, Granted, Job, Needs, Ready
from vilfredo.search.workers.shared_data import attach
from vilfredo.training.allocator import keep_freed_memory
from vilfredo.training.data import resident
from vilfredo.training.device import resolve_device
from vilfredo.trials import Epoch, Proposal

_HEARTBEAT = 5.0  # seconds

Orders = SimpleQueue[Proposal | Granted]


def main(descriptor: int) -> None:
    """Read the job from the connection with that descriptor, then measure proposals as they come."""
    connection = Connection(descriptor)
    job = connection.recv()
    assert isinstance(job, Job)
    evaluator = prepare(job)
    orders = Orders()
    threading.Thread(target=_listen, args=(connection, orders), daemon=True).start()
    gc.freeze()  # what is imported stays: no need to look through it after every candidate
    connection.send(Ready())
    while True:
        proposal = orders.get()
        assert isinstance(proposal, Proposal)
        done = _measure(evaluator, proposal, connection, orders)
        connection.send(done)
        if done.last:
            return


def prepare(job: Job) -> Evaluator:
    """Ready this process for training, and find the data."""
    settings = SearchSettings.read(json.loads(job.settings))
    keep_freed_memory()
    torch.set_num_threads(settings.training.threads)
    found = attach(job.data_descriptor, job.data)
    device = resolve_device(settings.training.device)
    data = resident(found.x_train, found.y_train, found.x_val, found.y_val, found.classes, device)
    return Evaluator(settings, data, None, job.preprocessing, job.calibration, job.checkpoints)


def _listen(connection: Connection, orders: Orders) -> None:
    """Take orders while the main thread trains; nobody is left to work for when the connection ends."""
    try:
        while True:
            orders.put(connection.recv())
    except (EOFError, OSError):
        os._exit(0)


def _measure(evaluator: Evaluator, proposal: Proposal, connection: Connection, orders: Orders) -> Done:
    heard = time.monotonic()

    def show_life() -> bool:
        nonlocal heard
        if time.monotonic() - heard > _HEARTBEAT:
            connection.send(Alive())
            heard = time.monotonic()
        return False

    def on_epoch(proposal: Proposal, epoch: Epoch) -> None:
        connection.send(EpochEnded(epoch))

    def admit(size: int) -> None:
        connection.send(Needs(size))
        granted = orders.get()
        assert isinstance(granted, Granted)

    measured = evaluator.evaluate(proposal, show_life, on_epoch, admit)
    kept = measured.weights if evaluator.settings.save_weights else {}
    return Done(measured.measurement, serialise(kept) if kept else b"", _broken(evaluator.data.device))


def _broken(device: torch.device) -> bool:
    """Whether a GPU error has made this process useless: then a fresh one must take its place."""
    if device.type != "cuda":
        return False
    try:
        torch.cuda.synchronize(device)
    except RuntimeError:
        return True
    return False


if __name__ == "__main__":
    main(int(sys.argv[1]))
