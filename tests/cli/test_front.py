"""``vilfredo front``."""

from pathlib import Path

import pytest
from tests.cli.command import refused, vilfredo
from tests.search import toy_search
from tests.search.toy_search import executor, result, settings

from vilfredo.search.run_folder import create_run
from vilfredo.trials import Measurement, Proposal

FASTEST = 6


def _measure(proposal: Proposal) -> Measurement:
    """The later proposed, the better and the slower, with a bend; parameters go up and down; some have a latency."""
    place = proposal.id
    found = result(proposal, "failed" if place == 1 else "complete")
    if found.outcome != "complete":
        return found
    objectives = {
        "accuracy": 1 - 0.5**place,
        "training_time": 1.0 + place if place < FASTEST else 20.0 + place,
        "parameters": 1000.0 * (1 + (place * 5) % 7),
        **({"latency": 0.001 * place} if place in (3, 4) else {}),
    }
    return found.model_copy(update={"objectives": {**found.objectives, **objectives}})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("front") / "run"
    toy_search.run(folder, settings(), execute=executor(_measure))
    return folder


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    create_run(tmp_path / "run", {**toy_search.DESCRIPTION, "settings": settings().to_table()})
    return tmp_path / "run"


def _ids(*arguments: str | Path) -> list[int]:
    return [row["id"] for row in vilfredo("front", *arguments, "--json").value["front"]]


def test_the_front(run: Path) -> None:
    found = vilfredo("front", run, "--json").value
    rows = found["front"]
    assert (found["run"], found["score"]) == (str(run), "accuracy")
    assert (found["chosen"], found["networks"], found["constraints"]) == (None, None, [])
    assert [row["accuracy"] for row in rows] == sorted((row["accuracy"] for row in rows), reverse=True)
    out = vilfredo("front", run).out.splitlines()
    assert out[0].split()[:3] == ["id", "accuracy", "NLL"]
    assert [line.split()[0] for line in out[1:]] == [str(row["id"]) for row in rows]
    assert all(row["architecture"] in line for row, line in zip(rows, out[1:], strict=True))


def test_limits_let_the_dominated_in(run: Path) -> None:
    objectives = ("--objectives", "accuracy,parameters")
    rows = vilfredo("front", run, *objectives, "--all", "--json").value["networks"]
    large = _ids(run, *objectives)
    small = _ids(run, *objectives, "--where", "training_time<5s")
    assert set(small) - set(large)
    assert max((row["accuracy"], row["id"]) for row in rows if row["training_time"] < 5)[1] == small[0]


def test_where_and_under_are_one_and_add_up(run: Path) -> None:
    both = _ids(run, "--where", "accuracy>=0.6", "--under", "training_time<6")
    assert both == _ids(run, "--under", "accuracy>=60%,training_time<6") == [4, 3, 2]
    out = vilfredo("front", run, "--where", "accuracy>=0.6", "--under", "training_time<6").out.splitlines()
    trained = vilfredo("status", run, "--json").value["trained"]
    assert out[-1] == (
        f"3 on the front of the 3 that satisfy accuracy>=0.6 and training_time<6s, of {trained} trained."
    )


def test_the_best_in_one_objective(run: Path) -> None:
    arguments = ("front", run, "--where", "accuracy>=0.6", "--best", "training-time")
    found = vilfredo(*arguments, "--json").value
    assert found["chosen"] == found["front"][-1]
    assert found["chosen"]["id"] == 2
    head, *lines = vilfredo(*arguments).out.splitlines()
    assert head.startswith("network 2: best training time; ")
    told = dict(line.strip().split("  ", 1) for line in lines)
    assert {name: text.strip() for name, text in told.items() if name in ("accuracy", "training time", "weights")} == {
        "accuracy": "0.7500",
        "training time": "3 s per epoch",
        "weights": found["chosen"]["weights"],
    }
    assert told["architecture"].strip() == found["chosen"]["architecture"]


def test_the_best_may_be_off_the_front_and_have_no_weights(run: Path) -> None:
    row = min(
        vilfredo("front", run, "--all", "--json").value["networks"],
        key=lambda row: (row["parameters"], -row["accuracy"]),
    )
    assert vilfredo("front", run, "--best", "parameters", "--json").value["chosen"] == row


def test_the_knee(run: Path) -> None:
    arguments = ("front", run, "--where", "training_time<7", "--knee")
    assert vilfredo(*arguments, "--json").value["chosen"]["id"] == 2
    assert "network 2: knee of accuracy and training time; " in vilfredo(*arguments).out
    assert vilfredo(*arguments, "--objectives", "training_time", "--json").value["chosen"]["id"] == 0


def test_all_are_listed_with_the_front_marked(run: Path) -> None:
    found = vilfredo("front", run, "--objectives", "accuracy,parameters", "--all", "--json").value
    front = {row["id"] for row in found["front"]}
    assert len(found["networks"]) == found["trained"] > len(front)
    lines = vilfredo("front", run, "--objectives", "accuracy,parameters", "--all").out.splitlines()
    listed = [line.removeprefix("*").split()[0] for line in lines[1:] if "[" in line]
    assert listed == [str(row["id"]) for row in found["networks"]]
    assert {int(line.split()[1]) for line in lines if line.startswith("*")} == front


def test_columns_are_those_asked_for_and_the_latency_where_there_is_one(run: Path) -> None:
    head, *rows = vilfredo("front", run).out.splitlines()
    assert head.split() == ["id", "accuracy", "NLL", "s/epoch", "latency", "params", "FLOPs", "architecture"]
    assert any("4 ms" in row for row in rows)
    assert any("–" in row for row in rows)
    assert "latency" not in vilfredo("front", run, "--where", "accuracy<0.8").out
    assert "macro f1" in vilfredo("front", run, "--objectives", "macro_f1,flops").out.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--where", "accuracy>=0.9", "--where", "training_time<1s"),
            "no network satisfies training_time<1s; the ",
        ),
        (("--where", "accuracy>=0.9,training_time<4s"), "training_time<4s leaves none of the "),
        (("--where", "latency<2ms"), "no network satisfies latency<0.002s; the smallest is 0.003s (network 3)"),
        (("--where", "acuracy>0.5"), "'acuracy' is not an objective. Did you mean 'accuracy'?"),
        (("--where", "fast"), "constraint: 'fast' is not a comparison"),
        (("--under", ""), "constraint: '' is not a comparison"),
        (("--best", "speed"), "'speed' is not an objective"),
        (("--best", ""), "'' is not an objective"),
        (("--objectives", "accuracy,speed"), "'speed' is not an objective"),
        (("--objectives", " , "), "objectives: the list is empty"),
        (("--best", "accuracy", "--knee"), "Give one of the three"),
        (("--all", "--knee"), "Give one of the three"),
        (("--best", "latency", "--where", "accuracy<0.8"), "choice: none of "),
        (("--knee", "--objectives", "latency,accuracy", "--where", "accuracy<0.8"), "choice: none of "),
    ],
)
def test_what_cannot_be_chosen_is_refused(run: Path, arguments: tuple[str, ...], words: str) -> None:
    for more in ((), ("--json",)):
        assert words in refused(vilfredo("front", run, *arguments, *more))


def test_a_front_in_objectives_that_no_network_has_together(run: Path) -> None:
    answer = vilfredo("front", run, "--objectives", "latency,accuracy", "--where", "accuracy<0.8")
    assert (answer.code, answer.out) == (0, "None of 2 networks has all of latency, accuracy.\n")


def test_nothing_trained_yet(begun: Path) -> None:
    assert vilfredo("front", begun, "--json").value["front"] == []
    assert vilfredo("front", begun).out == vilfredo("front", begun, "--all").out == "No network has been trained yet.\n"
    for arguments in (("--knee",), ("--best", "accuracy"), ("--where", "accuracy>0.1"), ("--objectives", "flops")):
        assert "has no trained network yet to choose from" in refused(vilfredo("front", begun, *arguments))


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    assert "there is no folder" in refused(vilfredo("front", tmp_path / "nowhere", "--knee"))
    assert "is not a run" in refused(vilfredo("front", tmp_path, "--where", "accuracy>0.1"))
