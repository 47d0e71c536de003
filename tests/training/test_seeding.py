import torch
from hypothesis import given
from hypothesis import strategies as st

from vilfredo.training.seeding import derive_seed, seeded


def test_the_same_in_every_process_so_that_stored_runs_stay_resumable() -> None:
    assert derive_seed(0, "a") == 739273521946992771


def test_paths_that_differ_differ() -> None:
    paths: list[tuple[str | int, ...]] = [(), ("a",), ("a", "b"), ("ab",), ("b", "a"), (1,), ("1",), (0,)]
    assert len({derive_seed(0, *path) for path in paths} | {derive_seed(1, "a")}) == len(paths) + 1


@given(st.integers(), st.text())
def test_fits_a_generator(seed: int, part: str) -> None:
    derived = derive_seed(seed, part)
    assert 0 <= derived < 2**63
    torch.Generator().manual_seed(derived)


def test_seeded_repeats_and_restores() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    with seeded(7, torch.device("cpu")):
        first = torch.rand(3)
    assert torch.equal(torch.rand(3), expected)
    with seeded(7, torch.device("cpu")):
        assert torch.equal(torch.rand(3), first)
