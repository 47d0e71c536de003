import torch
from benchmarks.cells import CASES, random_samples
from torch.utils.data import DataLoader, TensorDataset

from benchmarks import plain
from vilfredo.networks.layers import SameConv

CASE = CASES["digits 8x8, 3 blocks"]


def test_a_plain_network_computes_the_same() -> None:
    for case in CASES.values():
        x, _ = random_samples(4, case.shape)
        ours, theirs = case.build().eval(), plain.make_plain(case.build()).eval()
        with torch.no_grad():
            torch.testing.assert_close(theirs(x), ours(x), rtol=1e-3, atol=1e-4)


def test_a_plain_network_trains_everything_and_keeps_the_layout() -> None:
    network = plain.make_plain(CASE.build())
    assert all(parameter.requires_grad for parameter in network.parameters())
    seen: list[bool] = []
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.register_forward_hook(lambda module, x, y: seen.append(y.is_contiguous()))
    network(random_samples(4, CASE.shape)[0])
    assert seen
    assert all(seen)


def test_networks_of_ours_have_what_is_taken_off() -> None:
    network = CASE.build()
    assert not all(parameter.requires_grad for parameter in network.parameters())
    assert any(isinstance(module, SameConv) and module.in_channels == 1 for module in network.modules())


def test_each_image_is_shifted_on_its_own() -> None:
    torch.manual_seed(0)
    image = torch.arange(1.0, 65.0).view(1, 1, 8, 8)
    samples = plain.Augmented(image, torch.tensor([3]), translation=0.125)
    drawn = [samples[0][0] for _ in range(200)]
    assert {tuple(x.shape) for x in drawn} == {(1, 8, 8)}
    # The pixel in the middle comes from one of nine places.
    assert {int(x[0, 4, 4]) for x in drawn} == {int(image[0, 0, r, c]) for r in (3, 4, 5) for c in (3, 4, 5)}
    unshifted = plain.Augmented(image, torch.tensor([3]), translation=0.0)
    assert torch.equal(unshifted[0][0], image[0])
    assert int(unshifted[0][1]) == 3


def test_the_loop_learns() -> None:
    torch.manual_seed(0)
    y = torch.arange(256) % 4
    x = torch.randn(256, 1, 8, 8) + y.view(-1, 1, 1, 1)
    network = plain.make_plain(CASE.build())
    held = TensorDataset(x[:64], y[:64])
    losses = plain.train(
        network,
        plain.Augmented(x[64:], y[64:], 0.0),
        held,
        batch_size=32,
        epochs=3,
        learning_rate=0.01,
        weight_decay=5e-4,
    )
    assert len(losses) == 3
    assert losses[-1] < losses[0] / 2
    accuracy, nll = plain.evaluate(network, DataLoader(held, 48))
    assert 0 <= accuracy <= 1
    assert nll > 0
