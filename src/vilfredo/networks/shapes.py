"""What an operator must turn into what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperandShape:
    """One operand of a block: its input and what the block expects of it."""

    in_filters: int
    out_filters: int
    size: tuple[int, int]
    """Height and width of the input."""
    stride: int = 1
    """Factor by which height and width shrink (rounded up)."""

    @property
    def out_size(self) -> tuple[int, int]:
        """Height and width of the output."""
        return strided(self.size, self.stride)

    @property
    def unchanged(self) -> bool:
        """Whether the output has the input's shape."""
        return self.in_filters == self.out_filters and self.stride == 1


def strided(size: tuple[int, int], stride: int) -> tuple[int, int]:
    """Height and width after a stride with "same" padding."""
    return -(-size[0] // stride), -(-size[1] // stride)


def same_padding(size: tuple[int, int], kernel: tuple[int, int], stride: tuple[int, int]) -> tuple[int, int, int, int]:
    """Padding (left, right, top, bottom) for which the output is ``ceil(size / stride)``; odd rests go last."""
    padding = []
    for length, extent, step in reversed(list(zip(size, kernel, stride, strict=True))):
        total = max(0, (-(-length // step) - 1) * step + extent - length)
        padding += [total // 2, total - total // 2]
    left, right, top, bottom = padding
    return left, right, top, bottom
