"""LSTM and GRU layers kept whole while a network is traced.

Torch's own way through them takes every step on its own, three times over: a quarter of a minute for two layers and a
hundred steps, only to find out the shape of what they answer.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.export import ExportedProgram
from torch.overrides import TorchFunctionMode

StandIn = Callable[[str, Tensor, Tensor, Sequence[Tensor]], Tensor]
"""From ``lstm`` or ``gru``, a sequence (length, n, channels), its first state (1, n, units), zeros, and torch's four
weights to the answers (length, n, units)."""


class KeptWhole(TorchFunctionMode):
    """Calls of torch's recurrent functions go to a stand-in. What an LSTM's cell holds in the end is not answered."""

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__()
        self._stand_in = stand_in

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run `func`, unless it is recurrent."""
        if func is torch.gru and _simple(args):
            return _with_last(self._stand_in("gru", args[0], args[1], args[2]))
        if func is torch.lstm and _simple(args):
            return _with_last(self._stand_in("lstm", args[0], args[1][0], args[2]))
        return func(*args, **(kwargs or {}))


def _with_last(answers: Tensor) -> tuple[Tensor, Tensor]:
    return answers, answers[-1:]  # (length, n, units), (1, n, units)


def _simple(args: Sequence[Any]) -> bool:
    """Whether it is one layer with biases that goes one way over (length, n, channels): all that networks here have."""
    if len(args) != 9:
        return False
    biases, layers, _, _, both_ways, batch_first = args[3:]
    return biases and layers == 1 and not both_ways and not batch_first


@torch.library.custom_op("vilfredo::recurrent", mutates_args=())
def _recurrent(
    kind: str, steps: Tensor, start: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, second_bias: Tensor
) -> Tensor:
    raise NotImplementedError("stands in a program until `restored` takes it out again")


@_recurrent.register_fake
def _shape(
    kind: str, steps: Tensor, start: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor, second_bias: Tensor
) -> Tensor:
    return steps.new_empty(steps.shape[0], steps.shape[1], recurrent.shape[1])


def placeholder(kind: str, steps: Tensor, start: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Stand in for a layer in a program of torch.export, until `restored`."""
    answers: Tensor = _recurrent(kind, steps, start, *weights)
    return answers


def restored(program: ExportedProgram) -> ExportedProgram:
    """Put torch's own recurrent functions where `placeholder` stands in a program, and return it."""
    graph = program.graph
    for node in graph.find_nodes(op="call_function", target=torch.ops.vilfredo.recurrent.default):
        kind, steps, start, *weights = node.args
        state = start.meta["val"]
        first, target = (
            ([start, start], torch.ops.aten.lstm.input) if kind == "lstm" else (start, torch.ops.aten.gru.input)
        )
        # Biases, layers, dropout, training, both ways, batch first.
        plain = (True, 1, 0.0, False, False, False)
        with graph.inserting_before(node):
            whole = graph.call_function(target, (steps, first, weights, *plain))
            answers = graph.call_function(operator.getitem, (whole, 0))
        answers.meta = dict(node.meta)
        whole.meta = {**node.meta, "val": (node.meta["val"], *([state, state] if kind == "lstm" else [state]))}
        node.replace_all_uses_with(answers)
        graph.erase_node(node)
    graph.lint()
    program.graph_module.recompile()
    return program


def onnx_layer(kind: str, steps: Tensor, start: Tensor, weights: Sequence[Tensor]) -> Tensor:
    """Stand in for a layer in a program that becomes ONNX: its own operators, with the gates in their order."""
    kernel, recurrent, bias, second_bias = (_reordered(kind, weight) for weight in weights)
    units = recurrent.shape[1]
    attributes: dict[str, Any] = {"hidden_size": units, **({"linear_before_reset": 1} if kind == "gru" else {})}
    answers: Tensor = torch.onnx.ops.symbolic(
        kind.upper(),
        (steps, kernel.unsqueeze(0), recurrent.unsqueeze(0), torch.cat([bias, second_bias]).unsqueeze(0)),
        attributes,
        dtype=steps.dtype,
        shape=(steps.shape[0], 1, steps.shape[1], units),
    )
    return answers.squeeze(1)


def _reordered(kind: str, weight: Tensor) -> Tensor:
    """Weights (gates * units, ...) with the gates where ONNX has them."""
    # LSTM: in, forget, cell, out become in, out, forget, cell. GRU: reset, update, new become update, reset, new.
    gates = (0, 3, 1, 2) if kind == "lstm" else (1, 0, 2)
    units = weight.shape[0] // len(gates)
    return weight[torch.tensor([gate * units + unit for gate in gates for unit in range(units)])]
