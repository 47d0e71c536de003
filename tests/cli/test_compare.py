"""``vilfredo compare``, as people use it, on data so small that a candidate takes milliseconds."""

import json
import re
from pathlib import Path

import pytest
import tomli_w
from tests.cli.command import Answer, refused, vilfredo
from tests.comparison.small import SETTINGS, data
from tests.search import toy_landscape

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return data(tmp_path / "toy.npz")


def _compare(source: Path | str, *more: str | Path, folder: Path, strategies: str = "popnas-v3") -> Answer:
    settings = folder / "settings.toml"
    settings.write_text(tomli_w.dumps(SETTINGS))
    common = ("--settings", settings, "--executor", "local", "--out", folder / "out", "--strategies", strategies)
    return vilfredo("compare", source, *common, *more)


def test_a_comparison_from_one_command(source: Path, tmp_path: Path) -> None:
    asked = ("--seeds", "2", "--budget", "60s", "--finalist-seeds", "1")
    answer = _compare(source, *asked, folder=tmp_path)
    assert answer.code == 0, answer.err
    assert "random is compared with too" in answer.err
    assert "run 4 of 4: random on toy, seed 1" in answer.err
    assert "2 seeds cannot show a difference at 5% among 2 strategies" in answer.err
    assert re.search(r"popnas-v3 +[\d.]+ +0\.0 ", answer.out)
    assert (
        "no difference beyond seed noise: too few seeds to show any; mean differences popnas-v3 − random " in answer.out
    )
    assert {"comparison.json", "comparison.png", "plan.json", "runs"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    again = _compare(source, *asked, "--json", folder=tmp_path)
    assert again.code == 0
    assert "run " not in again.err
    assert again.value == json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert vilfredo("status", tmp_path / "out" / "runs" / "toy-random-1").code == 0


def test_the_json_is_as_documented(source: Path, tmp_path: Path) -> None:
    answer = _compare(source, "--seeds", "1", "--finalist-seeds", "1", "--json", folder=tmp_path)
    assert "one seed only: no statistics possible" in answer.err
    found = answer.value
    text = (_ROOT / "docs" / "compare.md").read_text().split("## comparison.json")[1]
    documented = set(re.findall(r"`(\w+)`", text))
    (toy,) = found["data"]
    run, metric = toy["runs"][0], toy["metrics"]["validation"]
    fields = [found, toy, toy["trainer"], toy["front"], toy["box"], run, run["curves"], run["device_seconds"]]
    for fields_of in (*fields, run["test"], metric, metric["pairs"][0]):
        assert set(fields_of) <= documented
    assert set(found) == set(
        re.findall(
            r"`(\w+)`",
            (_ROOT / "docs" / "cli.md")
            .read_text()
            .split("## `vilfredo compare")[1]
            .split("JSON: ")[1]
            .split("The same")[0],
        )
    )


def test_in_a_landscape(tmp_path: Path) -> None:
    toy_landscape.landscape(tmp_path / "toy.npz")
    settings = tmp_path / "settings.toml"
    settings.write_text(tomli_w.dumps({"strategy": SETTINGS["strategy"]}))
    source = f"landscape:{tmp_path / 'toy.npz'}"
    asked = ("--settings", settings, "--out", tmp_path / "out", "--budget", "20s", "--strategies", "pnas")
    answer = vilfredo("compare", source, *asked, "--seeds", "2")
    assert answer.code == 0, answer.err
    assert "4 runs (2 strategies, 2 seeds) of 20 s, replayed; folder " in answer.err
    assert "a recorded landscape: nothing is trained" in answer.out
    assert "test accuracy" not in answer.out
    text = refused(vilfredo("compare", source, *asked, "--samples", "5"))
    assert "samples: landscapes are as they were recorded" in text


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--strategies", "popnas-v4"), r"'popnas-v4' is unknown\. Did you mean 'popnas-v3'"),
        (("--strategies", "random"), "at least one besides 'random'"),
        (("--seeds", "0"), "--seeds"),
        (("--budget", "soon"), "'soon' is not a time span"),
        (("--budget", "0.001s"), r"too few for popnas-v3 to finish its bootstrap.*--budget \d+s"),
        (("--preset", "quik"), "Did you mean 'quick'"),
        (("--executor", "recorded"), "replays landscapes"),
        (("--operators", "3y3 conv"), "is not an operator"),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(
    more: tuple[str, ...], message: str, source: Path, tmp_path: Path
) -> None:
    text = refused(_compare(source, *more, folder=tmp_path))
    assert re.search(message, text, re.DOTALL)
    assert not (tmp_path / "out").exists()


def test_missing_data_are_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(_compare(tmp_path / "none.npz", folder=tmp_path))
    assert "landscape: 'nowhere' is unknown" in refused(_compare("landscape:nowhere", folder=tmp_path))


def test_another_budget_in_the_same_folder_is_refused(source: Path, tmp_path: Path) -> None:
    assert _compare(source, "--seeds", "1", "--finalist-seeds", "0", "--budget", "60s", folder=tmp_path).code == 0
    text = refused(_compare(source, "--seeds", "1", "--budget", "70s", folder=tmp_path))
    assert "budget: 60.0 → 70.0" in text
