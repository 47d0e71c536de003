import io
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.cli.command import refused, tiny_search, vilfredo

from vilfredo.bundle.export_check import ExportError
from vilfredo.bundle.exports import Exported
from vilfredo.cli import deploy as command
from vilfredo.cli.deploy_progress import deploy_progress, network_name
from vilfredo.deploy import writing
from vilfredo.deploy.events import EpochEnds, Event, FinalBegins, NetworkEnds, Planned, Remark, RoundBegins, Working
from vilfredo.deploy.plan import Plan, Round
from vilfredo.training import loop
from vilfredo.trials import Epoch, Measurement, Proposal

_CELL = "[(-1, '3x3 conv', -1, 'identity')]"
_PROPOSAL = Proposal(id=1, architecture=_CELL, step=0, network={"motifs": 3, "filters": 16})
_SETTINGS = """
[selection]
top = 9

[selection.training]
epochs = 7
drop_path = 0.1

[final.training]
epochs = 8
"""
_QUICK = ("--executor", "local", "--selection-epochs", "2", "--epochs", "3", "--top", "2", "--no-tune")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deploy") / "run"
    assert tiny_search(folder).code == 0
    return folder


def deployed(run: Path, out: Path, *more: str | Path) -> Any:
    return vilfredo("deploy", run, "--out", out, *_QUICK, *more)


def test_from_a_run_to_a_model(run: Path, tmp_path: Path) -> None:
    answer = deployed(run, tmp_path / "model", "--formats", "onnx")
    assert answer.code == 0, answer.err
    assert "test accuracy 0." in answer.out
    assert "latency by batch size" in answer.out
    assert "model.onnx: checked, differs by at most" in answer.out
    assert f"vilfredo predict {tmp_path / 'model'} DATA" in answer.out
    assert "model selection: 2 networks, 2 epochs each" in answer.err
    assert "final training: 3 epochs on all 150 training samples" in answer.err
    assert answer.err.index("model selection: 2 for 2 epochs") < answer.err.index("1/2  accuracy")
    again = deployed(run, tmp_path / "model", "--formats", "onnx")
    assert again.code == 0
    assert "1/2" not in again.err


def test_json_is_one_object(run: Path, tmp_path: Path) -> None:
    answer = deployed(run, tmp_path / "json", "--formats", "none", "--json")
    assert answer.code == 0
    found = answer.value
    assert found["model"] == str(tmp_path / "json")
    assert found["epochs"] == 3
    assert found["exports"] == []
    assert found["test"]["samples"] == 359
    assert found["objectives"]["test_accuracy"] == found["test"]["accuracy"]
    assert json.loads((tmp_path / "json" / "model.json").read_text())["architecture"] == found["architecture"]


def test_settings_and_flags(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def deployment(run: Path, out: Path | None, **options: Any) -> Any:
        seen.update(options, out=out)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "run_deployment", deployment)
    file = tmp_path / "mine.toml"
    file.write_text(_SETTINGS)
    words = ("--settings", file, "--top", "3", "--parameters", "100k:2e5", "--halving", "--selection-epochs", "5")
    more = ("--budget", "10m", "--where", "accuracy>0", "--under", "flops<1G", "--network", "4", "--tune", "--restart")
    assert vilfredo("deploy", run, *words, *more, "--formats", "onnx, torch", "--preset", "paper-image").code == 130
    assert seen["settings"] == {
        "selection": {
            "top": 3,
            "parameters": [1e5, 2e5],
            "halving": True,
            "training": {"epochs": 5, "drop_path": 0.1},
        },
        "final": {"training": {"epochs": 8}},
    }
    assert (seen["seconds"], seen["network"], seen["tune"], seen["restart"]) == (600, 4, True, True)
    assert list(seen["constraints"]) == ["accuracy>0", "flops<1G"]
    assert list(seen["formats"]) == ["onnx", "torch"]
    assert seen["preset"] == "paper-image"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--parameters", "1e6"), "is not a range. Write LOW:HIGH"),
        (("--parameters", "2e6:1e6"), "first number below the second"),
        (("--parameters", "1e8:2e8", "--tune"), "no network of the grid is between 1e+08 and 2e+08"),
        (("--under", "parameters<1"), "no network satisfies parameters<1"),
        (("--where", "accuracy>0", "--under", "latency<1us"), "no network satisfies latency<1e-6s"),
        (("--where", "acuracy>0.5"), "acuracy"),
        (("--network", "4711"), "network: 4711 was not trained"),
        (("--network", "0", "--under", "parameters<1"), "network: 0 does not satisfy parameters<1: its parameters is"),
        (("--parameters", "1k:2x"), "is not a range"),
        (("--formats", "onyx"), "format: 'onyx' is unknown. Did you mean 'onnx'?"),
        (("--preset", "paper"), "preset: 'paper' is unknown"),
        (("--preset", "paper-series"), "for data of the kind 'series'"),
        (("--budget", "soon"), "'soon' is not a time span"),
        (("--workers", "3"), "exactly one"),
        (("--epochs", "0"), "final.training.epochs"),
        (("--top", "0"), "selection.top"),
        (("--settings", "nowhere.toml"), "'nowhere.toml' cannot be read"),
        (("--out", "."), "exists and is not a model"),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(run.parent)
    out = tmp_path / "refused"
    options: list[str | Path] = [*_QUICK, "--out", out, *words]
    if "--tune" in words:
        options.remove("--no-tune")
    assert message in refused(vilfredo("deploy", run, *options))
    assert not out.exists()
    assert not list(run.glob("deploy/refused-*/plan.json"))


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    assert "there is no folder" in refused(vilfredo("deploy", tmp_path / "nothing"))
    assert "is not a run" in refused(vilfredo("deploy", tmp_path))


def test_interrupted_politely(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = loop._Course.pass_through
    calls: list[int] = []

    def once(course: Any, epoch: int) -> Epoch:
        calls.append(epoch)
        if len(calls) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return original(course, epoch)

    monkeypatch.setattr(loop._Course, "pass_through", once)
    answer = deployed(run, tmp_path / "stopped", "--formats", "none")
    assert answer.code == 130
    assert "the same command goes on where it was" in answer.err
    assert not (tmp_path / "stopped").exists()
    monkeypatch.undo()
    assert deployed(run, tmp_path / "stopped", "--formats", "none").code == 0


def test_an_export_that_differs_fails_the_command(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def export(name: str, *rest: Any) -> Exported:
        raise ExportError(f"export to {name}: it answers otherwise")

    monkeypatch.setattr(writing, "export", export)
    answer = deployed(run, tmp_path / "differing", "--formats", "torch")
    assert answer.code == 1
    assert "torch refused: export to torch: it answers otherwise" in answer.out
    assert not (tmp_path / "differing" / "model.pt2").exists()
    assert (tmp_path / "differing" / "model.json").exists()


def _events() -> list[Event]:
    measured = Measurement(
        proposal=1,
        architecture=_CELL,
        outcome="complete",
        objectives={"accuracy": 0.9, "training_time": 0.25, "parameters": 1500.0},
    )
    failed = Measurement(proposal=2, architecture=_CELL, outcome="failed", reason="loss became NaN in epoch 1")
    plan = Plan(
        rounds=(Round(networks=2, epochs=5),),
        candidates=(_PROPOSAL,),
        final_epochs=(9,),
        notes=("model selection: 2 for 5 epochs",),
        seconds=125.0,
        asked={},
    )
    return [
        Working("planning"),
        Planned(plan, 1),
        RoundBegins(0, 2, plan.rounds[0], 1),
        EpochEnds(_PROPOSAL, Epoch(epoch=1, learning_rate=0.1, training_loss=1.0), 5, final=False),
        NetworkEnds(measured, _PROPOSAL, measured, 0.5, "accuracy"),
        NetworkEnds(failed, _PROPOSAL, None, 1.0, "accuracy"),
        FinalBegins(_PROPOSAL, 9, 100, 1500, "accuracy 0.9000 in model selection, tuned", 4),
        *(
            EpochEnds(_PROPOSAL, Epoch(epoch=number, learning_rate=0.1, training_loss=0.5), 9, final=True)
            for number in (5, 6)
        ),
        Remark("something [odd]"),
        Working("testing"),
    ]


@pytest.mark.parametrize("terminal", [False, True])
def test_progress(terminal: bool) -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=200, soft_wrap=True, highlight=False)
    with deploy_progress(console) as observe:
        for event in _events():
            observe(event)
    shown = file.getvalue()
    for words in (
        "model selection: 2 for 5 epochs",
        "about 2 min in all",
        "going on: 1 networks are trained already",
        "model selection, round 1 of 2: 1 of 2 networks, 5 epochs each",
        "accuracy 0.9000  0.25 s/epoch  1.5k params  |  best 0.9000  |  M3 F16",
        "failed: loss became NaN in epoch 1",
        "final training: 9 epochs on all 100 training samples, going on after epoch 4, 1.5k parameters",
        "something [odd]",
        "testing …",
    ):
        assert words in shown, words


def test_names_of_networks() -> None:
    assert network_name(_PROPOSAL) == f"M3 F16  {_CELL}"
    assert network_name(_PROPOSAL.model_copy(update={"network": {}})) == _CELL
