"""From measurements to rows."""

import numpy as np
from tests.search.toy_search import result

from vilfredo.search.landscape import CURVE, OBJECTIVES
from vilfredo.search.landscape_rows import Training, rows_of
from vilfredo.trials import Epoch, Measurement, Proposal

_CELLS = ("[(-1, 'identity', -1, 'identity');(0, 'identity', -1, 'identity')]", "[(-1, 'identity', -1, 'identity')]")


def _measure(cell: str, **changes: object) -> Measurement:
    return result(Proposal(id=0, architecture=cell, step=1)).model_copy(update=changes)


def test_by_cell_and_seed_whatever_the_order() -> None:
    trainings = [Training(seed, float(seed), _measure(cell)) for seed in (2, 0) for cell in _CELLS]
    rows = rows_of(trainings, 1)
    assert rows.texts == (_CELLS[1], _CELLS[1], _CELLS[0], _CELLS[0])
    assert rows.seeds.tolist() == [0, 2, 0, 2]
    assert rows.seconds.tolist() == [0, 2, 0, 2]
    backwards = rows_of(trainings[::-1], 1)
    assert np.array_equal(backwards.objectives, rows.objectives, equal_nan=True)


def test_what_was_not_measured_is_nan() -> None:
    failed = _measure(_CELLS[0], outcome="failed", objectives={"flops": 2.0}, reason="why", curve=())
    timed = _measure(_CELLS[1], details={"step": {"seconds": 0.5, "contention": 1.25}, "drift": 0.75, "best_epoch": 3})
    rows = rows_of([Training(0, 1.0, failed), Training(0, 1.0, timed)], 2)
    assert rows.outcomes.tolist() == [0, 2]
    assert rows.reasons == ("", "why")
    assert np.isnan(rows.objectives[1]).tolist() == [name != "flops" for name in OBJECTIVES]
    assert np.array_equal(rows.step_seconds, [0.5, np.nan], equal_nan=True)
    assert np.array_equal(rows.disturbance, [[1.25, 0.75], [np.nan, np.nan]], equal_nan=True)
    assert rows.best_epochs.tolist() == [3, 0]


def test_a_curve_that_broke_off_is_filled_up() -> None:
    epoch = Epoch(epoch=1, learning_rate=0.1, training_loss=0.5, validation_accuracy=0.25)
    rows = rows_of([Training(0, 1.0, _measure(_CELLS[0], curve=(epoch,)))], 3)
    assert rows.curves.shape == (1, 3, len(CURVE))
    assert np.array_equal(rows.curves[0, 0], [0.1, 0.5, 0.25, np.nan], equal_nan=True)
    assert np.isnan(rows.curves[0, 1:]).all()
