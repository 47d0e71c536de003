"""The file that needs no Vilfredo: what it answers, what it refuses, and that no label is ever executed."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from tests.bundle.shipped import LABELS, Shipped, everything, image, series, table
from tests.networks.random_cells import cells, input_shapes, macros, series_cells, series_shapes

from vilfredo.bundle.source import load_source, network_source, plain_module
from vilfredo.networks.network import build_network
from vilfredo.spaces.cells import Cell
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.tasks.preprocessing import Standardization

SHIPPED = everything()
HOSTILE = (
    "",
    "a\nb\r\nc\x00\x0c",
    '"""',
    "'''",
    '"; raise SystemExit #',
    "']); raise SystemExit #",
    '"])\nraise SystemExit\n"""',
    "\\",
    "\\\n",
    '\\"""\nraise SystemExit\n"""',
    "{shape} %s {0}",
    "\u202eedoc\u2028x\ud800",
    "# -*- coding: utf-7 -*-",
    "Zürich 東京 🙂",
)

FRESH = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"vilfredo", "numpy", "pydantic", "sklearn", "pandas", "scipy", "onnx"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Blocked())
sys.path.insert(0, sys.argv[1])
import torch
from safetensors.torch import load_file
import network
samples = load_file(sys.argv[2])["samples"]
model = network.load()
with torch.inference_mode():
    print(model(samples).tolist())
assert not {"vilfredo", "numpy"} & sys.modules.keys()
"""


@pytest.mark.parametrize("name", SHIPPED)
def test_from_samples_to_probabilities_it_answers_the_same(name: str) -> None:
    shipped = SHIPPED[name]
    text = source_of(shipped)
    model = plain_module(text, shipped.network)
    with torch.inference_mode():
        answers = model(torch.from_numpy(shipped.samples)).numpy()
    assert answers.shape == (20, 3)
    assert np.ptp(answers, axis=0).min() > 1e-3, "the samples tell nothing"
    assert np.abs(answers - shipped.probabilities).max() <= 1e-5
    assert all(len(line) <= 120 for line in text.splitlines())
    assert "vilfredo." not in text.replace("Vilfredo.", "")


@settings(max_examples=15, deadline=None)
@given(cells(), macros, input_shapes)
def test_networks_of_cells_of_all_forms(cell: Cell, macro: MacroArchitecture, shape: tuple[int, int, int]) -> None:
    check_network(cell, macro, shape)


@settings(max_examples=10, deadline=None)
@given(series_cells(), macros, series_shapes)
def test_networks_on_series_of_all_forms(cell: Cell, macro: MacroArchitecture, shape: tuple[int, int, int]) -> None:
    check_network(cell, macro, shape)


def check_network(cell: Cell, macro: MacroArchitecture, shape: tuple[int, int, int]) -> None:
    network = build_network(cell, macro, shape, 2).eval()
    preprocessing = Standardization((0.0,) * shape[0], (1.0,) * shape[0], 1.0)
    model = plain_module(network_source(network, preprocessing, "ab", "", shape=shape), network)
    x = torch.randn(2, *shape)
    with torch.inference_mode():
        assert torch.allclose(model(x), network(x).softmax(dim=1), atol=1e-5)


@pytest.mark.parametrize("last", [0, 1, 3])
@pytest.mark.parametrize("residual", [True, False])
def test_fewer_cells_than_the_macro_architecture_has(last: int, residual: bool) -> None:
    shipped = image(motifs=3, residual=residual, last=last)
    assert len(shipped.network.cells) == last + 1  # type: ignore[arg-type]
    model = plain_module(source_of(shipped), shipped.network)
    answers = model(torch.from_numpy(shipped.samples)).detach().numpy()
    assert np.abs(answers - shipped.probabilities).max() <= 1e-5


def test_a_fresh_process_needs_torch_and_safetensors_only(tmp_path: Path) -> None:
    for name in ("image", "series", "table"):
        shipped, folder = SHIPPED[name], tmp_path / name
        write_folder(shipped, folder)
        save_file({"samples": torch.from_numpy(shipped.samples)}, tmp_path / "samples")
        command = [sys.executable, "-I", "-W", "ignore", "-c", FRESH, str(folder)]
        done = subprocess.run([*command, str(tmp_path / "samples")], check=True, capture_output=True, text=True)
        answers = ast.literal_eval(done.stdout)
        assert np.abs(answers - shipped.probabilities).max() <= 1e-5, name


def test_run_as_a_program_it_tells_what_it_is(tmp_path: Path) -> None:
    write_folder(SHIPPED["image"], tmp_path)
    command = [sys.executable, "-I", str(tmp_path / "network.py")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    count = sum(parameter.numel() for parameter in SHIPPED["image"].network.parameters())
    assert f"(n, 3, 7, 6) of uint8, {count:,} parameters, 3 classes" in done.stdout
    assert "'cat', 'dog', 'tie'" in done.stdout


def test_whatever_labels_and_heading_say_nothing_is_executed() -> None:
    shipped = SHIPPED["table, no layers"]
    for heading in HOSTILE:
        text = network_source(shipped.network, shipped.preprocessing, HOSTILE, heading)
        module = load_source(text)
        assert tuple(module.LABELS) == HOSTILE
        ast.parse(text.encode(errors="strict"))
        benign = ast.parse(network_source(shipped.network, shipped.preprocessing, HOSTILE, "harmless"))
        statements = ast.parse(text).body
        assert [ast.dump(node) for node in statements[1:]] == [ast.dump(node) for node in benign.body[1:]]


@given(st.text(max_size=30), st.lists(st.text(max_size=10), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_no_heading_ends_the_docstring_and_no_label_its_literal(heading: str, labels: list[str]) -> None:
    shipped = SHIPPED["table, no layers"]
    body = ast.parse(network_source(shipped.network, shipped.preprocessing, labels, heading)).body
    plain = ast.parse(network_source(shipped.network, shipped.preprocessing, ["a"], "b")).body
    assert [type(node) for node in body] == [type(node) for node in plain]
    constants = [node for node in body if isinstance(node, ast.Assign)]
    assert ast.literal_eval(constants[0].value) == labels


def test_the_heading_can_be_read() -> None:
    shipped = SHIPPED["table, no layers"]
    heading = 'Found for "iris".\n\nSee C:\\new.'
    module = load_source(network_source(shipped.network, shipped.preprocessing, LABELS, heading))
    assert heading in (module.__doc__ or "")


@pytest.mark.parametrize(
    ("shipped", "wrong"),
    [
        (image(), (3, 6, 7)),
        (image(), (1, 7, 6)),
        (series(), (2, 8)),
        (series(), (9,)),
        (table(), (6,)),
        (table(), (5, 1)),
    ],
)
def test_samples_of_another_shape_are_refused(shipped: Shipped, wrong: tuple[int, ...]) -> None:
    model = plain_module(source_of(shipped), shipped.network)
    with pytest.raises(ValueError, match="expected"):
        model(torch.zeros(2, *wrong))


def test_where_the_shape_is_not_known_the_channels_are_checked() -> None:
    shipped = image("[(-1, '3x3 conv', -1, '3x3 conv')]")
    model = plain_module(source_of(shipped, known=False), shipped.network)
    assert model(torch.zeros(2, 3, 7, 6)).shape == (2, 3)
    with pytest.raises(ValueError, match=r"expected \(n, 3, any, any\)"):
        model(torch.zeros(2, 2, 7, 6))


def test_only_what_is_used_is_pasted() -> None:
    text = source_of(SHIPPED["table"])
    assert "Recurrent" not in text
    assert "Conv" not in text
    assert "class TableInput" in text
    assert "import math" not in text


def source_of(shipped: Shipped, *, known: bool = True) -> str:
    shape = shipped.samples.shape[1:] if known else None
    return network_source(shipped.network, shipped.preprocessing, LABELS, "A test.", shape=shape)


def write_folder(shipped: Shipped, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "network.py").write_text(source_of(shipped), encoding="utf-8")
    state = {key: value.contiguous() for key, value in shipped.network.state_dict().items()}
    save_file(state, folder / "model.safetensors")
