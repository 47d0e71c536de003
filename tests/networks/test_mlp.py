import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from vilfredo.errors import InputError
from vilfredo.networks.mlp import MlpNetwork, count_mlp
from vilfredo.spaces.mlp import ACTIVATIONS, parse_mlp

SHAPE = (11, 1, 1)


def test_layers_in_order() -> None:
    network = MlpNetwork(parse_mlp("[(16, 'relu');dropout;(8, 'tanh')]"), SHAPE, 6, 0.2)
    kinds = [type(layer) for layer in network.hidden]
    assert kinds == [nn.Linear, nn.ReLU, nn.Dropout, nn.Linear, nn.Tanh]
    assert isinstance(network.hidden[2], nn.Dropout)
    assert network.hidden[2].p == 0.2
    assert network(torch.zeros(5, *SHAPE)).shape == (5, 6)


def test_no_hidden_layer_is_logistic_regression() -> None:
    network = MlpNetwork(parse_mlp("[]"), SHAPE, 3, 0.2)
    assert [name for name, _ in network.named_parameters()] == ["head.weight", "head.bias"]
    assert count_mlp(parse_mlp("[]"), SHAPE, 3).parameters == 11 * 3 + 3


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from(ACTIVATIONS)), max_size=5),
    st.integers(1, 4),
    st.integers(2, 9),
)
def test_counts_are_those_of_the_network(layers: list[tuple[int, str]], side: int, classes: int) -> None:
    mlp = parse_mlp("[" + ";".join(str(layer) for layer in layers) + "]")
    counts = count_mlp(mlp, (2, side, side), classes)
    network = MlpNetwork(mlp, (2, side, side), classes, 0.5)
    assert counts.parameters == counts.parameters_with_buffers == sum(w.numel() for w in network.parameters())
    with FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 2, side, side))
    assert counts.flops == counter.get_total_flops()
    assert counts.cells == len(layers)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_kept_memory_is_what_autograd_keeps(activation: str) -> None:
    mlp = parse_mlp(f"[(64, '{activation}');dropout;(32, '{activation}')]")
    network, batch = MlpNetwork(mlp, SHAPE, 6, 0.2), 50
    weights = {weight.untyped_storage().data_ptr() for weight in network.parameters()}
    kept: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        y = network(torch.zeros(batch, *SHAPE))
    measured = sum(kept.values()) / batch
    assert y.requires_grad
    assert 0.9 * measured <= count_mlp(mlp, SHAPE, 6).activations <= 2.5 * measured


def test_deep_sigmoids_pass_signals_on() -> None:
    torch.manual_seed(0)
    network = MlpNetwork(parse_mlp(";".join(["(128, 'tanh')"] * 8)), SHAPE, 4, 0.2)
    y = network(torch.randn(200, *SHAPE))
    assert y.std(dim=0).mean() > 0.1


def test_sizes_out_of_range() -> None:
    with pytest.raises(InputError, match="sizes of at least 1"):
        MlpNetwork(parse_mlp("[]"), (0, 1, 1), 2, 0.2)
    with pytest.raises(InputError, match="sizes of at least 1"):
        count_mlp(parse_mlp("[]"), SHAPE, 0)
    with pytest.raises(InputError, match="too large to be built"):
        count_mlp(parse_mlp("[(65536, 'relu');(65536, 'relu')]"), SHAPE, 2)
