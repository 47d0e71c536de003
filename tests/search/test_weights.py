"""Weights of the front's members as safetensors."""

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from vilfredo.errors import RunError
from vilfredo.search.weights import keep_only, save_weights


def test_tensors_come_back_as_they_were(tmp_path: Path) -> None:
    weights = {
        "a.weight": torch.randn(3, 2, 4, 4).contiguous(memory_format=torch.channels_last),
        "a.steps": torch.tensor(5),
        "b.view": torch.randn(4, 4).t(),
    }
    save_weights(tmp_path, 7, weights, {"architecture": "[]"})
    found = load_file(tmp_path / "7.safetensors")
    assert found.keys() == weights.keys()
    for name, tensor in weights.items():
        assert torch.equal(found[name], tensor)
        assert found[name].dtype == tensor.dtype
    with safe_open(tmp_path / "7.safetensors", framework="pt") as file:
        assert file.metadata() == {"architecture": "[]"}
    assert [path.name for path in tmp_path.iterdir()] == ["7.safetensors"]


def test_tensors_that_share_memory_are_saved(tmp_path: Path) -> None:
    shared = torch.ones(3)
    save_weights(tmp_path, 0, {"a": shared, "b": shared}, {})
    assert torch.equal(load_file(tmp_path / "0.safetensors")["b"], shared)


def test_the_folder_is_made_where_it_is_missing(tmp_path: Path) -> None:
    save_weights(tmp_path / "weights", 0, {"a": torch.ones(1)}, {})
    assert (tmp_path / "weights" / "0.safetensors").is_file()


def test_weights_are_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_weights(tmp_path, 0, {"a": torch.ones(1)}, {})

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vilfredo.files.os.fsync", fail)
    with pytest.raises(RunError, match="No space left on device"):
        save_weights(tmp_path, 0, {"a": torch.zeros(1)}, {})
    assert torch.equal(load_file(tmp_path / "0.safetensors")["a"], torch.ones(1))


def test_all_others_are_removed(tmp_path: Path) -> None:
    for proposal in (1, 2, 13):
        save_weights(tmp_path, proposal, {"a": torch.ones(1)}, {})
    (tmp_path / ".3.partial").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("mine")
    keep_only(tmp_path, [1, 13, 99])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.safetensors", "13.safetensors", "notes.txt"]
    keep_only(tmp_path / "nowhere", [1])
