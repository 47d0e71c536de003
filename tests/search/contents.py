"""All that a run folder holds, apart from clocks: what must not depend on interruptions."""

import tomllib
from pathlib import Path
from typing import Any

from safetensors import safe_open

from vilfredo.search.run_folder import WEIGHTS, reading
from vilfredo.search.summary import front_of
from vilfredo.trials import Measurement


def contents(folder: Path) -> dict[str, Any]:
    """Everything stored in a run, without wall times, dates and peaks of memory."""
    with reading(folder) as (_, store):
        steps, proposals, measurements, meta = store.steps(), store.proposals(), store.measurements(), store.meta()
    front = front_of(folder)["front"]
    description = tomllib.loads((folder / "run.toml").read_text())
    return {
        "steps": {step.step: (step.state, step.notes, step.quality) for step in steps},
        "proposals": {proposal.id: proposal.model_dump_json() for proposal in proposals},
        "measurements": {m.proposal: repeatable(m).model_dump_json() for m in measurements},
        "front": [{key: value for key, value in row.items() if key != "weights"} for row in front],
        "meta": meta,
        "weights": _weights(folder / WEIGHTS),
        "description": {key: description[key] for key in description if key not in ("created", "command")},
        "files": sorted(file.name for file in folder.iterdir() if not file.name.startswith("run.db-")),
    }


def repeatable(measurement: Measurement) -> Measurement:
    """Leave out what differs from process to process: wall-clock and memory."""
    details = {key: value for key, value in measurement.details.items() if key != "memory_peak"}
    return measurement.model_copy(update={"wall_time": 0.0, "details": details})


def beginning_of(whole: dict[str, Any], part: dict[str, Any]) -> bool:
    """Whether the steps, proposals and measurements in `part` stand like that in `whole`."""
    tables = all(part[name].items() <= whole[name].items() for name in ("proposals", "measurements"))
    # The quality of a step is not known before its last measurement.
    steps = all(whole["steps"][step][:2] == row[:2] for step, row in part["steps"].items())
    return tables and steps


def _weights(folder: Path) -> dict[str, dict[str, bytes]]:
    found = {}
    for file in sorted(path for path in folder.iterdir()):
        with safe_open(file, framework="pt") as opened:
            found[file.name] = {name: opened.get_tensor(name).numpy().tobytes() for name in opened.keys()}  # noqa: SIM118
    return found
