"""What holds for every format found in the folder."""

import inspect
import json
import logging
import re
import subprocess
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tests.bundle.shipped import LABELS, Shipped, everything, image, series, table
from tests.bundle.test_source_modules import CASES
from torch import Tensor, nn

from vilfredo.bundle import exports as package
from vilfredo.bundle.export_check import TOLERANCE, ExportError
from vilfredo.bundle.exports import export, exports, find_export
from vilfredo.bundle.source import network_source, plain_module
from vilfredo.errors import InputError
from vilfredo.networks.grammar import operator_modules

EXAMPLES = {name for module in operator_modules() for name in module.EXAMPLES.values()}
every_format = pytest.mark.parametrize("name", exports())
SHIPPED = everything()


def model_of(shipped: Shipped) -> nn.Module:
    shape = shipped.samples.shape[1:]
    text = network_source(shipped.network, shipped.preprocessing, LABELS, "", shape=shape)
    return plain_module(text, shipped.network)


def cell_of(names: list[str]) -> str:
    """Every operator once, on the nearest lookback and the one before in turns."""
    names = names + ["identity"] * (len(names) % 2)
    blocks = [f"(-1, '{names[at]}', -2, '{names[at + 1]}')" for at in range(0, len(names), 2)]
    return f"[{';'.join(blocks)}]"


def groups(kind: str, names: list[str]) -> list[list[str]]:
    """Ten operators at a time: an export takes a second or two, whatever is in it."""
    names = [name for name, of in CASES if of == kind and name in names]
    return [names[start : start + 10] for start in range(0, len(names), 10)]


ALL = [name for name, _ in CASES]
# Each module's example, and what pads one side more than the other; `test_source_modules` has them all.
TELLING = [name for name in ALL if name in EXAMPLES or re.match(r"(4x3|2):?", name)]
SINGLE: dict[str, Any] = {"motifs": 1, "normal_cells": 1}
"""One cell."""


class Affine(nn.Module):
    """A tiny module from samples to something."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 3)

    def forward(self, x: Tensor) -> Tensor:
        answers: Tensor = self.layer(x).softmax(dim=1)
        return answers


@every_format
@pytest.mark.parametrize("operators", groups("image", TELLING), ids=lambda names: names[0])
def test_operators_on_images(name: str, operators: list[str], tmp_path: Path) -> None:
    # A cell that is given an odd size, halves it and changes the channels.
    check(name, image(cell_of(operators), size=(7, 9), count=5, motifs=2, normal_cells=0), tmp_path)


@every_format
@pytest.mark.parametrize("operators", groups("series", TELLING), ids=lambda names: names[0])
def test_operators_on_series(name: str, operators: list[str], tmp_path: Path) -> None:
    check(name, series(cell_of(operators), length=11, count=5, motifs=2, normal_cells=0), tmp_path)


@pytest.mark.slow
@every_format
@pytest.mark.parametrize("operators", groups("image", ALL), ids=lambda names: names[0])
def test_every_operator_on_images(name: str, operators: list[str], tmp_path: Path) -> None:
    # A normal cell that changes the channels, a reduction, a cell that changes nothing.
    check(name, image(cell_of(operators), size=(7, 9), count=5), tmp_path)


@pytest.mark.slow
@every_format
@pytest.mark.parametrize("operators", groups("series", ALL), ids=lambda names: names[0])
def test_every_operator_on_series(name: str, operators: list[str], tmp_path: Path) -> None:
    check(name, series(cell_of(operators), length=11, count=5), tmp_path)


def test_no_operator_is_left_out() -> None:
    assert set(TELLING) >= EXAMPLES


@every_format
@pytest.mark.parametrize("kind", sorted(SHIPPED.keys() - {"image", "series"}))
def test_all_kinds_of_models(name: str, kind: str, tmp_path: Path) -> None:
    check(name, SHIPPED[kind], tmp_path)


def check(name: str, shipped: Shipped, folder: Path) -> None:
    """The file answers what Vilfredo does, for one sample and for more."""
    exporter, path = find_export(name), folder / find_export(name).FILE
    done = export(name, model_of(shipped), shipped.samples, path)
    assert done.largest_difference <= TOLERANCE
    assert (done.file, done.bytes) == (path.name, path.stat().st_size)
    for count in (1, 2, len(shipped.samples)):
        answers = exporter.run(path, shipped.samples[:count])
        assert answers.dtype == np.float32
        assert np.abs(answers - shipped.probabilities[:count]).max() <= TOLERANCE
    assert [file.name for file in folder.iterdir()] == [path.name]


@every_format
def test_a_hundred_steps_of_recurrence_cost_no_more_nodes_than_nine(name: str, tmp_path: Path) -> None:
    both = [series(length=length, **SINGLE) for length in (9, 100)]
    sizes = [export(name, model_of(shipped), shipped.samples, tmp_path / "file").bytes for shipped in both]
    assert sizes[1] < 1.1 * sizes[0]


@every_format
def test_nothing_is_said_and_nothing_of_this_place_is_written(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shipped = image(count=5, **SINGLE)
    path = tmp_path / find_export(name).FILE
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        export(name, model_of(shipped), shipped.samples, path)
    assert capfd.readouterr() == ("", "")
    assert logging.root.manager.disable == logging.NOTSET
    contents = path.read_bytes()
    for place in (Path(torch.__file__).parent, Path(inspect.getfile(package)).parent, tmp_path):
        assert str(place).encode() not in contents
    assert shipped.samples[0].tobytes() not in contents


@every_format
def test_the_module_is_left_as_it_is(name: str, tmp_path: Path) -> None:
    shipped = series(**SINGLE)
    model = model_of(shipped)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    required = [parameter.requires_grad for parameter in model.parameters()]
    export(name, model, shipped.samples, tmp_path / "file")
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert [parameter.requires_grad for parameter in model.parameters()] == required


@every_format
def test_few_samples_are_enough(name: str, tmp_path: Path) -> None:
    shipped, path = table(), tmp_path / find_export(name).FILE
    export(name, model_of(shipped), shipped.samples[:1], path)
    assert np.abs(find_export(name).run(path, shipped.samples) - shipped.probabilities).max() <= TOLERANCE


@every_format
def test_samples_of_another_shape_are_refused_by_the_file(name: str, tmp_path: Path) -> None:
    shipped, path = image(count=5, **SINGLE), tmp_path / find_export(name).FILE
    export(name, model_of(shipped), shipped.samples, path)
    with pytest.raises(Exception, match=r"(?s)samples|shape|dimension"):
        find_export(name).run(path, shipped.samples[:, :, :5])


@every_format
def test_no_sample_no_file(name: str, tmp_path: Path) -> None:
    shipped = table()
    with pytest.raises(InputError, match="at least one"):
        export(name, model_of(shipped), shipped.samples[:0], tmp_path / "file")
    assert not list(tmp_path.iterdir())


class Drifting(Affine):
    """Answers otherwise when it is traced: what an exporter does not understand may look like that."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x + 0.01 * torch.compiler.is_compiling() + 0.01 * torch.compiler.is_exporting())


class Undefined(Affine):
    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        return y * float("nan") if torch.compiler.is_compiling() else y


class Bound(Affine):
    """Reads batches of one size only, once it is exported."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.view(2, 2) if torch.compiler.is_compiling() else x)


class Impossible(Affine):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) if float(x.sum()) > -1e9 else x


@every_format
@pytest.mark.parametrize(
    ("module", "word"),
    [(Drifting(), r"up to 0\.\d+ off"), (Undefined(), "not a number"), (Bound(), ""), (Impossible(), "gave up")],
    ids=lambda value: type(value).__name__,
)
def test_what_differs_is_refused_and_what_was_there_stays(
    name: str, module: nn.Module, word: str, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("what was there")
    with pytest.raises(ExportError, match=f"export to {name}: .*{word}"):
        export(name, module, np.random.default_rng(0).normal(size=(9, 2)).astype(np.float32), path)
    assert path.read_text() == "what was there"
    assert list(tmp_path.iterdir()) == [path]


def test_names() -> None:
    assert list(exports()) == ["onnx", "torch"]
    assert {exporter.FILE for exporter in exports().values()} == {"model.onnx", "model.pt2"}
    with pytest.raises(InputError, match=r"'onx' is unknown. Did you mean 'onnx'\? Known: onnx, torch"):
        find_export("onx")


def test_facts_in_the_metadata_of_onnx(tmp_path: Path) -> None:
    import onnx

    facts: Mapping[str, str] = {"labels": json.dumps(["Zürich", '"quoted"'], ensure_ascii=False), "kind": "table"}
    shipped = table()
    export("onnx", model_of(shipped), shipped.samples, tmp_path / "model.onnx", facts)
    model = onnx.load(tmp_path / "model.onnx")
    onnx.checker.check_model(model)
    assert {entry.key: entry.value for entry in model.metadata_props} == facts
    (read,) = model.graph.input
    (written,) = model.graph.output
    assert (read.name, written.name) == ("samples", "probabilities")
    assert read.type.tensor_type.elem_type == onnx.TensorProto.DOUBLE
    assert read.type.tensor_type.shape.dim[0].dim_param


def test_samples_as_they_come_are_what_onnx_reads(tmp_path: Path) -> None:
    import onnx

    kinds = {image("[]"): onnx.TensorProto.UINT8, series("[]"): onnx.TensorProto.FLOAT}
    for shipped, expected in kinds.items():
        export("onnx", model_of(shipped), shipped.samples, tmp_path / "model.onnx")
        model = onnx.load(tmp_path / "model.onnx")
        assert model.graph.input[0].type.tensor_type.elem_type == expected


def test_facts_in_the_program_of_torch(tmp_path: Path) -> None:
    shipped = table()
    export("torch", model_of(shipped), shipped.samples, tmp_path / "model.pt2", {"labels": '["ü"]'})
    found: dict[str, Any] = {"facts.json": ""}
    torch.export.load(tmp_path / "model.pt2", extra_files=found)
    assert json.loads(found["facts.json"]) == {"labels": '["ü"]'}


def test_a_fresh_process_runs_the_program_with_torch_only(tmp_path: Path) -> None:
    shipped = series(count=3, **SINGLE)
    export("torch", model_of(shipped), shipped.samples, tmp_path / "model.pt2")
    script = (
        "import sys, torch; model = torch.export.load(sys.argv[1]).module(); "
        "print(model(torch.tensor(eval(sys.argv[2].replace('nan', 'float(\"nan\")')))).tolist()); "
        "assert not any(name.startswith('vilfredo') for name in sys.modules)"
    )
    command = [sys.executable, "-I", "-W", "ignore", "-c", script, str(tmp_path / "model.pt2")]
    done = subprocess.run([*command, str(shipped.samples.tolist())], check=True, capture_output=True, text=True)
    answers: NDArray[Any] = np.array(json.loads(done.stdout))
    assert np.abs(answers - shipped.probabilities).max() <= TOLERANCE
