import numpy as np
import torch
from torch import Tensor, nn

from vilfredo.predictors.attention_network import Parameters, forward, initial_parameters, tokens
from vilfredo.predictors.protocol import Samples

UNITS, WIDTH, EMBEDDING, OPERATORS, LOOKBACK = 6, 4, 3, 5, 2
# torch's LSTM orders its gates input, forget, candidate, output.
GATES = torch.arange(4 * UNITS).view(4, UNITS)[[0, 1, 3, 2]].flatten()


def draw(members: int = 2) -> Parameters:
    shape = (members, OPERATORS, LOOKBACK, EMBEDDING, WIDTH, UNITS)
    parameters = initial_parameters(*shape, np.random.default_rng(0))
    generator = torch.Generator().manual_seed(0)
    return {name: values + 0.3 * torch.randn(values.shape, generator=generator) for name, values in parameters.items()}


def mixed() -> Samples:
    cells = np.array(
        [
            [(-2, 0, -1, 4), (-1, 1, 0, 2), (0, 3, 1, 3)],
            [(-1, 2, -1, 3), (-2, 1, 0, 2), (0, 0, 0, 0)],
            [(-2, 4, -2, 4), (0, 0, 0, 0), (0, 0, 0, 0)],
            [(0, 0, 0, 0)] * 3,
        ],
        dtype=np.int8,
    )
    return Samples(cells, np.array([3, 2, 1, 0]), np.zeros((4, 9)), OPERATORS, LOOKBACK)


def with_torch_layers(parameters: Parameters, member: int, rows: Tensor) -> float:
    """Compute the same for one cell (b, 4) without padding, layer by layer."""
    own = {name: values[member] for name, values in parameters.items()}
    blocks = own["embedding"][rows].flatten(1)  # (b, 4e)
    query, key = (blocks @ own["attention"] + own["attention_bias"]).relu().chunk(2, dim=1)
    context = (query @ key.T).softmax(dim=1) @ key  # (b, a)
    lstm = nn.LSTM(WIDTH, UNITS, bidirectional=True)
    weights = {}
    for direction, suffix in enumerate(("", "_reverse")):
        weights[f"weight_ih_l0{suffix}"] = own["kernel"][direction].T[GATES]
        weights[f"weight_hh_l0{suffix}"] = own["recurrent"][direction].T[GATES]
        weights[f"bias_ih_l0{suffix}"] = own["recurrent_bias"][direction, 0][GATES]
        weights[f"bias_hh_l0{suffix}"] = torch.zeros(4 * UNITS)
    lstm.load_state_dict(weights)
    _, (hidden, _) = lstm(context)  # (2, u)
    return float((hidden.flatten() @ own["output"] + own["output_bias"]).sigmoid().detach())


def test_it_computes_what_torchs_own_layers_do() -> None:
    parameters, samples = draw(), mixed()
    rows, sizes = tokens(samples)
    ours = forward(parameters, rows.expand(2, -1, -1, -1), sizes.expand(2, -1))
    assert ours.shape == (2, 4)
    for member in range(2):
        for cell in range(3):
            expected = with_torch_layers(parameters, member, rows[cell, : sizes[cell]])
            torch.testing.assert_close(float(ours[member, cell]), expected, rtol=1e-5, atol=1e-6)


def test_the_empty_cell_is_the_bias_whatever_the_padding() -> None:
    parameters, samples = draw(), mixed()
    rows, sizes = tokens(samples)
    bias = parameters["output_bias"].flatten().sigmoid()
    padded = forward(parameters, rows[3:].expand(2, -1, -1, -1), sizes[3:].expand(2, -1))
    bare = forward(parameters, rows[3:, :0].expand(2, -1, -1, -1), sizes[3:].expand(2, -1))
    torch.testing.assert_close(padded[:, 0], bias)
    torch.testing.assert_close(bare[:, 0], bias)


def test_tokens_are_numbered_from_one_and_inputs_apart_from_operators() -> None:
    rows, sizes = tokens(mixed())
    assert sizes.tolist() == [3, 2, 1, 0]
    assert rows[0, :, 0::2].tolist() == [[1, 2], [2, 3], [3, 4]]
    operators_from = LOOKBACK + 60 + 1
    assert (rows[0, :, 1::2] - operators_from).tolist() == [[0, 4], [1, 2], [3, 3]]
    assert rows[1, 2].tolist() == [0, 0, 0, 0]
    assert int(rows.max()) < draw()["embedding"].shape[1]


def test_recurrent_weights_start_orthogonal_and_forget_gates_open() -> None:
    parameters = initial_parameters(3, OPERATORS, LOOKBACK, EMBEDDING, WIDTH, UNITS, np.random.default_rng(0))
    recurrent = parameters["recurrent"]
    torch.testing.assert_close(recurrent @ recurrent.mT, torch.eye(UNITS).expand(3, 2, -1, -1))
    assert not torch.equal(recurrent[0], recurrent[1])
    assert parameters["recurrent_bias"].sum() == 3 * 2 * UNITS
    assert (parameters["recurrent_bias"][..., UNITS : 2 * UNITS] == 1).all()
