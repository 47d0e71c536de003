from dataclasses import replace

import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.tasks.layout import InputLayout
from vilfredo.tasks.scale import check_scale

LAYOUT = InputLayout("series", (1, 2), "float32", span=(0, 10))


def check(*samples: tuple[float, float], layout: InputLayout = LAYOUT, strict: bool = True) -> list[str]:
    return check_scale(np.array(samples, dtype=np.float32)[:, None], layout, "series", strict)


def test_a_width_more_on_both_sides_is_no_matter() -> None:
    assert check((-10, 20), (0, 5), (np.nan, 3)) == []


@pytest.mark.parametrize("far", [-10.1, 20.1])
def test_half_may_go_beyond(far: float) -> None:
    assert check((0, far), (0, 5))[0].startswith("1 of 2 series have values far from those in training")
    with pytest.raises(InputError, match="these series are on another scale"):
        check((0, far), (0, far), (0, 5))
    assert len(check((0, far), (0, far), (0, 5), strict=False)) == 1


def test_faint_samples_are_told() -> None:
    assert "faint, with values of 0 to 0.5, in training 0 to 10" in check((0, 0.1), (0.2, 0.5))[0]
    assert check((0, 0.1)) == []
    assert check((0, 0.1), (0.2, 1.5)) == []


def test_a_constant_has_a_width_of_its_own() -> None:
    constant = replace(LAYOUT, span=(5, 5))
    assert check((0.1, 9.9), layout=constant) == []
    with pytest.raises(InputError):
        check((0, 10.1), layout=constant)


def test_nothing_to_compare_with() -> None:
    assert check((0, 1e9), layout=replace(LAYOUT, span=None)) == []


def test_bytes() -> None:
    x = np.array([[[0, 255]]], dtype=np.uint8)
    with pytest.raises(InputError):
        check_scale(x, replace(LAYOUT, span=(0, 1)), "images", strict=True)
