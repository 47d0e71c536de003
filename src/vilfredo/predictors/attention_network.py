"""The network of the accuracy predictor (POPNASv3, section 3.2.1 and figure 2), all members of an ensemble at once.

Every parameter has a leading dimension for the members, so that one sequence of operations trains them all:
networks this small are bound by the number of operations, not by their size.

Padding is masked: it neither takes part in the attention nor in the LSTM, so a cell's prediction doesn't depend
on how far it is padded, and that of the empty cell is the bias of the last unit alone. Inputs and operators that
no training sample uses end at the embedding zero: nothing but the regularisation moves them.

In the shapes, m stands for members, n for cells, b for blocks, u for LSTM units, a for the attention's width.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from vilfredo.predictors.protocol import Floats, Samples
from vilfredo.predictors.spellings import sort_operands
from vilfredo.spaces.codes import Cells

Parameters = dict[str, Tensor]

_MOST_BLOCKS = 60  # a space has no larger cells, and those larger than what was fitted on need rows as well


def tokens(samples: Samples) -> tuple[Tensor, Tensor]:
    """Number the inputs from 1, the operators behind them, as rows of one embedding table; 0 is the padding.

    Returns
    -------
    Shape (n, B, 4), and (n,) the sizes.
    """
    rows = np.where(samples.present[..., None], number_tokens(samples.cells, samples.lookback), 0)
    return torch.from_numpy(rows), torch.from_numpy(samples.sizes.astype(np.int64))


def number_tokens(cells: Cells, lookback: int) -> NDArray[np.int64]:
    """Number the tokens (n, b, 4) of cells without padding; see `tokens`."""
    inputs_from = lookback + 1
    operators_from = inputs_from + _MOST_BLOCKS
    numbers: NDArray[np.int64] = sort_operands(cells) + np.array([inputs_from, operators_from] * 2)
    return numbers


def initial_parameters(
    members: int, operators: int, lookback: int, embedding: int, attention: int, units: int, rng: np.random.Generator
) -> Parameters:
    """Draw the weights as Keras does: Glorot-uniform, orthogonal between time steps, forget gates open."""
    rows = 1 + lookback + _MOST_BLOCKS + operators
    gates = np.zeros((members, 2, 1, 4 * units))
    gates[..., units : 2 * units] = 1
    drawn = {
        "embedding": rng.uniform(-0.05, 0.05, (members, rows, embedding)),
        "attention": np.concatenate([_glorot(rng, members, 4 * embedding, attention) for _ in "QK"], axis=-1),
        "attention_bias": np.zeros((members, 1, 2 * attention)),
        "kernel": _glorot(rng, members, 2, attention, 4 * units),
        "recurrent": _orthogonal(rng, members, 2, units, 4 * units),
        "recurrent_bias": gates,
        "output": _glorot(rng, members, 2 * units, 1),
        "output_bias": np.zeros((members, 1, 1)),
    }
    return {name: torch.from_numpy(values.astype(np.float32)) for name, values in drawn.items()}


def forward(parameters: Parameters, rows: Tensor, sizes: Tensor) -> Tensor:
    """Predict the accuracy of cells.

    Parameters
    ----------
    rows
        Shape (m, n, b, 4), from `tokens`; each member may see other cells.
    sizes
        Shape (m, n).

    Returns
    -------
    Shape (m, n), in [0, 1].
    """
    members, count, blocks, _ = rows.shape
    if count == 0 or blocks == 0:
        return parameters["output_bias"].reshape(members, 1).sigmoid().expand(members, count)
    context = _attend(parameters, embed(parameters, rows), sizes.reshape(-1))  # (m·n, b, a)
    hidden = _bidirectional(parameters, context, sizes)  # (m, n, 2u)
    return torch.baddbmm(parameters["output_bias"], hidden, parameters["output"]).squeeze(2).sigmoid()


def embed(parameters: Parameters, rows: Tensor) -> Tensor:
    """Look up the tokens (m, n, b, 4) of each block and line them up, shape (m, n, b, 4e)."""
    table = parameters["embedding"]  # (m, rows, e)
    first = torch.arange(len(table)).mul(table.shape[1]).view(-1, 1, 1, 1)
    return functional.embedding(rows + first, table.flatten(0, 1)).flatten(3)  # (m, n, b, 4e)


def _attend(parameters: Parameters, blocks: Tensor, sizes: Tensor) -> Tensor:
    """Dot-product attention of each cell's blocks to one another, the keys serving as values."""
    members, count, size, _ = blocks.shape
    joined = torch.baddbmm(parameters["attention_bias"], blocks.flatten(1, 2), parameters["attention"])
    query, key = joined.relu().view(members * count, size, 2, -1).unbind(2)  # (m·n, b, a) each
    padding = torch.arange(size) >= sizes[:, None]  # (m·n, b)
    score = (query @ key.transpose(1, 2)).masked_fill(padding[:, None], torch.finfo(query.dtype).min)  # (m·n, b, b)
    return score.softmax(dim=2) @ key


def _bidirectional(parameters: Parameters, context: Tensor, sizes: Tensor) -> Tensor:
    """Read the blocks forwards and backwards, and return both final hidden states."""
    members, count = sizes.shape
    size, width = context.shape[1:]
    # Backwards from the last block that is there: so both directions end at step `sizes`, the padding behind.
    back = (sizes.reshape(-1, 1) - 1 - torch.arange(size)).clamp(min=0)  # (m·n, b)
    backwards = context.gather(1, back[..., None].expand(-1, -1, width))
    both = torch.stack([context, backwards]).view(2, members, count, size, width)
    steps = both.permute(1, 0, 3, 2, 4).reshape(2 * members, size * count, width)  # (2m, b·n, a)
    weights = torch.cat([parameters[name] for name in ("kernel", "recurrent_bias", "recurrent")], dim=2).flatten(0, 1)
    units = weights.shape[2] // 4
    # tanh(x) = 2·sigmoid(2·x) - 1, and torch is several times faster at one sigmoid of all gates.
    doubled = torch.cat([weights[..., : 3 * units], 2 * weights[..., 3 * units :]], dim=2)
    kernel, bias, recurrent = doubled[:, :width], doubled[:, width : width + 1], doubled[:, width + 1 :]
    driven = torch.baddbmm(bias, steps, kernel).view(2 * members, size, count, -1)  # (2m, b, n, 4u)
    states = _lstm(driven, recurrent)  # (2m, b + 1, n, u)
    end = sizes.repeat_interleave(2, dim=0)[:, None, :, None].expand(-1, -1, -1, states.shape[3])
    final = states.gather(1, end).view(members, 2, count, -1)  # (m, 2, n, u)
    return final.transpose(1, 2).flatten(2)


def _lstm(driven: Tensor, recurrent: Tensor) -> Tensor:
    """Run 2m LSTMs.

    Parameters
    ----------
    driven
        Shape (2m, b, n, 4u): the inputs, projected to the gates input, forget, output and candidate; twice
        the value for the candidate.
    recurrent
        Shape (2m, u, 4u): weights from one step to the next, the candidate's doubled likewise.

    Returns
    -------
    All hidden states (2m, b + 1, n, u), the initial zeros first.
    """
    cell = hidden = driven.new_zeros(len(driven), driven.shape[2], recurrent.shape[1])
    states = [hidden]
    for projected in driven.unbind(1):
        enter, forget, show, new = torch.baddbmm(projected, hidden, recurrent).sigmoid().chunk(4, dim=2)
        cell = torch.addcmul(forget * cell - enter, enter, new, value=2)  # f·c + i·(2·g - 1)
        hidden = show * (2 * (2 * cell).sigmoid() - 1)
        states.append(hidden)
    return torch.stack(states, dim=1)


def _glorot(rng: np.random.Generator, *shape: int) -> Floats:
    bound = np.sqrt(6 / (shape[-2] + shape[-1]))
    return rng.uniform(-bound, bound, shape)


def _orthogonal(rng: np.random.Generator, *shape: int) -> Floats:
    """Rows orthonormal, for matrices wider than high."""
    basis, triangle = np.linalg.qr(np.swapaxes(rng.standard_normal(shape), -1, -2))
    # QR alone favours some directions; the signs of the diagonal make the draw uniform.
    signs = np.sign(np.diagonal(triangle, axis1=-2, axis2=-1))
    return np.swapaxes(basis * signs[..., None, :], -1, -2)
