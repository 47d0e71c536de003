from pathlib import Path
from typing import Any

import pytest
from tests.comparison.small import SETTINGS, data, planned, request

from vilfredo.comparison.folder import Folder
from vilfredo.comparison.plan import Plan, chosen_strategies, layers_of
from vilfredo.errors import InputError, RunError
from vilfredo.search.settings import resolve


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return data(tmp_path / "toy.npz")


def test_random_is_always_compared_with() -> None:
    assert chosen_strategies(["pnas", "popnas-v3", "pnas"]) == (("pnas", "popnas-v3", "random"), True)
    assert chosen_strategies(["random", "pnas"]) == (("random", "pnas"), False)


@pytest.mark.parametrize("names", [[], ["random"]])
def test_random_alone_is_no_comparison(names: list[str]) -> None:
    with pytest.raises(InputError, match="at least one besides 'random'"):
        chosen_strategies(names)


def test_an_unknown_strategy_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'popnas-3' is unknown\. Did you mean 'popnas-v3'"):
        chosen_strategies(["popnas-3"])


def test_a_strategy_takes_of_the_common_settings_what_it_has() -> None:
    own = {"strategies": {"pnas": {"strategy": {"beam_size": 7}}}}
    found = resolve(*layers_of("pnas", [SETTINGS, own]))
    assert found.strategy.name == "pnas"
    assert found.strategy.model_dump()["beam_size"] == 7
    assert resolve(*layers_of("popnas-v3", [SETTINGS, own])).strategy.model_dump()["beam_size"] == 2


@pytest.mark.parametrize("own", [{"strategies": {"nas": {}}}, {"strategies": 3}, {"strategies": {"pnas": 3}}])
def test_wrong_tables_of_one_strategy_are_refused(own: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        layers_of("pnas", [own])


def test_one_trainer_and_split_for_all(tmp_path: Path, source: Path) -> None:
    plan = planned(tmp_path / "out", [source])
    (subject,) = plan.subjects
    first, second = (subject.settings(name, 3) for name in plan.strategies)
    assert first.training == second.training
    assert (first.seed, second.seed) == (3, 3)
    assert (first.space, first.network) == (second.space, second.network)
    assert not first.fit_budget
    # 1 + 3 + 2 + 1 networks of at most two sizes: as many for random
    assert second.strategy.model_dump() == {"cells_per_size": 4}


def test_a_plan_reads_back(tmp_path: Path, source: Path) -> None:
    plan = planned(tmp_path / "out", [source])
    assert Folder(tmp_path / "out").plan() == plan
    assert Plan.parse(plan.to_json().encode()) == plan


def test_another_trainer_for_one_strategy_is_refused(tmp_path: Path, source: Path) -> None:
    layers = [SETTINGS, {"strategies": {"random": {"training": {"epochs": 2}}}}]
    with pytest.raises(InputError, match=r"strategies\.random\.training differs"):
        planned(tmp_path / "out", [source], request(layers=layers))
    assert not (tmp_path / "out").exists()


def test_another_space_for_one_strategy_is_allowed(tmp_path: Path, source: Path) -> None:
    layers = [SETTINGS, {"strategies": {"popnas-v3": {"space": {"blocks": 1}}}}]
    (subject,) = planned(tmp_path / "out", [source], request(layers=layers)).subjects
    assert [subject.settings(name, 0).space.largest for name in subject.asked] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"budget": 61.0}, "budget: 60.0 → 61.0"),
        ({"layers": [{**SETTINGS, "training": {**SETTINGS["training"], "epochs": 2}}]}, "training.epochs: 1 → 2"),
        ({"executor": "processes", "workers": 1}, "executor: 'local' → 'processes'"),
    ],
)
def test_a_comparison_goes_on_only_as_it_was_begun(
    changes: dict[str, Any], line: str, tmp_path: Path, source: Path
) -> None:
    planned(tmp_path / "out", [source])
    with pytest.raises(RunError) as refused:
        planned(tmp_path / "out", [source], request(**changes))
    assert str(refused.value).count(line) == 1


def test_other_data_under_the_same_name_are_refused(tmp_path: Path, source: Path) -> None:
    planned(tmp_path / "out", [source])
    data(source, shift=1)
    with pytest.raises(RunError, match="other contents"):
        planned(tmp_path / "out", [source])


def test_strategies_and_data_may_join_later(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "out"
    before = planned(out, [source])
    more = planned(out, [source, data(tmp_path / "more.npz")], request(strategies=("pnas", "random")))
    assert more.strategies == ("pnas", "random")
    assert more.subjects[0].trainer == before.subjects[0].trainer
    kept = Folder(out).plan()
    assert kept is not None
    assert [subject.name for subject in kept.subjects] == ["toy", "more"]
    assert set(kept.subject("toy").asked) == {"popnas-v3", "pnas", "random"}


def test_data_of_one_name_are_told_apart(tmp_path: Path, source: Path) -> None:
    (tmp_path / "other").mkdir()
    plan = planned(tmp_path / "out", [source, data(tmp_path / "other" / "toy.npz", shift=1)])
    assert [subject.name for subject in plan.subjects] == ["toy", "toy_2"]


def test_a_folder_of_something_else_is_refused(tmp_path: Path, source: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("dear")
    with pytest.raises(RunError, match="is no comparison"):
        planned(tmp_path / "out", [source])
    (tmp_path / "out" / "plan.json").write_text("{")
    with pytest.raises(RunError, match="damaged"):
        planned(tmp_path / "out", [source])
