"""A file is compared with the model over batches of all sizes."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from vilfredo.bundle.export_check import TOLERANCE, ExportError, Probabilities, largest_difference


def halves(samples: NDArray[Any]) -> Probabilities:
    return np.full((len(samples), 2), 0.5, dtype=np.float32)


@pytest.mark.parametrize("count", [4, 7, 600, 1500])
def test_one_a_few_all_in_pieces_and_all_where_that_is_not_too_many(count: int) -> None:
    seen: list[list[int]] = []

    def noting(samples: NDArray[Any]) -> Probabilities:
        seen.append(samples.tolist())
        return halves(samples)

    samples = np.arange(count)
    assert largest_difference("onnx", noting, samples, halves(samples)) == 0
    sizes = [len(batch) for batch in seen]
    assert sizes[:2] == [1, 3]
    pieces = seen[2:] if count > 1024 else seen[2:-1]
    assert [number for piece in pieces for number in piece] == samples.tolist()
    assert len(pieces) > 1
    assert len(pieces[-1]) < len(pieces[0]) <= 256
    assert (sizes[-1] == count) == (count <= 1024)


@pytest.mark.parametrize("off", [-1e-3, 1e-3, 0.5])
def test_a_single_probability_that_is_off_is_found(off: float) -> None:
    samples = np.arange(600)
    for number in (0, 300, 599):

        def wrong(batch: NDArray[Any], number: int = number) -> Probabilities:
            answers = halves(batch)
            answers[batch == number, 1] += off
            return answers

        with pytest.raises(ExportError, match=rf"export to onnx: .* up to {abs(off):.2g} off .* at most 0.0001"):
            largest_difference("onnx", wrong, samples, halves(samples))


def test_rounding_is_told_not_refused() -> None:
    samples = np.arange(9)
    difference = largest_difference("onnx", lambda batch: halves(batch) + np.float32(5e-5), samples, halves(samples))
    assert 4e-5 < difference < TOLERANCE


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_refused_unless_it_was_expected(value: float) -> None:
    samples = np.arange(9)

    def broken(batch: NDArray[Any]) -> Probabilities:
        answers = halves(batch)
        answers[batch == 8] = value
        return answers

    with pytest.raises(ExportError, match="not a number"):
        largest_difference("onnx", broken, samples, halves(samples))
    assert largest_difference("onnx", broken, samples, broken(samples)) == 0
    assert largest_difference("onnx", halves, samples, broken(samples)) == 0


def test_another_shape_is_refused() -> None:
    samples = np.arange(9)
    with pytest.raises(ExportError, match=r"answers \(1, 1\), not \(1, 2\)"):
        largest_difference("onnx", lambda batch: halves(batch)[:, :1], samples, halves(samples))
