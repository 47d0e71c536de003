"""A trained network as one readable Python file that needs torch and safetensors, and nothing of Vilfredo."""

import inspect
import re
import textwrap
from collections.abc import Sequence
from types import ModuleType

from torch import nn

from vilfredo.bundle.plain import cells, classifier, inputs, layers, parallel, perceptron, recurrent
from vilfredo.bundle.source_expressions import WIDTH, Nested, call, listed, quoted, write
from vilfredo.bundle.source_inputs import Input, understand
from vilfredo.bundle.source_modules import Used, expression
from vilfredo.tasks.preprocessing import Preprocessing

WEIGHTS = "model.safetensors"
"""Beside the file, unless `load` is told otherwise."""

PASTED: tuple[type, ...] = (
    inputs.ImageInput,
    inputs.SeriesInput,
    inputs.TableInput,
    layers.PaddedConv,
    layers.PaddedMaxPool,
    layers.PaddedAvgPool,
    layers.DoublingConv,
    layers.ConvNormSwish,
    recurrent.Recurrent,
    cells.Block,
    cells.Cell,
    cells.Network,
    parallel.ParallelCell,
    parallel.ParallelNetwork,
    perceptron.Perceptron,
    classifier.Classifier,
)
"""What may be pasted, each class after those that it uses."""


_DOCSTRING = '''"""A network for classification in plain PyTorch, found and trained by Vilfredo.

{heading}

Needs torch and safetensors only. The weights are in {weights}, beside this file:

    from {name} import LABELS, load

    model = load()
    probabilities = model(samples)  # (n, {classes})
    best = [LABELS[number] for number in probabilities.argmax(dim=1)]

Samples are {samples};
a tensor of {dtype}. Preprocessing is part of the model. It is for use, not for further training.
"""
'''

_END = '''
def build() -> Classifier:
    """Put the model together, without its weights."""
    preprocessing = {preprocessing}
    network = {network}
    return Classifier(preprocessing, network, SHAPE)


def load(weights: str | Path = WEIGHTS) -> Classifier:
    """Build the model, read its weights, and make it ready for use."""
    model = build()
    model.network.load_state_dict(load_file(weights))
    return model.eval()


if __name__ == "__main__":
    model = load()
    parameters = sum(parameter.numel() for parameter in model.parameters())
    sides = ", ".join("any" if side is None else str(side) for side in SHAPE)
    print(f"reads samples (n, {{sides}}) of {dtype}, {{parameters:,}} parameters, {{len(LABELS)}} classes:")
    print(", ".join(map(ascii, LABELS)))
'''


def network_source(
    network: nn.Module,
    preprocessing: Preprocessing,
    labels: Sequence[str],
    heading: str,
    *,
    shape: Sequence[int] | None = None,
) -> str:
    """Write a Python file whose ``load`` returns the network with its preprocessing, from samples to probabilities.

    Its ``model.network`` has the very keys in its state that `network` has: one file of weights serves both.

    Parameters
    ----------
    network
        As `networks.families` build it, with one head.
    labels
        Of the classes, in the order of the network's answers. Whatever they hold, the file only ever prints it.
    heading
        What it is, for people; goes into the docstring.
    shape
        Of one sample in the layout of its kind, e.g. (1, 28, 28); the file refuses others. None where it is not known:
        only the channels or columns are checked then.

    Raises
    ------
    VilfredoError
        When the network or the preprocessing contains what has no counterpart in plain PyTorch.
    """
    used: Used = {classifier.Classifier}
    read = understand(preprocessing)
    used.add(read.pasted)
    built = expression(network, used)
    preparing = read.expression
    end = _END.format(
        preprocessing=write(preparing, 4, len("    preprocessing = ")),
        network=write(built, 4, len("    network = ")),
        dtype=read.dtype,
    )
    sides = tuple(read.shape if shape is None else shape)
    body = "\n\n".join([_constants(labels, sides), *_pasted(used), end.lstrip("\n")])
    return f"{_docstring(heading, len(labels), read)}\n{_imports(body)}\n{body}"


def load_source(text: str) -> ModuleType:
    """Execute what `network_source` has just written, and return it as a module.

    Never call it with text that was read from a file: it runs whatever that says.
    """
    module = ModuleType("vilfredo_network")
    module.__file__ = f"{module.__name__}.py"  # where the weights would be beside
    exec(compile(text, module.__file__, "exec"), module.__dict__)  # our own text, see above
    return module


def plain_module(text: str, network: nn.Module) -> nn.Module:
    """Build the module that `network_source` wrote as `text`, with the weights of `network`, in evaluation mode.

    Returns
    -------
    nn.Module
        From samples to probabilities (n, classes).
    """
    model = load_source(text).build()
    assert isinstance(model, nn.Module)
    inner = model.network
    assert isinstance(inner, nn.Module)
    inner.load_state_dict({key: value.detach().cpu() for key, value in network.state_dict().items()})
    return model.eval()


def _docstring(heading: str, classes: int, read: Input) -> str:
    lines = [textwrap.fill(line, WIDTH - 1) for line in heading.strip().splitlines()]
    return _DOCSTRING.format(
        heading=_harmless("\n".join(lines)) or "It has no description.",
        weights=WEIGHTS,
        name="network",
        classes=classes,
        samples=read.samples,
        dtype=read.dtype,
    )


def _harmless(text: str) -> str:
    """Escape what would end a docstring, or is not printable."""
    escaped = text.replace("\\", r"\\").replace('"""', r"\"\"\"")
    return "".join(
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode("ascii")
        for sign in escaped
    )


def _constants(labels: Sequence[str], shape: tuple[int | None, ...]) -> str:
    sides = Nested("(", call("", *map(str, shape)).items, ",)" if len(shape) == 1 else ")")
    names = listed(map(quoted, labels))
    return "\n".join(
        [
            f"LABELS = {write(names, 0, len('LABELS = '))}",
            f"SHAPE = {write(sides, 0, len('SHAPE = '))}  # of one sample",
            f'WEIGHTS = Path(__file__).with_name("{WEIGHTS}")\n',
        ]
    )


def _pasted(used: Used) -> list[str]:
    return [inspect.getsource(cls) for cls in PASTED if cls in used]


def _imports(body: str) -> str:
    def needed(name: str) -> bool:
        return re.search(rf"(?<![\w.]){name}\.", body) is not None

    first = ["import math"] if needed("math") else []
    third = ["from safetensors.torch import load_file", "from torch import Tensor, nn"]
    third = (["import torch"] if needed("torch") else []) + third
    third += ["from torch.nn import functional as F"] if needed("F") else []
    return "\n".join([*first, "from pathlib import Path", "", *third, ""])
