import pytest
import torch
from torch import Tensor

from vilfredo.networks.exits import MAIN, SECONDARY, exit_logits
from vilfredo.networks.families import find_family, restore_family
from vilfredo.networks.families.cells import CellNetworks
from vilfredo.networks.network import Network, exit_place
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.mlp_space import MlpSpace

SPACE = CellSpace(operators=("identity", "3x3 conv"), lookback=3)
MACRO = MacroArchitecture(motifs=3, normal_cells=2, filters=4)
SHAPE = (3, 8, 8)


def family(macro: MacroArchitecture = MACRO) -> CellNetworks:
    found = find_family(SPACE, macro, SHAPE, 5)
    assert isinstance(found, CellNetworks)
    return found


def built(architecture: str, secondary: bool = True, macro: MacroArchitecture = MACRO) -> Network:
    networks = family(macro).with_secondary_exit() if secondary else family(macro)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        network = networks.build(architecture)
    assert isinstance(network, Network)
    return network


def test_the_secondary_exit_is_at_two_thirds_of_the_cells() -> None:
    # POPNASv3, section 4.1; round(0.66 · last) with the cells counted from 0.
    assert [exit_place(cells) for cells in range(10)] == [None, None, None, 1, 2, 3, 3, 4, 5, 5]
    network = built("(-1,identity,-1,3x3 conv)")
    assert len(network.cells) == 8
    assert network.exit_place == 5
    assert network.secondary is not None
    assert network.secondary.in_features == 16  # cell 5 is the second reduction


def test_short_networks_have_none() -> None:
    network = built("(-1,identity,-1,3x3 conv)", macro=MacroArchitecture(motifs=1, normal_cells=2, filters=4))
    assert network.secondary is None
    assert len(exit_logits(network, torch.zeros(1, *SHAPE))) == 1
    assert built("[]").secondary is None


def test_all_other_weights_are_drawn_as_without() -> None:
    plain, two = built("(-2,identity,-1,3x3 conv)", secondary=False), built("(-2,identity,-1,3x3 conv)")
    state = two.state_dict()
    assert {*state} - {*plain.state_dict()} == {"secondary.weight", "secondary.bias"}
    assert all(torch.equal(value, state[name]) for name, value in plain.state_dict().items())


# Reading -2 and -3 only, cells 5 and 6 … reach the last one, but not all of them the secondary exit.
@pytest.mark.parametrize(
    "architecture", ["(-1,identity,-1,3x3 conv)", "(-2,identity,-2,3x3 conv)", "(-2,identity,-3,3x3 conv)", "[]"]
)
@pytest.mark.parametrize("exit_number", [MAIN, SECONDARY])
def test_a_network_that_ends_at_an_exit_answers_as_that_exit_did(architecture: str, exit_number: int) -> None:
    network = built(architecture).eval()
    _disturb(network)
    x = torch.randn(4, *SHAPE)
    answers = exit_logits(network, x)
    assert torch.equal(answers[0], network(x))
    shorter = family().ending_at(architecture, exit_number)
    weights = family().exit_weights(architecture, network.state_dict(), exit_number if len(answers) > 1 else MAIN)
    alone = shorter.build(architecture)
    alone.load_state_dict(weights)
    torch.testing.assert_close(alone.eval()(x), answers[min(exit_number, len(answers) - 1)])
    assert shorter.count(architecture).parameters == sum(weight.numel() for weight in alone.parameters())
    assert len(exit_logits(alone, x)) == 1


def test_a_perceptron_has_one_exit() -> None:
    perceptrons = find_family(MlpSpace(dropout_rate=0.25), None, (9, 1, 1), 3)
    two = perceptrons.with_secondary_exit()
    network = two.build("[(8, 'relu')]")
    assert len(exit_logits(network, torch.zeros(2, 9, 1, 1))) == 1
    weights: dict[str, Tensor] = network.state_dict()
    assert two.exit_weights("[(8, 'relu')]", weights, SECONDARY) == weights
    assert restore_family("mlp", perceptrons.to_dict()) == perceptrons == two.ending_at("[(8, 'relu')]", SECONDARY)


def _disturb(network: Network) -> None:
    """Statistics as after a training, so that no mistake hides behind zeros."""
    for name, buffer in network.named_buffers():
        if name.endswith(("running_mean", "running_var")):
            buffer.uniform_(0.5, 1.5)
