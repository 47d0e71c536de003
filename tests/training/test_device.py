import pytest
import torch

from vilfredo.errors import InputError
from vilfredo.training.device import fingerprint, resolve_device


def test_cpu() -> None:
    assert resolve_device("cpu") == torch.device("cpu")


def test_auto_follows_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve_device("auto").type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    assert resolve_device("auto") == torch.device("cuda", 1)


def test_a_gpu_that_is_not_there_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="device = 'auto'"):
        resolve_device("cuda")


def test_fingerprint_names_the_processor() -> None:
    device = fingerprint(torch.device("cpu"), threads=3)
    assert (device.kind, device.threads, device.torch) == ("cpu", 3, torch.__version__)
    assert device.name
