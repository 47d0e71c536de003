"""The part of the model card on the files beside it, and how to use each."""

from collections.abc import Mapping, Sequence

from vilfredo.bundle.markdown import code

_MEANINGS: Mapping[str, str] = {
    "README.md": "this card",
    "model.safetensors": "the weights",
    "network.py": "the network in plain PyTorch, which loads the weights without Vilfredo",
    "model.onnx": "the model for ONNX runtimes, preprocessing inside, labels in the metadata",
    "model.pt2": "the model as an exported program of PyTorch",
    "evaluation.png": "the report on the test part as a picture",
    "metrics.json": "the report on the test part, the model selection, learning curves, latencies",
    "model.json": "architecture, preprocessing, labels, what samples look like, how it came about",
}

_VILFREDO = """On the command line, with new samples in any format that Vilfredo reads:

```
vilfredo predict FOLDER DATA
vilfredo evaluate FOLDER DATA
```"""

_ONNX = """With onnxruntime, without Vilfredo:

```python
import onnxruntime

session = onnxruntime.InferenceSession("model.onnx")
(probabilities,) = session.run(["probabilities"], {"samples": samples})  # (n, classes)
print(session.get_modelmeta().custom_metadata_map)  # the labels
```"""

_TORCH = """With PyTorch and safetensors, without Vilfredo, in this folder:

```python
from network import LABELS, load

model = load()
probabilities = model(samples)  # (n, classes)
best = [LABELS[number] for number in probabilities.argmax(dim=1)]
```"""


def describe_files(files: Sequence[str]) -> str:
    """List the files with what each is; empty without any."""
    if not files:
        return ""
    lines = (f"- {code(name)}" + (f": {_MEANINGS[name]}" if name in _MEANINGS else "") for name in files)
    return "## Files\n\n" + "\n".join(lines)


def describe_use(files: Sequence[str]) -> str:
    """Show how to get answers, by the files that are there."""
    ways = [_VILFREDO]
    if "model.onnx" in files:
        ways.append(_ONNX)
    if {"network.py", "model.safetensors"} <= set(files):
        ways.append(_TORCH)
    return "## How to use it\n\n" + "\n\n".join(ways) + "\n\nThe samples go in as they are: preprocessing is inside."
