from vilfredo.deploy.sizes import checked_samples


def test_large_networks_are_checked_on_fewer_samples() -> None:
    assert [checked_samples(flops) for flops in (0, 10**6, 10**9, 10**12)] == [4096, 4096, 200, 64]
