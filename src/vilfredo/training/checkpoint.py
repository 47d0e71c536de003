"""Everything that a training needs to go on exactly where it was: kept in one file, without pickles."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from vilfredo import __version__
from vilfredo.errors import RunError
from vilfredo.files import write_whole
from vilfredo.trials import Epoch

_FORMAT = "1"


@dataclass(frozen=True, slots=True, eq=False)
class TrainingState:
    """Where a training is at the end of an epoch."""

    curve: tuple[Epoch, ...]
    """Of all epochs so far, one at least."""
    network: Mapping[str, Tensor]
    """Parameters and buffers."""
    best: Mapping[str, Tensor]
    """Those of the best epoch; empty where nothing is validated."""
    optimizer: Sequence[Tensor]
    """See `AdamW.state`."""
    generators: Sequence[Tensor]
    """States of the generators that the training draws from."""


@final
@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The file of one training."""

    path: Path
    key: str
    """Says which training it is. A file with another key is as good as none."""
    least_seconds: float = 0.0
    """Between two states that are kept; 0 to keep that of each epoch."""
    vital: bool = True
    """Whether a state that cannot be written is an error, rather than one state less."""

    @property
    def _whole_key(self) -> str:
        return f"{self.key} torch {torch.__version__} vilfredo {__version__}"

    def save(self, state: TrainingState) -> None:
        """Write the state, whole or not at all.

        Raises
        ------
        RunError
            When it cannot be written, and must be.
        """
        tensors = {f"network.{name}": value for name, value in state.network.items()}
        tensors |= {f"best.{name}": value for name, value in state.best.items()}
        tensors |= {f"optimizer.{place:06}": value for place, value in enumerate(state.optimizer)}
        tensors |= {f"generator.{place}": value for place, value in enumerate(state.generators)}
        # Cloned, since safetensors refuses tensors that share memory.
        plain = {name: _plain(value) for name, value in tensors.items()}
        curve = json.dumps([epoch.model_dump(mode="json") for epoch in state.curve])
        content = save(plain, {"format": _FORMAT, "key": self._whole_key, "curve": curve})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, content)
        except OSError as error:
            if not self.vital:
                return
            raise RunError(
                f"checkpoint: '{self.path}' cannot be written ({error.strerror}). Free some space?"
            ) from None

    def load(self) -> TrainingState | None:
        """Read the state; None where there is none of this training, or the file is damaged."""
        try:
            with safe_open(self.path, framework="pt") as file:
                facts = file.metadata() or {}
                if (facts.get("format"), facts.get("key")) != (_FORMAT, self._whole_key):
                    return None
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
            curve = tuple(Epoch.model_validate(epoch) for epoch in json.loads(facts["curve"]))
        except (OSError, SafetensorError, ValueError, KeyError, TypeError):
            return None
        parts = {part: _part(tensors, f"{part}.") for part in ("network", "best", "optimizer", "generator")}
        if not curve:
            return None
        return TrainingState(
            curve,
            parts["network"],
            parts["best"],
            [parts["optimizer"][name] for name in sorted(parts["optimizer"])],
            [parts["generator"][name] for name in sorted(parts["generator"])],
        )

    def remove(self) -> None:
        """Remove the file, once what the training gave is kept elsewhere."""
        self.path.unlink(missing_ok=True)


def _plain(value: Tensor) -> Tensor:
    return value.detach().cpu().clone(memory_format=torch.contiguous_format)


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
