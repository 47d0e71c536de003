"""``vilfredo search landscape:…``."""

import tomllib
from pathlib import Path

import pytest
from tests.cli.command import refused, vilfredo
from tests.search.toy_landscape import landscape


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return landscape(tmp_path_factory.mktemp("landscapes") / "toy.npz").source


def test_a_search_in_a_landscape_and_on_with_it(toy: str, tmp_path: Path) -> None:
    run = str(tmp_path / "run")
    first = vilfredo("search", toy, "--strategy", "random", "--run", run, "--budget", "4s", "--json")
    assert (first.code, first.value["ending"], first.value["trained"]) == (0, "budget", 2)
    assert first.value["data"]["source"] == toy
    second = vilfredo("search", "--resume", "--run", run, "--json")
    assert (second.value["ending"], second.value["trained"]) == ("finished", 3 + 27 + 32)
    assert vilfredo("front", run, "--json").value["front"] == second.value["front"]
    assert vilfredo("status", run, "--json").value["trained"] == 62


def test_people_are_told_that_it_is_a_replay(toy: str, tmp_path: Path) -> None:
    answer = vilfredo("search", toy, "--strategy", "random", "--run", tmp_path / "run", "--blocks", "1")
    assert answer.code == 0
    assert "landscape toy: 440 cells, trained on toy" in answer.err
    assert "a budget is one of recorded seconds" in answer.err
    assert "finished: 3 networks trained" in answer.out


def test_the_settings_are_those_of_the_recording(toy: str) -> None:
    settings = tomllib.loads(vilfredo("search", toy, "--print-settings").out)
    assert settings["space"]["operators"] == ["identity", "3x3 conv"]
    assert settings["training"]["epochs"] == 2
    assert settings["strategy"]["name"] == "popnas-v3"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("landscape:nowhere",), "landscape: 'nowhere' is unknown"),
        (("TOY", "--blocks", "5"), "goes beyond what 'toy' holds"),
        (("TOY", "--operators", "identity,5x5 conv"), "goes beyond what 'toy' holds"),
        (("TOY", "--epochs", "7"), "training.epochs: 2 → 7"),
        (("TOY", "--samples", "50"), "Leave --samples out"),
        (("TOY", "--executor", "local"), "a landscape has no data to train on"),
        (("TOY", "--workers", "2"), "replayed by one, got 2"),
        (("digits", "--executor", "recorded"), "replays landscapes, and these data are to be trained on"),
    ],
)
def test_what_cannot_be_replayed_is_refused_and_leaves_nothing(
    toy: str, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    spelled = [toy if word == "TOY" else word for word in words]
    assert message in refused(vilfredo("search", *spelled, "--run", str(tmp_path / "run")))
    assert not (tmp_path / "run").exists()


def test_other_settings_do_not_go_on_with_a_run(toy: str, tmp_path: Path) -> None:
    run = str(tmp_path / "run")
    vilfredo("search", toy, "--strategy", "random", "--run", run, "--budget", "4s", "--json")
    assert "seed: 0 → 5" in refused(vilfredo("search", "--resume", "--run", run, "--seed", "5"))


def test_nothing_can_be_deployed_or_compared_from_measurements_alone(toy: str, tmp_path: Path) -> None:
    run = str(tmp_path / "run")
    vilfredo("search", toy, "--strategy", "random", "--run", run, "--blocks", "1", "--json")
    assert "has measurements but no samples" in refused(vilfredo("baseline", "--run", run))


def test_where_a_run_goes_by_default(toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    vilfredo("search", toy, "--strategy", "random", "--blocks", "1", "--json")
    assert (tmp_path / "runs" / "landscape-toy" / "run.db").is_file()
