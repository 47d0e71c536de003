"""The layers against slow references, written from the definition of "same" padding alone."""

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn

from vilfredo.networks.layers import (
    SameAvgPool,
    SameConv,
    SameMaxPool,
    adapted,
    conv_norm_swish,
    kernel_size,
    pointwise,
    shrinking_pool,
)
from vilfredo.networks.shapes import OperandShape

Array = NDArray[np.float64]
Pair = tuple[int, int]

pairs_of_lengths = st.tuples(st.integers(1, 9), st.integers(1, 9))
kernels = st.tuples(st.integers(1, 6), st.integers(1, 6))
strides = st.tuples(st.integers(1, 4), st.integers(1, 4))


def windows(length: int, kernel: int, stride: int, dilation: int = 1) -> list[list[tuple[int, int]]]:
    """For each output position, the (tap, position) pairs that lie inside the input."""
    outputs = math.ceil(length / stride)
    total = max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - length, 0)
    before = total // 2
    taps = [[(tap, out * stride - before + tap * dilation) for tap in range(kernel)] for out in range(outputs)]
    return [[(tap, position) for tap, position in window if 0 <= position < length] for window in taps]


def reference_conv(x: Array, weight: Array, bias: Array, stride: Pair, dilation: int) -> Array:
    """Map (c, h, w) with weights (f, c, kh, kw) to (f, h', w')."""
    rows = windows(x.shape[1], weight.shape[2], stride[0], dilation)
    columns = windows(x.shape[2], weight.shape[3], stride[1], dilation)
    y = np.zeros((len(weight), len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            y[:, i, j] = bias
            for a, p in row:
                for b, q in column:
                    y[:, i, j] += weight[:, :, a, b] @ x[:, p, q]
    return y


def reference_pool(x: Array, kernel: Pair, stride: int, *, average: bool) -> Array:
    """Map (c, h, w) to (c, h', w'), over what lies inside the input only."""
    rows, columns = windows(x.shape[1], kernel[0], stride), windows(x.shape[2], kernel[1], stride)
    y = np.zeros((len(x), len(rows), len(columns)))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            values = np.stack([x[:, p, q] for _, p in row for _, q in column])
            y[:, i, j] = values.mean(axis=0) if average else values.max(axis=0)
    return y


def noise(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(sum(shape)))


@settings(max_examples=60, deadline=None)
@given(pairs_of_lengths, kernels, strides, st.integers(1, 3))
@example((8, 8), (3, 3), (2, 2), 1)
@example((8, 8), (2, 2), (1, 1), 1)
@example((8, 7), (2, 3), (2, 2), 1)
@example((1, 1), (5, 4), (4, 4), 3)
def test_convolution_pads_as_same_does(size: Pair, kernel: Pair, stride: Pair, dilation: int) -> None:
    conv = SameConv(2, 3, kernel, size, stride, dilation).double()
    x = noise(1, 2, *size)
    assert conv.bias is not None
    weight, bias = conv.weight.detach().numpy(), conv.bias.detach().numpy()
    expected = reference_conv(x[0].numpy(), weight, bias, stride, dilation)
    np.testing.assert_allclose(conv(x)[0].detach().numpy(), expected, atol=1e-12)


def test_depthwise_convolution_keeps_channels_apart() -> None:
    conv = SameConv(2, 2, (2, 3), (5, 4), (2, 1), groups=2, bias=False).double()
    x = noise(1, 2, 5, 4)
    for channel in range(2):
        weight = conv.weight[channel : channel + 1].detach().numpy()
        expected = reference_conv(x[0, channel : channel + 1].numpy(), weight, np.zeros(1), (2, 1), 1)
        np.testing.assert_allclose(conv(x)[0, channel].detach().numpy(), expected[0], atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(pairs_of_lengths, kernels, st.integers(1, 4))
@example((8, 8), (2, 2), 1)
@example((8, 8), (3, 3), 2)
@example((7, 9), (2, 2), 4)
def test_pooling_ignores_padding(size: Pair, kernel: Pair, stride: int) -> None:
    # All negative: a padded zero would win every maximum and pull every average up.
    x = -1 - noise(1, 2, *size).abs()
    largest, average = SameMaxPool(kernel, size, stride), SameAvgPool(kernel, size, stride).double()
    np.testing.assert_array_equal(largest(x)[0], reference_pool(x[0].numpy(), kernel, stride, average=False))
    expected = reference_pool(x[0].numpy(), kernel, stride, average=True)
    # The shares are kept in single precision.
    np.testing.assert_allclose(average(x)[0], expected, rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(pairs_of_lengths, st.integers(2, 4))
@example((1, 7), 2)
@example((1, 1), 4)
def test_shrinking_takes_the_maxima_that_full_windows_would(size: Pair, stride: int) -> None:
    x = -1 - noise(1, 2, *size).abs()
    y = shrinking_pool(OperandShape(2, 2, size, stride))(x)
    assert torch.equal(y, SameMaxPool((stride, stride), size, stride)(x))


def test_shrinking_does_not_pad_the_height_of_a_series() -> None:
    pool = shrinking_pool(OperandShape(2, 2, (1, 8), 2))
    assert isinstance(pool, SameMaxPool)
    assert (pool.kernel, pool.padding) == ((1, 2), (0, 0, 0, 0))


def test_without_a_stride_nothing_shrinks() -> None:
    x = noise(1, 2, 3, 4)
    assert shrinking_pool(OperandShape(2, 2, (3, 4)))(x) is x


@pytest.mark.parametrize(("pattern", "name", "kernel"), [(r"(\d+)x(\d+)", "3x5", (3, 5)), (r"()(\d+)", "7", (1, 7))])
def test_kernels_of_series_are_one_high(pattern: str, name: str, kernel: Pair) -> None:
    match = re.fullmatch(pattern, name)
    assert match is not None
    assert kernel_size(match) == kernel


def test_pooling_leaves_no_parameters_and_no_state_behind() -> None:
    for pool in (SameMaxPool((2, 2), (7, 7), 1), SameAvgPool((2, 2), (7, 7), 1)):
        assert not list(pool.parameters())
        assert not pool.state_dict()


def test_average_of_a_constant_is_that_constant() -> None:
    assert torch.allclose(SameAvgPool((4, 3), (5, 6), 1)(torch.full((1, 1, 5, 6), 7.0)), torch.tensor(7.0))


def test_convolution_is_followed_by_norm_and_swish() -> None:
    conv, norm, swish = pointwise(OperandShape(3, 4, (5, 5), 2))
    assert isinstance(conv, SameConv)
    assert isinstance(norm, nn.BatchNorm2d)
    assert isinstance(swish, nn.SiLU)
    assert (conv.bias is not None, norm.num_features, norm.eps) == (True, 4, 1e-3)


def test_strides_of_both_axes_may_differ() -> None:
    shape = OperandShape(3, 4, (8, 9))
    assert conv_norm_swish(shape, (3, 3), stride=(1, 3))(torch.zeros(2, 3, 8, 9)).shape == (2, 4, 8, 3)


@pytest.mark.parametrize(("filters", "parameters"), [(3, 0), (5, 3 * 5 + 5 + 2 * 5)])
def test_only_changed_filters_are_adapted(filters: int, parameters: int) -> None:
    shape = OperandShape(3, filters, (8, 8), 2)
    module = adapted(SameMaxPool((2, 2), shape.size, shape.stride), shape)
    assert sum(parameter.numel() for parameter in module.parameters()) == parameters
    assert module(torch.zeros(2, 3, 8, 8)).shape == (2, filters, 4, 4)
