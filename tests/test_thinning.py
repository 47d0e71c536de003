import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.thinning import some


@given(st.integers(0, 5000), st.integers(2, 300))
def test_some_are_spread_from_the_first_to_the_last(count: int, most: int) -> None:
    chosen = some(count, most)
    assert len(chosen) == min(count, most)
    if count:
        assert chosen[0] == 0
        assert chosen[-1] == count - 1
        gaps = np.diff(chosen)
        assert (gaps > 0).all()
        assert len(gaps) == 0 or gaps.max() - gaps.min() <= 2
