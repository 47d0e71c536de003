import torch
from benchmarks.cells import CASES, random_samples
from benchmarks.probe import CASES as PROBED

from benchmarks import workers
from vilfredo.networks.counting import count
from vilfredo.spaces.canonical import canonical_cell
from vilfredo.spaces.cells import parse_cell


def test_eight_different_networks_of_images_and_series() -> None:
    assert len(CASES) == 8
    assert {case.shape[1] == 1 for case in CASES.values()} == {True, False}


def test_networks_are_always_the_same_and_leave_the_generator_alone() -> None:
    state = torch.get_rng_state()
    case = CASES["digits 8x8, 1 block"]
    first, second = case.build().state_dict(), case.build().state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert torch.equal(state, torch.get_rng_state())


def test_networks_probed_span_two_orders_of_magnitude() -> None:
    flops = [count(parse_cell(case.cell), case.macro, case.shape, 10).flops for case in PROBED]
    assert len(PROBED) == 12
    assert max(flops) > 100 * min(flops)


def test_workers_measure_twelve_different_cells() -> None:
    assert len({str(canonical_cell(parse_cell(cell))) for cell in workers.CELLS}) == 12


def test_samples_have_all_classes() -> None:
    x, y = random_samples(20, (3, 4, 5))
    assert x.shape == (20, 3, 4, 5)
    assert set(y.tolist()) == set(range(10))
