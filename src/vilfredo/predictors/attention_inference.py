"""The network of `attention_network` once more, arranged for predicting hundreds of thousands of cells on one core.

Most of its time goes to the LSTM's matrix products and sigmoids, and the rest is kept from adding to them:

- The last dimension is the cell, so that gates, states and contexts each lie in one piece of memory.
- A cell's blocks are few of the blocks there are: queries and keys are computed once per block and looked up.
- Hidden state, input and a one for the bias are rows of one matrix, so that a time step needs one product. The first
  step, whose states are zero, needs neither the rows of the hidden state nor the forget gates.
- tanh(x) = 2·sigmoid(2·x) - 1. Its factors of two are in the weights: kept are twice the cell state, half the hidden.

Cells are predicted by size and always so many side by side: what is predicted for one depends, to the last bit,
neither on its padding nor on its neighbours.

In the shapes, m stands for members, n for cells, b for blocks, d for different blocks, u for LSTM units, a for the
attention's width.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vilfredo.predictors.attention_network import Parameters, embed, number_tokens
from vilfredo.predictors.protocol import Samples
from vilfredo.spaces.codes import Cells

# Cells: few enough for the cache, many enough to make the calls' overhead small; a power of two would have all rows
# of a matrix compete for the same lines of the cache.
_SIDE_BY_SIDE = 1040


def predict(parameters: Parameters, samples: Samples) -> Tensor:
    """Compute what `attention_network.forward` does for `samples`, up to rounding.

    Returns
    -------
    Shape (m, n), in [0, 1].
    """
    answers = torch.empty(len(parameters["output"]), len(samples))
    for size in np.unique(samples.sizes).tolist():
        rows = np.flatnonzero(samples.sizes == size)
        answers[:, torch.from_numpy(rows)] = _of_one_size(parameters, samples.cells[rows, :size], samples.lookback)
    return answers


def _of_one_size(parameters: Parameters, cells: Cells, lookback: int) -> Tensor:
    count, size, _ = cells.shape
    if size == 0:
        return parameters["output_bias"].flatten(1).sigmoid().expand(-1, count)
    distinct, index = _distinct(cells)
    tables = _queries_and_keys(parameters, number_tokens(distinct, lookback))  # (m, 2a, d)
    weights = _weights(parameters)  # (m, 2, 4u, u + a + 1)
    answers = torch.empty(len(weights), index.shape[1])
    for member, table in enumerate(tables):
        # Half the hidden state is what there is.
        output, bias = 2 * parameters["output"][member].T, parameters["output_bias"][member]  # (1, 2u), (1, 1)
        for start in range(0, index.shape[1], _SIDE_BY_SIDE):
            batch = slice(start, start + _SIDE_BY_SIDE)
            blocks = table.index_select(1, index[:, batch].flatten()).view(len(table), size, -1)  # (2a, b, n)
            hidden = _lstm(weights[member], _attend(blocks.transpose(0, 1)))  # (2u, n)
            answers[member, batch] = torch.addmm(bias, output, hidden)[0].sigmoid_()
    return answers[:, :count]


def _distinct(cells: Cells) -> tuple[Cells, Tensor]:
    """Return the different blocks (d, 1, 4), and which of them each is (b, n); n is filled up to full batches."""
    count, size, _ = cells.shape
    blocks = np.ascontiguousarray(cells).view(np.int32)[..., 0].T  # (b, n): four bytes are one number
    distinct = np.unique(blocks)
    index = np.zeros((size, -(-count // _SIDE_BY_SIDE) * _SIDE_BY_SIDE), dtype=np.int32)
    index[:, :count] = np.searchsorted(distinct, blocks)
    return distinct.view(np.int8).reshape(-1, 1, 4), torch.from_numpy(index)


def _queries_and_keys(parameters: Parameters, rows: NDArray[np.int64]) -> Tensor:
    members = len(parameters["output"])
    blocks = embed(parameters, torch.from_numpy(rows).expand(members, -1, -1, -1)).squeeze(2)  # (m, d, 4e)
    joined = torch.baddbmm(parameters["attention_bias"], blocks, parameters["attention"]).relu()  # (m, d, 2a)
    return joined.transpose(1, 2).contiguous()


def _weights(parameters: Parameters) -> Tensor:
    """Side by side what hidden state, input and bias are multiplied by; the gates in the order that `_lstm` needs."""
    rows = torch.cat([2 * parameters["recurrent"], parameters["kernel"], parameters["recurrent_bias"]], dim=2)
    enter, forget, show, new = rows.chunk(4, dim=3)  # (m, 2, u + a + 1, u) each
    return torch.cat([forget, enter, show, 2 * new], dim=3).transpose(2, 3).contiguous()


def _attend(blocks: Tensor) -> Tensor:
    """Compute the contexts (b, a, n) from queries and keys (b, 2a, n)."""
    query, key = blocks.chunk(2, dim=1)
    score = query[:, None, 0] * key[:, 0]  # (b, b, n)
    for column in range(1, query.shape[1]):
        score.addcmul_(query[:, None, column], key[:, column])
    weight = score.softmax(dim=1)
    context = weight[:, 0, None] * key[0]  # (b, a, n)
    for block in range(1, len(blocks)):
        context.addcmul_(weight[:, block, None], key[block])
    return context


def _lstm(weights: Tensor, context: Tensor) -> Tensor:
    """Read the contexts (b, a, n) in both directions, and return half of both final hidden states (2u, n)."""
    size, width, count = context.shape
    units = weights.shape[1] // 4
    state = context.new_empty(2, units + width + 1, count)  # rows: half the hidden state, the input, the one
    state[:, -1] = 1
    hidden, inputs = state[:, :units], state[:, units:-1]
    every_gate = context.new_empty(2, 4 * units, count)
    cell = context.new_zeros(2, units, count)  # twice the cell state
    for step in range(size):
        inputs[0], inputs[1] = context[step], context[size - 1 - step]
        if step == 0:
            gates = torch.bmm(weights[:, units:, units:], state[:, units:]).sigmoid_()  # (2, 3u, n)
        else:
            gates = torch.bmm(weights, state, out=every_gate).sigmoid_()  # (2, 4u, n)
            cell *= gates[:, :units]
        enter, show, new = gates[:, -3 * units :].chunk(3, dim=1)  # (2, u, n) each
        cell.addcmul_(enter, new.sub_(0.5), value=4)
        torch.mul(show, cell.sigmoid().sub_(0.5), out=hidden)
    return hidden.flatten(0, 1)
