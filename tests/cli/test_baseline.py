"""``vilfredo baseline``."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.cli.command import refused, vilfredo


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    y = np.arange(120) % 2
    x = rng.normal(size=(120, 2)) + 2 * y[:, None]
    rows = [f"{a:.3f},{b:.3f},{'yes' if label else 'no'}" for (a, b), label in zip(x, y, strict=True)]
    path = tmp_path / "toy.csv"
    path.write_text("\n".join(["a,b,bought", *rows]))
    return path


def test_baselines_on_the_split_of_a_search(table: Path) -> None:
    answer = vilfredo("baseline", table, "--target", "bought", "--json")
    assert answer.code == 0
    found = answer.value
    assert (found["data"], found["task"], found["run"]) == ("toy", "table", None)
    names = {row["name"] for row in found["rows"]}
    assert names == {"gradient boosting", "majority class", "scikit-learn MLP"}
    by_name = {row["name"]: row for row in found["rows"]}
    assert by_name["scikit-learn MLP"]["validation"]["accuracy"] > by_name["majority class"]["validation"]["accuracy"]
    assert all(row["test"] is None for row in found["rows"])


def test_beside_the_front_of_a_run(table: Path, tmp_path: Path) -> None:
    settings = tmp_path / "tiny.toml"
    settings.write_text(
        '[strategy]\nname = "random"\ncells_per_size = 2\n[space]\nlayers = 1\n[training]\ndevice = "cpu"\nepochs = 2\n'
    )
    flags: list[str | Path] = [
        "--settings",
        settings,
        "--time-source",
        "flops",
        "--executor",
        "local",
        "--score",
        "macro_f1",
    ]
    run = tmp_path / "run"
    assert vilfredo("search", table, "--target", "bought", "--run", run, *flags).code == 0
    front = vilfredo("front", run).out.splitlines()
    assert front[0].split()[:3] == ["id", "macro", "f1"]
    answer = vilfredo("baseline", "--run", run, "--test", "--only", "majority class")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].split()[:2] == ["validation", "accuracy"]
    assert "test accuracy" in lines[0]
    assert any(line.startswith("majority class") for line in lines)
    assert any(line.startswith("network") and "[(" in line for line in lines)
    assert "--test" not in answer.out
    kept = json.loads((run / "baselines.json").read_text())
    assert [row["name"] for row in kept["rows"]] == ["majority class"]
    assert kept["rows"][0]["test"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say on which data"),
        (["wine", "--run", "runs/wine"], "give DATA or --run, not both"),
        (["--run", "nowhere"], "there is no folder"),
        (["--run", "nowhere", "--target", "quality"], "Leave those options out"),
        (["--run", "nowhere", "--seed", "0"], "Leave those options out"),
        (["wine", "--only", "gradient"], "Did you mean 'gradient boosting'"),
        (["wine", "--only", "residual network"], "is not for data of the kind 'table'"),
        (["wine", "--seed", "-1"], "Usage:"),
        (["wime"], "Did you mean 'wine'"),
    ],
)
def test_bad_input_is_refused(arguments: list[str], message: str) -> None:
    assert message in refused(vilfredo("baseline", *arguments))
