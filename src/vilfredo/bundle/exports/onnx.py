"""ONNX, run by onnxruntime and many others; preprocessing is inside, what the file knows of itself in its metadata."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vilfredo.bundle.export_check import Probabilities, Running
from vilfredo.bundle.export_quiet import quiet
from vilfredo.bundle.export_recurrent import KeptWhole, onnx_layer

FILE = "model.onnx"
INPUT = "samples"
OUTPUT = "probabilities"

_WHOLE = 2**31
"""Bytes of weights that are not too many to be put into another order once and for all."""


def write(module: nn.Module, example: NDArray[Any], path: Path, facts: Mapping[str, str]) -> None:
    """Write the file; see `Export.write`."""
    batch = torch.export.Dim("batch", min=1)
    with quiet(), torch.no_grad(), KeptWhole(onnx_layer):
        program = torch.onnx.export(
            module,
            (torch.tensor(example),),
            dynamo=True,
            dynamic_shapes=({0: batch},),
            input_names=[INPUT],
            output_names=[OUTPUT],
            verbose=False,
        )
    assert program is not None
    with quiet():
        _tidy(program.model)
        program.model.metadata_props.update({str(key): str(value) for key, value in facts.items()})
        program.save(str(path), external_data=False)


def _tidy(model: Any) -> None:
    """Compute what depends on weights alone, and take out how torch came to each node.

    That would be longer than the network, and full of the names of folders.
    """
    from onnxscript import optimizer  # noqa: PLC0415 - half a second that only exports need

    optimizer.optimize(model, input_size_limit=_WHOLE, output_size_limit=_WHOLE)
    graph = model.graph
    values = [*graph.inputs, *graph.initializers.values()]
    for node in graph.all_nodes():
        node.metadata_props.clear()
        values += node.outputs
    for value in values:
        value.metadata_props.clear()


def load(path: Path) -> Running:
    """Read a file; see `Export.load`."""
    import onnxruntime  # noqa: PLC0415 - a quarter of a second that only exports need

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def running(samples: NDArray[Any]) -> Probabilities:
        (answers,) = session.run([OUTPUT], {INPUT: np.ascontiguousarray(samples)})
        return np.asarray(answers, dtype=np.float32)

    return running


def run(path: Path, x: NDArray[Any]) -> Probabilities:
    """Run a file; see `Export.run`."""
    return load(path)(x)
