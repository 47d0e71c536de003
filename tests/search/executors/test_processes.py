"""Workers that die, hang, or cannot start; and what they leave behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.search.toy_evaluator import CELLS, comparable, evaluator, proposals

from vilfredo.errors import RunError
from vilfredo.search.evaluation import Evaluator, Measured
from vilfredo.search.executors import processes
from vilfredo.search.executors.processes import Processes, longest_first
from vilfredo.search.workers.handle import Worker
from vilfredo.trials import Epoch, Proposal

_SABOTAGE = """
import os, signal, sys, time
if "vilfredo.search.workers.worker" in sys.orig_argv:
    from vilfredo.search.evaluation import Evaluator
    original = Evaluator.evaluate
    def evaluate(self, proposal, should_stop, on_epoch, admit):
        tries = {folder!r} + f"/{{proposal.id}}"
        with open(tries, "a") as file:
            file.write(".")
        count = os.path.getsize(tries)
        def sabotaged(proposal, epoch):
            on_epoch(proposal, epoch)
            {code}
        return original(self, proposal, should_stop, sabotaged, admit)
    Evaluator.evaluate = evaluate
"""
"""Runs at the start of each worker. `code` runs after each epoch and sees how often the candidate was tried."""


class Saboteur:
    """Plants code in workers that are started from now on."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch

    def plant(self, code: str) -> None:
        (self._folder / "sitecustomize.py").write_text(_SABOTAGE.format(folder=str(self._folder), code=code))
        self._monkeypatch.syspath_prepend(self._folder)

    def break_start(self, code: str) -> None:
        (self._folder / "sitecustomize.py").write_text(code)
        self._monkeypatch.syspath_prepend(self._folder)

    def tries(self, proposal: int) -> int:
        file = self._folder / str(proposal)
        return file.stat().st_size if file.exists() else 0


@pytest.fixture
def saboteur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saboteur:
    return Saboteur(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def toy() -> Evaluator:
    return evaluator()


def _measure(executor: Processes, wanted: list[Proposal]) -> dict[int, Measured]:
    found = list(executor.measure(wanted, lambda: False, lambda proposal, epoch: None))
    assert len(found) == len(wanted)
    return {measured.measurement.proposal: measured for measured in found}


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # What nobody has waited for yet is dead all the same.
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def _workers_of(executor: Processes) -> list[Worker]:
    return executor._workers


def test_a_worker_killed_in_the_middle_is_replaced_and_its_candidate_tried_again(
    toy: Evaluator, saboteur: Saboteur
) -> None:
    saboteur.plant("if proposal.id == 1 and count == 1: os.kill(os.getpid(), signal.SIGKILL)")
    with Processes.start(toy, 2) as executor:
        found = _measure(executor, proposals(4))
    assert saboteur.tries(1) == 2
    assert all(measured.measurement.outcome == "complete" for measured in found.values())
    assert found[1].measurement.details["worker_deaths"] == ["SIGKILL"]
    undisturbed = toy.evaluate(proposals(4)[1], lambda: False, lambda proposal, epoch: None)
    assert found[1].measurement.objectives == undisturbed.measurement.objectives
    assert comparable(found[1])[1] == comparable(undisturbed)[1]


def test_a_candidate_whose_workers_die_twice_has_failed_and_the_search_goes_on(
    toy: Evaluator, saboteur: Saboteur
) -> None:
    saboteur.plant("if proposal.id == 0: os.kill(os.getpid(), signal.SIGSEGV)")
    with Processes.start(toy, 1) as executor:
        found = _measure(executor, proposals(2))
    assert saboteur.tries(0) == 2
    assert found[0].measurement.outcome == "failed"
    assert found[0].measurement.reason == "its worker process died 2 times: SIGSEGV; SIGSEGV"
    assert found[0].weights == {}
    assert found[1].measurement.outcome == "complete"


def test_a_candidate_that_ends_its_process_is_reported_with_its_last_words(toy: Evaluator, saboteur: Saboteur) -> None:
    saboteur.plant("print('I give up', file=sys.stderr, flush=True); os._exit(3)")
    with Processes.start(toy, 1) as executor:
        (found,) = _measure(executor, proposals(1)).values()
    assert found.measurement.reason.count("exit code 3 (I give up)") == 2


def test_a_candidate_that_hangs_beyond_its_time_limit_has_failed(
    saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_GRACE", 0.2)
    saboteur.plant("if proposal.id == 0: time.sleep(1e6)")
    with Processes.start(evaluator({"training": {"time_limit": 5.0}}), 1) as executor:
        (hung,) = _workers_of(executor)
        found = _measure(executor, proposals(2))
        assert not _alive(hung._process.pid)
    assert found[0].measurement.outcome == "failed"
    assert found[0].measurement.reason.startswith("time limit of 5 s reached")
    assert saboteur.tries(0) == 1
    assert found[1].measurement.outcome == "complete"


def test_without_a_time_limit_a_candidate_that_shows_no_life_has_failed(
    toy: Evaluator, saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    saboteur.plant("if proposal.id == 0: time.sleep(1e6)")
    with Processes.start(toy, 1) as executor:
        _measure(executor, proposals(2)[1:])  # the worker is there now
        monkeypatch.setattr(processes, "STALL", 1.0)
        (found,) = _measure(executor, proposals(1)).values()
    assert (found.measurement.outcome, found.measurement.reason[:19]) == ("failed", "no sign of life for")


def test_a_long_training_is_not_taken_to_hang(saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch) -> None:
    saboteur.break_start(
        "import sys\nif 'vilfredo.search.workers.worker' in sys.orig_argv:\n"
        "    import vilfredo.search.workers.worker as w; w._HEARTBEAT = 0.05\n"
        "    sys.modules.pop('vilfredo.search.workers.worker')"
    )
    with Processes.start(evaluator({"training": {"epochs": 300}}), 1) as executor:
        _measure(executor, proposals(1))
        monkeypatch.setattr(processes, "STALL", 1.0)
        (found,) = _measure(executor, proposals(1)).values()
    assert found.measurement.outcome == "complete"


def test_workers_that_cannot_start_end_the_search_with_their_last_words(toy: Evaluator, saboteur: Saboteur) -> None:
    saboteur.break_start(
        "import sys, os\nif 'vilfredo.search.workers.worker' in sys.orig_argv:\n"
        "    print('no room', file=sys.stderr, flush=True)\n    os._exit(9)"
    )
    with (
        Processes.start(toy, 1) as executor,
        pytest.raises(RunError, match=r"exit code 9 \(no room\).*--executor local"),
    ):
        _measure(executor, proposals(1))


def test_no_worker_outlives_its_executor(saboteur: Saboteur, toy: Evaluator) -> None:
    saboteur.plant("time.sleep(1e6)")
    begun: list[int] = []

    def note(proposal: Proposal, epoch: Epoch) -> None:
        begun.append(proposal.id)

    executor = Processes.start(toy, 2)
    pids = [worker._process.pid for worker in _workers_of(executor)]
    with executor:
        assert list(executor.measure(proposals(4), lambda: len(begun) == 2, note)) == []
    assert not any(map(_alive, pids))


_ORPHANAGE = """
import sys
from tests.search.toy_evaluator import evaluator, proposals
from vilfredo.search.executors.processes import Processes
executor = Processes.start(evaluator(), 2)
def note(proposal, epoch):
    print(*(worker._process.pid for worker in executor._workers), flush=True)
list(executor.measure(proposals(2), lambda: False, note))
"""


def test_no_worker_outlives_a_search_that_is_killed(saboteur: Saboteur) -> None:
    saboteur.plant("time.sleep(1e6)")
    path = os.pathsep.join(entry for entry in sys.path if entry)
    environment = {**os.environ, "PYTHONPATH": f"{Path.cwd()}{os.pathsep}{path}"}
    search = subprocess.Popen([sys.executable, "-c", _ORPHANAGE], stdout=subprocess.PIPE, text=True, env=environment)
    assert search.stdout
    pids = [int(word) for word in search.stdout.readline().split()]
    assert len(pids) == 2
    assert all(map(_alive, pids))
    search.kill()
    search.wait()
    deadline = time.monotonic() + 20
    while any(map(_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_alive, pids))


def test_candidates_that_do_not_fit_together_train_one_after_the_other(
    toy: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "available_memory", lambda device: 1)
    at_work: list[int] = []
    most = 0

    original = Worker.grant

    def grant(worker: Worker) -> None:
        nonlocal most
        original(worker)
        at_work.append(worker.proposal.id if worker.proposal else -1)
        most = max(most, sum(w.proposal is not None and not w.waits and w.needs is not None for w in crew))

    monkeypatch.setattr(Worker, "grant", grant)
    with Processes.start(toy, 2) as executor:
        crew = _workers_of(executor)
        found = _measure(executor, proposals(6))
    assert len(found) == len(at_work) == 6
    assert most == 1
    assert all(measured.measurement.outcome == "complete" for measured in found.values())


def test_longest_predicted_first_and_unknown_before() -> None:
    times = [1.0, None, 3.0, 2.0, None]
    mixed = [
        Proposal(id=id_, architecture=CELLS[0], step=2, predicted={} if t is None else {"training_time": t})
        for id_, t in enumerate(times)
    ]
    assert [proposal.id for proposal in longest_first(mixed)] == [1, 4, 2, 3, 0]


def test_terminating_a_worker_politely_counts_as_a_death(toy: Evaluator, saboteur: Saboteur) -> None:
    saboteur.plant("if count == 1: time.sleep(1e6)")
    killed: list[int] = []
    with Processes.start(toy, 1) as executor:

        def kill(proposal: Proposal, epoch: Epoch) -> None:
            if not killed:
                (worker,) = _workers_of(executor)
                killed.append(worker._process.pid)
                os.kill(worker._process.pid, signal.SIGTERM)

        (found,) = executor.measure(proposals(1), lambda: False, kill)
    assert found.measurement.outcome == "complete"
    assert found.measurement.details["worker_deaths"] == ["SIGTERM"]


def test_a_worker_that_died_idle_costs_no_candidate_a_try(toy: Evaluator) -> None:
    with Processes.start(toy, 1) as executor:
        _measure(executor, proposals(1))
        (worker,) = _workers_of(executor)
        worker._process.kill()
        worker._process.wait()
        (found,) = _measure(executor, proposals(1)).values()
        assert _workers_of(executor) != [worker]
    assert "worker_deaths" not in found.measurement.details


def test_when_one_candidate_after_the_other_is_lost_the_machine_is_to_blame(toy: Evaluator, saboteur: Saboteur) -> None:
    saboteur.plant("os._exit(7)")
    found: list[Measured] = []
    lost = r"3 candidates in a row .*exit code 7.*--resume"
    with Processes.start(toy, 2) as executor, pytest.raises(RunError, match=lost):
        found.extend(executor.measure(proposals(6), lambda: False, lambda proposal, epoch: None))


def test_the_time_limit_is_for_the_training_not_for_what_follows(
    saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_GRACE", 0.0)
    saboteur.plant("if epoch.epoch == 2: time.sleep(3)")  # after the last one, where the probe would be
    with Processes.start(evaluator({"training": {"time_limit": 2.0}}), 1) as executor:
        (found,) = _measure(executor, proposals(1)).values()
    assert found.measurement.outcome == "complete"


def test_what_is_infeasible_beside_others_is_tried_again_alone(toy: Evaluator, saboteur: Saboteur) -> None:
    saboteur.plant("if proposal.id == 0 and count == 1: time.sleep(2); raise MemoryError('no room')")
    with Processes.start(toy, 2) as executor:
        _measure(executor, proposals(6)[2:4])  # both workers are there now
        found = _measure(executor, proposals(2))
    assert saboteur.tries(0) == 2
    assert found[0].measurement.outcome == "complete"


def test_workers_that_the_system_refuses_to_start_are_a_clear_error(
    toy: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(RunError, match=r"Too many open files.*--executor local"):
        Processes.start(toy, 2)
