"""Networks as they are after training, and the same again in plain PyTorch."""

import math

import torch
from torch import Tensor, nn

from vilfredo.bundle.plain import cells, layers, parallel, perceptron, recurrent
from vilfredo.bundle.source_expressions import write
from vilfredo.bundle.source_modules import Used, expression

PLAIN = {
    "torch": torch,
    "nn": nn,
    **vars(layers),
    **vars(recurrent),
    **vars(cells),
    **vars(perceptron),
    **vars(parallel),
}


def trained(module: nn.Module, seed: int = 0) -> nn.Module:
    """Let weights, biases and all that batch norms remember be anything; in evaluation mode."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in module.state_dict().items():  # of the same memory
        if name.endswith("running_var") or (name.endswith("weight") and value.dim() == 1):
            value.uniform_(0.5, 1.5, generator=generator)
        elif value.dim() == 1:
            value.normal_(0, 0.3, generator=generator)
    return module.eval()


def rebuild(module: nn.Module) -> nn.Module:
    """Write the module as an expression, evaluate that, and give it the weights."""
    used: Used = set()
    written = write(expression(module, used))
    names = {cls.__name__ for cls in used}
    plain: nn.Module = eval(written, {"nn": nn, **{name: PLAIN[name] for name in names}})  # our own text
    plain.load_state_dict(module.state_dict())
    return plain.eval()


def difference(first: nn.Module, second: nn.Module, x: Tensor) -> float:
    """Largest difference of the answers, which must be finite and of one shape."""
    with torch.inference_mode():
        one, other = first(x), second(x)
    assert one.shape == other.shape
    assert one.isfinite().all()
    return float((one - other).abs().max()) if one.numel() else math.nan
