"""Record a landscape: train every cell of a small space once, some several times, and keep the measurements.

``python -m benchmarks.record_landscape digits --minutes 45`` trains; repeated, it goes on where it was.
``--pack FILE`` makes the table of what there is. What is recorded is in `benchmarks.landscape_plans`.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.landscape_plans import PLANS, Plan, Task, ready, tasks
from vilfredo import __version__
from vilfredo.errors import RunError
from vilfredo.search.evaluation import Evaluator, make_evaluator
from vilfredo.search.executors.local import Local
from vilfredo.search.landscape import About, Landscape, RecordedData, all_cells
from vilfredo.search.landscape_file import write_landscape
from vilfredo.search.landscape_rows import Training, rows_of
from vilfredo.search.run_folder import differences
from vilfredo.search.settings import SearchSettings
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.tasks.dataset import Dataset
from vilfredo.training.device import fingerprint
from vilfredo.trials import Measurement, Proposal

Line = Mapping[str, Any]


def record(plan: Plan, dataset: Dataset, file: Path, seconds: float, most: int | None = None) -> int:
    """Train what `file` lacks, in the plan's order, each measurement durable before the next; returns how many.

    Parameters
    ----------
    seconds
        Wall-clock, after which it ends.
    most
        Only so many of the plan's first trainings; None for all.

    Raises
    ------
    RunError
        When the file was recorded otherwise: each difference on a line.
    """
    deadline = time.monotonic() + seconds
    settings = ready(plan, dataset)
    head, lines = read_recording(file)
    evaluator = make_evaluator(settings, dataset)
    now = _head(settings, dataset, evaluator)
    if head is None:
        head = now
        _append(file, head)
    _check_same(head, now, file)
    known = {(line["measurement"]["architecture"], line["seed"]) for line in lines}
    wanted = [task for task in tasks(plan)[:most] if (task.architecture, task.seed) not in known]
    done = 0
    for seed, group in _by_seed(wanted):
        if seed != evaluator.settings.seed:
            evaluator = make_evaluator(settings.model_copy(update={"seed": seed}), dataset)
        evaluator = replace(evaluator, calibration=head["calibration"])
        for measurement, cpu in _measure(evaluator, group, deadline):
            _append(file, {"seed": seed, "cpu": cpu, "measurement": measurement.model_dump(mode="json")})
            done += 1
            if done % 20 == 0:
                print(f"{done} of {len(wanted)} missing measurements recorded", file=sys.stderr, flush=True)  # noqa: T201
        if time.monotonic() >= deadline:
            break
    return done


def pack(plan: Plan, file: Path, target: Path, command: str) -> Landscape:
    """Make the table of a recording; of the plan's spaces it names those that are whole.

    Raises
    ------
    RunError
        When nothing is recorded, or not even the first space is whole.
    """
    head, lines = read_recording(file)
    if head is None:
        raise RunError(f"recording: there is none in '{file}'. Record first.")
    trainings = [_training(line) for line in lines]
    cells = {one.measurement.architecture for one in trainings}
    spaces = [CellSpace(operators=operators, lookback=1, blocks=blocks) for operators, blocks in plan.spaces]
    whole = [space for space in spaces if cells.issuperset(all_cells(space))]
    if not whole:
        raise RunError(f"recording: '{file}' lacks cells of the first space. Go on recording.")
    training = SearchSettings.read(head["settings"]).training
    about = About(
        name=plan.name,
        spaces=tuple(sorted(whole, key=lambda space: -len(all_cells(space)))),
        network=head["settings"]["network"],
        training=training,
        data=RecordedData(**head["data"]),
        device=head["device"],
        provenance={
            "recorded": datetime.fromtimestamp(file.stat().st_mtime, UTC).date().isoformat(),
            "command": command,
            "vilfredo": __version__,
            "torch": head["device"]["torch"],
            "python": sys.version.split()[0],
            "platform": platform.platform(),
            "calibration_step_seconds": head["calibration"],
            "cpu_seconds": round(sum(line["cpu"] for line in lines)),
        },
    )
    return write_landscape(target, about, rows_of(trainings, training.epochs))


def _training(line: Line) -> Training:
    """Charge what the CPU did, at the speed of the calibration: a machine that was slow just then doesn't count."""
    measurement = Measurement.model_validate(line["measurement"])
    return Training(line["seed"], line["cpu"] / measurement.details.get("drift", 1.0), measurement)


def read_recording(file: Path) -> tuple[dict[str, Any] | None, list[Line]]:
    """Head and measurements of a recording; None and nothing where there is none. A torn last line is cut off."""
    if not file.exists():
        return None, []
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        os.truncate(file, len(whole))
    lines = [json.loads(line) for line in whole.splitlines()]
    return (lines[0], lines[1:]) if lines else (None, [])


def _head(settings: SearchSettings, dataset: Dataset, evaluator: Evaluator) -> dict[str, Any]:
    """All that must agree between the sessions of a recording; and the reference of its times."""
    return {
        "settings": settings.to_table(),
        "data": {
            "name": dataset.name,
            "task": dataset.task,
            "fingerprint": dataset.fingerprint,
            "sample_shape": list(evaluator.data.sample_shape),
            "classes": dataset.classes,
            "training_samples": len(evaluator.data.y_train),
            "validation_samples": len(evaluator.data.y_val),
            "reading": {key: value for key, value in dataset.reading.items() if key != "source"},
        },
        "device": fingerprint(evaluator.data.device, 1).model_dump(),
        "calibration": evaluator.calibration,
    }


def _check_same(before: Line, now: Line, file: Path) -> None:
    keys = ("settings", "data", "device")
    changes = differences({key: before[key] for key in keys}, {key: now[key] for key in keys})
    if changes:
        raise RunError(f"recording: '{file}' was recorded otherwise:" + "".join(f"\n  {line}" for line in changes))


def _by_seed(wanted: Sequence[Task]) -> Iterator[tuple[int, list[Task]]]:
    """Runs of tasks of one seed, in their order: an evaluator is made for each."""
    group: list[Task] = []
    for task in wanted:
        if group and task.seed != group[0].seed:
            yield group[0].seed, group
            group = []
        group.append(task)
    if group:
        yield group[0].seed, group


def _measure(evaluator: Evaluator, group: Sequence[Task], deadline: float) -> Iterator[tuple[Measurement, float]]:
    """Measurements, and the CPU seconds that each took: training, evaluation and probes."""
    proposals = [Proposal(id=i, architecture=task.architecture, step=task.size) for i, task in enumerate(group)]
    with Local.start(evaluator, 1) as executor:
        running = executor.measure(proposals, lambda: time.monotonic() >= deadline, lambda proposal, epoch: None)
        start = time.process_time()
        for measured in running:
            yield measured.measurement, time.process_time() - start
            start = time.process_time()


def _append(file: Path, line: Line) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def main(words: Sequence[str] | None = None) -> None:
    """Record, or pack what is recorded."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.record_landscape", description=record.__doc__)
    parser.add_argument("name", choices=sorted(PLANS))
    parser.add_argument("--data", help="where the data are, if the plan's are not bundled")
    parser.add_argument("--minutes", type=float, default=45.0, help="to stop after")
    parser.add_argument("--first", type=int, metavar="N", help="only the plan's first N trainings")
    parser.add_argument("--folder", type=Path, default=Path("runs/landscapes"), help="of the recordings")
    parser.add_argument("--pack", type=Path, metavar="FILE", help="write the landscape, an .npz")
    asked = parser.parse_args(words)
    plan = PLANS[asked.name]
    file = asked.folder / f"{plan.name}.jsonl"
    if asked.pack is not None:
        landscape = pack(plan, file, asked.pack, f"python -m benchmarks.record_landscape {plan.name}")
        print(f"{len(landscape.rows)} trainings, {asked.pack.stat().st_size:,} bytes. {landscape.whole()}")  # noqa: T201
    else:
        done = record(plan, plan.open(asked.data), file, 60.0 * asked.minutes, asked.first)
        print(f"{done} recorded in {file}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
