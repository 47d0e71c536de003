"""The device that trains, and what a time measured on it must be labelled with."""

import platform
from pathlib import Path

import torch

from vilfredo.errors import InputError
from vilfredo.training.settings import DeviceChoice
from vilfredo.trials import Device


def resolve_device(choice: DeviceChoice) -> torch.device:
    """Turn a setting into a device.

    Raises
    ------
    InputError
        When a GPU is asked for and torch sees none.
    """
    available = torch.cuda.is_available()
    if choice == "cuda" and not available:
        raise InputError(
            "settings: device 'cuda' was asked for, but torch finds no usable GPU. Install a CUDA build of torch, "
            "or set device = 'auto' or 'cpu'."
        )
    if choice == "cpu" or not available:
        return torch.device("cpu")
    return torch.device("cuda", torch.cuda.current_device())


def fingerprint(device: torch.device, threads: int) -> Device:
    """Describe `device`; `threads` are the CPU threads in use while the time is taken."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else _cpu_name()
    return Device(kind=device.type, name=name, threads=threads, torch=torch.__version__)


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    for line in lines:
        label, _, value = line.partition(":")
        if label.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()
