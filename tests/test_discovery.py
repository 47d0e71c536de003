import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from vilfredo import discovery
from vilfredo.discovery import find_class, modules, named_classes
from vilfredo.errors import InputError
from vilfredo.strategies.protocol import Strategy


@pytest.fixture
def plug_ins(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """Entry points to be found, whatever the group."""
    added: list[EntryPoint] = []
    monkeypatch.setattr(discovery, "entry_points", lambda group: [entry for entry in added if entry.group == group])
    monkeypatch.setattr(discovery, "modules", modules.__wrapped__)
    return added


def _entry(value: str, group: str = "vilfredo.strategies") -> EntryPoint:
    return EntryPoint(name="theirs", value=value, group=group)


def test_modules_of_a_folder_are_found_in_order() -> None:
    names = [module.__name__.rpartition(".")[2] for module in modules("vilfredo.networks.operators")]
    assert names == sorted(names)
    assert {"conv", "identity", "maxpool"} <= set(names)


def test_a_strategy_of_another_package_is_found(plug_ins: list[EntryPoint], monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("their_strategies")
    theirs = type("Theirs", (Strategy,), {"name": "theirs", "__module__": "their_strategies", "__annotations__": {}})
    vars(module)["Theirs"] = theirs
    monkeypatch.setitem(sys.modules, "their_strategies", module)
    plug_ins.append(_entry("their_strategies"))
    assert named_classes("vilfredo.strategies", Strategy)["theirs"] is theirs
    assert find_class("vilfredo.strategies", Strategy, "theirs") is theirs


@pytest.mark.parametrize(("value", "message"), [("no_such_module", "cannot be imported"), ("math:pi", "not a module")])
def test_a_broken_plug_in_is_named(plug_ins: list[EntryPoint], value: str, message: str) -> None:
    plug_ins.append(_entry(value))
    with pytest.raises(InputError, match=f"theirs.*{message}"):
        named_classes("vilfredo.strategies", Strategy)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'popnas-v4' is unknown\. Did you mean 'popnas-v3'"):
        find_class("vilfredo.strategies", Strategy, "popnas-v4")
