"""What is pasted stands on its own: it names only what the files that it is pasted into have."""

import ast
import builtins
import inspect

import pytest
from torch import nn

from vilfredo.bundle.plain import cells, classifier, inputs, layers, parallel, perceptron, recurrent
from vilfredo.bundle.source import PASTED

MODULES = (cells, classifier, inputs, layers, parallel, perceptron, recurrent)
CLASSES = [
    cls for module in MODULES for cls in vars(module).values() if getattr(cls, "__module__", "") == module.__name__
]
IMPORTED = {"math", "torch", "Tensor", "nn", "F"}


def test_every_class_is_pasted_somewhere() -> None:
    assert set(PASTED) == set(CLASSES)
    assert all(issubclass(cls, nn.Module) for cls in CLASSES)
    assert len({cls.__name__ for cls in CLASSES}) == len(CLASSES)


@pytest.mark.parametrize("cls", CLASSES)
def test_it_names_nothing_that_will_not_be_there(cls: type) -> None:
    tree = ast.parse(inspect.getsource(cls))
    nodes = list(ast.walk(tree))
    named = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    own = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    earlier = {other.__name__ for other in PASTED[: PASTED.index(cls)]}
    assert named <= IMPORTED | own | earlier | set(vars(builtins))
