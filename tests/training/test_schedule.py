import pytest
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.training.schedule import annealing, periods

EPOCHS = st.integers(1, 700)
FIRST = st.integers(1, 40)


def test_periods_of_the_paper() -> None:
    assert periods("cosine-restart", 21, 3) == (3, 6, 12)
    assert periods("cosine-restart", 9, 3) == (3, 6)
    assert periods("cosine", 21, 3) == (21,)


def test_uneven_ends_are_cut_short_or_added() -> None:
    assert periods("cosine-restart", 20, 3) == (3, 6, 11)
    assert periods("cosine-restart", 22, 3) == (3, 6, 13)
    assert periods("cosine-restart", 2, 3) == (2,)
    assert periods("cosine-restart", 1, 3) == (1,)


@given(EPOCHS, FIRST)
def test_periods_fill_the_epochs_and_double_but_for_the_last(epochs: int, first: int) -> None:
    lengths = periods("cosine-restart", epochs, first)
    assert sum(lengths) == epochs
    assert all(length == first * 2**index for index, length in enumerate(lengths[:-1]))
    nominal = first * 2 ** (len(lengths) - 1)
    assert len(lengths) == 1 or nominal / 2 <= lengths[-1] < 2 * nominal


def test_restarts_at_3_and_9_and_ends_at_21_epochs() -> None:
    steps = 10
    rates = [annealing(step, steps, periods("cosine-restart", 21, 3)) for step in range(21 * steps + 1)]
    jumps = [step for step in range(1, len(rates)) if rates[step] > rates[step - 1]]
    assert jumps == [30, 90]
    assert rates[0] == rates[30] == rates[90] == 1.0
    assert [rates[15], rates[60], rates[150]] == pytest.approx([0.5] * 3)
    assert rates[210] == 0.0


@given(EPOCHS, FIRST, st.integers(1, 50), st.sampled_from(["cosine", "cosine-restart"]), st.data())
def test_falls_within_each_period_from_one_to_zero(
    epochs: int, first: int, steps: int, schedule: str, data: st.DataObject
) -> None:
    lengths = periods("cosine" if schedule == "cosine" else "cosine-restart", epochs, first)
    number = data.draw(st.integers(0, len(lengths) - 1))
    start, size = sum(lengths[:number]) * steps, lengths[number] * steps
    step = data.draw(st.integers(0, size - 1))
    here, before = annealing(start + step, steps, lengths), annealing(start + max(step - 1, 0), steps, lengths)
    assert annealing(start, steps, lengths) == 1.0
    assert 0.0 < here <= before <= 1.0
    mirrored = annealing(start + size - step, steps, lengths) if step > 0 else 0.0
    assert step == 0 or abs(here + mirrored - 1.0) < 1e-9
    assert annealing(epochs * steps, steps, lengths) == 0.0
