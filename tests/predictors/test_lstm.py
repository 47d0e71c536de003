"""The controller of PNAS: what it begins with, and how fast it learns when."""

import numpy as np
import pytest
import torch
from tests.predictors.flat import EMPTY, SYMMETRIC, samples

from vilfredo.errors import InputError
from vilfredo.predictors.lstm import Controller, FittedLstm, Lstm

ONE = samples(EMPTY, *SYMMETRIC)
WORTH = np.linspace(0.3, 0.7, len(ONE))


def test_before_training_it_promises_what_the_bias_says() -> None:
    member = Controller(70, 100, 100, 1.8, torch.Generator().manual_seed(0))
    rows = torch.randint(1, 70, (50, 3, 4), generator=torch.Generator().manual_seed(1))
    answers = member(rows, torch.full((50,), 3))
    assert answers.mean().item() == pytest.approx(0.858, abs=0.05)


def test_padding_is_never_read() -> None:
    member = Controller(70, 8, 8, 0.0, torch.Generator().manual_seed(0))
    rows = torch.randint(1, 70, (5, 3, 4), generator=torch.Generator().manual_seed(1))
    sizes = torch.full((5,), 2)
    torch.testing.assert_close(member(rows, sizes), member(rows[:, :2], sizes))


def test_cells_of_one_block_are_learnt_at_a_rate_of_their_own() -> None:
    small = Lstm(members=1, units=8, embedding=4, epochs=3)
    same = Lstm(members=1, units=8, embedding=4, epochs=3, learning_rate=0.01)
    slower = Lstm(members=1, units=8, embedding=4, epochs=3, first_learning_rate=0.002)
    first, again, other = (one.fit(ONE, WORTH, 0).predict(ONE).mean for one in (small, same, slower))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_one_member_learns_from_everything_and_agrees_with_itself() -> None:
    fitted = Lstm(members=1, units=16, embedding=8, epochs=150).fit(ONE, WORTH, 0)
    assert isinstance(fitted, FittedLstm)
    assert len(fitted.members) == 1
    prediction = fitted.predict(ONE)
    assert (prediction.deviation == 0).all()
    np.testing.assert_allclose(prediction.mean, WORTH, atol=0.1)


def test_only_fractions_can_be_learnt() -> None:
    with pytest.raises(InputError, match=r"fractions in \[0, 1\], got 0\.3 to 1\.5"):
        Lstm().fit(ONE, np.linspace(0.3, 1.5, len(ONE)), 0)
