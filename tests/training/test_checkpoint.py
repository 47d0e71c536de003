from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tests.training.test_loop import digits, same, small_net, weights
from torch import nn

from vilfredo.errors import RunError
from vilfredo.networks.drop_path import DropPath
from vilfredo.networks.families import find_family
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.training.checkpoint import Checkpoint, TrainingState
from vilfredo.training.data import TrainingData, resident
from vilfredo.training.loop import Abandoned, steps_per_epoch, train
from vilfredo.training.settings import TrainingSettings
from vilfredo.trials import Epoch

SETTINGS = TrainingSettings(epochs=5, batch_size=32, drop_path=0.3, cutout=2, secondary_exit=0.25, schedule="cosine")


def network() -> nn.Module:
    """Draws from every generator there is: drop path, augmentation; and has two exits."""
    space = CellSpace(operators=("identity", "3x3 conv"))
    macro = MacroArchitecture(motifs=2, normal_cells=1, filters=4)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        made = find_family(space, macro, (1, 8, 8), 10).with_secondary_exit().build("(-1,identity,-1,3x3 conv)")
    assert any(isinstance(module, DropPath) for module in made.modules())
    return made


def stopping(after: int) -> tuple[Callable[[], bool], Callable[[Epoch], None]]:
    """Stops in the middle of the epoch after the one of that number."""
    seen: list[int] = []
    steps: list[int] = []

    def stop() -> bool:
        if seen and seen[-1] == after:
            steps.append(1)
        return len(steps) > 1

    return stop, lambda epoch: seen.append(epoch.epoch)


def everything(validation: int) -> TrainingData:
    data = digits(240, 60)
    return data if validation else resident(data.x_train, data.y_train, data.x_val[:0], data.y_val[:0], 10, data.device)


@pytest.mark.parametrize("after", [1, 3, 4])
@pytest.mark.parametrize("validation", [True, False])
def test_stopped_and_gone_on_with_is_as_if_never_stopped(tmp_path: Path, after: int, validation: bool) -> None:
    data = everything(validation)
    whole = network()
    expected = train(whole, data, SETTINGS, 3)
    checkpoint = Checkpoint(tmp_path / "deep" / "state.safetensors", "this one")
    stop, on_epoch = stopping(after)
    with pytest.raises(Abandoned):
        train(network(), data, SETTINGS, 3, should_stop=stop, on_epoch=on_epoch, checkpoint=checkpoint)
    state = checkpoint.load()
    assert state is not None
    assert len(state.curve) == after
    told: list[Epoch] = []
    torch.rand(5)
    again = network()
    steps: list[int] = []

    def count() -> bool:
        steps.append(1)
        return False

    found = train(again, data, SETTINGS, 3, should_stop=count, on_epoch=told.append, checkpoint=checkpoint)
    assert found == expected
    per_epoch = steps_per_epoch(len(data.y_train), SETTINGS.batch_size) + validation  # asked in validating too
    assert len(steps) == (SETTINGS.epochs - after) * per_epoch
    assert tuple(told) == expected.curve
    assert same(weights(again), weights(whole))


def test_a_finished_training_is_not_trained_again(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "this one")
    expected = train(network(), everything(True), SETTINGS, 3, checkpoint=checkpoint)
    again = network()
    assert train(again, everything(True), SETTINGS, 3, should_stop=lambda: True, checkpoint=checkpoint) == expected
    checkpoint.remove()
    checkpoint.remove()
    assert checkpoint.load() is None


def test_keeping_the_state_changes_nothing(tmp_path: Path) -> None:
    a, b = small_net(), small_net()
    settings = TrainingSettings(epochs=2, batch_size=32)
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "")
    assert train(a, digits(200, 50), settings, 0) == train(b, digits(200, 50), settings, 0, checkpoint=checkpoint)
    assert same(weights(a), weights(b))


def test_the_state_may_be_kept_less_often(tmp_path: Path) -> None:
    settings = TrainingSettings(epochs=3, batch_size=32)
    seldom = Checkpoint(tmp_path / "state.safetensors", "", least_seconds=3600)
    train(small_net(), digits(100, 50), settings, 0, checkpoint=seldom)
    assert seldom.load() is None


def test_what_is_of_another_training_or_damaged_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    train(small_net(), digits(100, 50), TrainingSettings(epochs=1, batch_size=32), 0, checkpoint=Checkpoint(path, "a"))
    assert Checkpoint(path, "a").load() is not None
    assert Checkpoint(path, "b").load() is None
    path.write_bytes(path.read_bytes()[:-10])
    assert Checkpoint(path, "a").load() is None
    path.write_bytes(b"")
    assert Checkpoint(path, "a").load() is None


def test_a_state_of_another_network_is_not_gone_on_with(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "the same by mistake")
    settings = TrainingSettings(epochs=2, batch_size=32)
    train(network(), digits(100, 50), settings, 0, checkpoint=checkpoint)
    other = small_net()
    expected = train(small_net(), digits(100, 50), settings, 0)
    assert train(other, digits(100, 50), settings, 0, checkpoint=checkpoint) == expected


def test_what_is_not_vital_may_fail_to_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vilfredo.files.os.fsync", fail)
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "a", vital=False)
    settings = TrainingSettings(epochs=1, batch_size=32)
    train(small_net(), digits(100, 50), settings, 0, checkpoint=checkpoint)
    assert checkpoint.load() is None


def test_a_full_disk_is_said_to_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vilfredo.files.os.fsync", fail)
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "a")
    with pytest.raises(RunError, match="No space left on device"):
        train(small_net(), digits(100, 50), TrainingSettings(epochs=1, batch_size=32), 0, checkpoint=checkpoint)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_what_was_on_a_gpu_is_kept_as_it_was(tmp_path: Path) -> None:
    device = torch.device("cuda", torch.cuda.current_device())
    mixed = {
        "weight": torch.randn(2, 3, 4, 4, device=device).contiguous(memory_format=torch.channels_last),
        "batches": torch.tensor(7, device=device),
        "elsewhere": torch.randn(3),
    }
    state = TrainingState((Epoch(epoch=1, learning_rate=0.1, training_loss=1.0),), mixed, {}, [mixed["weight"]], [])
    kept = Checkpoint(tmp_path / "state.safetensors", "this one")
    kept.save(state)
    found = kept.load()
    assert found is not None
    for name, value in mixed.items():
        assert torch.equal(found.network[name], value.cpu())
    assert torch.equal(found.optimizer[0], mixed["weight"].cpu())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_training_on_a_gpu_goes_on(tmp_path: Path) -> None:
    data = digits(240, 60)
    parts = (data.x_train, data.y_train, data.x_val, data.y_val)
    data = resident(*parts, 10, torch.device("cuda", torch.cuda.current_device()))
    whole = network()
    expected = train(whole, data, SETTINGS, 3)
    assert expected.remark == ""  # captured as a graph, drop path and both exits included
    checkpoint = Checkpoint(tmp_path / "state.safetensors", "this one")
    stop, on_epoch = stopping(3)
    with pytest.raises(Abandoned):
        train(network(), data, SETTINGS, 3, should_stop=stop, on_epoch=on_epoch, checkpoint=checkpoint)
    again = network()
    found = train(again, data, SETTINGS, 3, checkpoint=checkpoint)
    # Sums on a GPU may come in another order; the same batches and the same paths dropped leave next to nothing else.
    for here, there in zip(found.curve, expected.curve, strict=True):
        assert here.training_loss == pytest.approx(there.training_loss, rel=1e-3)
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name].float(), value.float(), rtol=2e-2, atol=2e-2)
