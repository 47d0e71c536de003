import pytest

from vilfredo.networks.shapes import OperandShape, same_padding, strided


@pytest.mark.parametrize(
    ("size", "stride", "expected"),
    [((8, 8), 1, (8, 8)), ((7, 9), 2, (4, 5)), ((1, 1), 2, (1, 1)), ((7, 9), 4, (2, 3)), ((32, 5), 8, (4, 1))],
)
def test_strides_round_up(size: tuple[int, int], stride: int, expected: tuple[int, int]) -> None:
    assert strided(size, stride) == expected
    assert OperandShape(3, 4, size, stride).out_size == expected


@pytest.mark.parametrize("size", [(length, 40 - length) for length in range(1, 20)])
def test_two_strides_of_two_are_one_of_four(size: tuple[int, int]) -> None:
    assert strided(strided(size, 2), 2) == strided(size, 4)


@pytest.mark.parametrize(
    ("shape", "unchanged"),
    [
        (OperandShape(4, 4, (8, 8)), True),
        (OperandShape(4, 8, (8, 8)), False),
        (OperandShape(4, 4, (8, 8), 2), False),
        (OperandShape(4, 4, (1, 1), 2), False),
    ],
)
def test_a_shape_is_unchanged_without_stride_and_with_equal_filters(shape: OperandShape, unchanged: bool) -> None:
    assert shape.unchanged is unchanged


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [
        ((8, 8), (3, 3), (1, 1), (1, 1, 1, 1)),
        ((8, 8), (2, 2), (1, 1), (0, 1, 0, 1)),
        ((8, 8), (3, 3), (2, 2), (0, 1, 0, 1)),
        ((7, 8), (3, 3), (2, 2), (0, 1, 1, 1)),
        ((8, 8), (1, 7), (1, 1), (3, 3, 0, 0)),
        ((8, 8), (1, 1), (2, 2), (0, 0, 0, 0)),
        ((1, 2), (4, 9), (1, 4), (3, 4, 1, 2)),
    ],
)
def test_padding_is_left_right_top_bottom_and_the_odd_rest_goes_last(
    size: tuple[int, int], kernel: tuple[int, int], stride: tuple[int, int], expected: tuple[int, int, int, int]
) -> None:
    assert same_padding(size, kernel, stride) == expected
