"""A landscape of a small space, drawn from the texts of its cells as `toy_search.result` does."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.search.toy_search import result

from vilfredo.search.landscape import About, Landscape, RecordedData, all_cells
from vilfredo.search.landscape_file import write_landscape
from vilfredo.search.landscape_rows import Training, rows_of
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Device, Measurement, Proposal

SPACE = CellSpace(operators=("identity", "3x3 conv"), lookback=1, blocks=3)
AGAIN = "[(-1, '3x3 conv', -1, 'identity')]"
"""The one cell that has three seeds, unless others are asked for."""
SECONDS = 1.5
LATENCY = 0.25


def about(**changes: object) -> About:
    """Describe the toy landscape."""
    plain = About(
        name="toy",
        spaces=(SPACE,),
        network=MacroArchitecture(motifs=1),
        training=TrainingSettings(epochs=2, device="cpu"),
        data=RecordedData(
            name="toy",
            task="image",
            fingerprint="0",
            sample_shape=(1, 8, 8),
            classes=2,
            training_samples=30,
            validation_samples=10,
        ),
        device=Device(kind="cpu", name="toy", threads=1, torch="2"),
        provenance={"recorded": "today"},
    )
    return plain.model_copy(update=changes)


def trainings(measure: Callable[[Proposal], Measurement] = result, again: Sequence[str] = (AGAIN,)) -> list[Training]:
    """Measure all cells with seed 0, and those to be measured again with two more seeds."""
    wanted = [(cell, 0) for cell in all_cells(SPACE)] + [(cell, seed) for cell in again for seed in (1, 2)]
    found = []
    for number, (cell, seed) in enumerate(wanted):
        measurement = measure(Proposal(id=number, architecture=cell, step=1))
        objectives = dict(measurement.objectives)
        if "accuracy" in objectives:
            objectives |= {"accuracy": (objectives["accuracy"] + seed / 1024) / 2, "latency": LATENCY}
        found.append(Training(seed, SECONDS, measurement.model_copy(update={"objectives": objectives})))
    return found


def landscape(
    path: Path,
    measure: Callable[[Proposal], Measurement] = result,
    again: Sequence[str] = (AGAIN,),
    **changes: object,
) -> Landscape:
    """Write the toy landscape, and read it."""
    described = about(**changes)
    return write_landscape(path, described, rows_of(trainings(measure, again), described.training.epochs))
