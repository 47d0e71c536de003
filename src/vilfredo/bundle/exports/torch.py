"""A program of torch.export, which torch loads without the source of the network, from Python or C++."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vilfredo.bundle.export_check import Probabilities, Running
from vilfredo.bundle.export_quiet import quiet
from vilfredo.bundle.export_recurrent import KeptWhole, placeholder, restored

FILE = "model.pt2"
FACTS = "facts.json"
"""Further file in the program."""


def write(module: nn.Module, example: NDArray[Any], path: Path, facts: Mapping[str, str]) -> None:
    """Write the file; see `Export.write`."""
    batch = torch.export.Dim("batch", min=1)
    with quiet():
        with torch.no_grad(), KeptWhole(placeholder):
            program = torch.export.export(module, (torch.tensor(example),), dynamic_shapes=({0: batch},), strict=False)
        program = restored(program)
        for node in program.graph.nodes:
            node.meta.pop("stack_trace", None)  # full of folders' names
        torch.export.save(program, path, extra_files={FACTS: json.dumps(dict(facts), ensure_ascii=False)})


def load(path: Path) -> Running:
    """Read a file; see `Export.load`."""
    with quiet():
        module = torch.export.load(path).module()

    def running(samples: NDArray[Any]) -> Probabilities:
        with torch.inference_mode():
            answers: Probabilities = module(torch.tensor(samples)).numpy()
        return np.asarray(answers, dtype=np.float32)

    return running


def run(path: Path, x: NDArray[Any]) -> Probabilities:
    """Run a file; see `Export.run`."""
    return load(path)(x)
