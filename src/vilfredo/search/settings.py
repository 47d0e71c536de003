"""All settings of a search, their presets, and how files and flags combine."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import tomli_w
from pydantic import BeforeValidator, Field, PlainSerializer, SkipValidation, model_validator

from vilfredo.errors import InputError
from vilfredo.networks.grammar import check_operators
from vilfredo.settings import Settings
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.discovery import find_space
from vilfredo.spaces.macro import MacroArchitecture
from vilfredo.spaces.space import Space
from vilfredo.strategies.protocol import Problem, Strategy, find_strategy
from vilfredo.training.measure import TimeSource
from vilfredo.training.settings import TrainingSettings


def _choose(choice: object) -> object:
    """Read a strategy from its name, or from a table of its name and settings."""
    table = {"name": choice} if isinstance(choice, str) else choice
    if isinstance(choice, Strategy):
        return choice
    if not isinstance(table, Mapping):
        raise InputError(f"settings: strategy: expected a name, or a table with its name and settings, not {choice!r}.")
    if "name" not in table:
        raise InputError('settings: strategy.name is missing. Expected e.g. name = "popnas-v3".')
    found = find_strategy(str(table["name"]))
    return found.read({key: value for key, value in table.items() if key != "name"}, where="strategy")


def _describe(strategy: Strategy[Any]) -> dict[str, Any]:
    return {"name": strategy.name, **strategy.model_dump(exclude_none=True)}


StrategyChoice = Annotated[Strategy[Any], SkipValidation, BeforeValidator(_choose), PlainSerializer(_describe)]
"""A strategy's name, or a table with its ``name`` and settings."""


def read_space(choice: object) -> Space:
    """Read a space from a table of its ``kind`` (by default ``cells``) and settings.

    Raises
    ------
    InputError
        Naming what is wrong.
    """
    if isinstance(choice, Space):
        return choice
    if not isinstance(choice, Mapping):
        raise InputError(f"settings: space: expected a table with its kind and settings, not {choice!r}.")
    found = find_space(str(choice.get("kind", CellSpace.kind)))
    return found.read({key: value for key, value in choice.items() if key != "kind"}, where="space")


def _describe_space(space: Space) -> dict[str, Any]:
    return {"kind": space.kind, **space.model_dump(exclude_none=True)}


SpaceChoice = Annotated[Space, SkipValidation, BeforeValidator(read_space), PlainSerializer(_describe_space)]
"""A table with the ``kind`` of a space and its settings."""


class SearchSettings(Settings):
    """What determines a search, apart from the data and the time it is given."""

    seed: int = Field(default=0, ge=0)
    time_source: TimeSource = "measured"
    """``measured``: the time objective is a measured one. ``flops``: derived from FLOPs, exactly repeatable."""
    save_weights: bool = True
    """Keep the weights of the networks on the measured front."""
    fit_budget: bool = False
    """Shorten the trainings, before the search begins, so that all its steps fit in the budget."""
    strategy: StrategyChoice
    space: SpaceChoice
    network: MacroArchitecture | None = None
    """How cells are stacked; not set for other spaces."""
    training: TrainingSettings = TrainingSettings()

    @model_validator(mode="before")
    @classmethod
    def _default_network(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and "network" not in values and "space" in values:
            cells = read_space(values["space"]).kind == CellSpace.kind
            return {**values, "network": MacroArchitecture()} if cells else values
        return values

    @model_validator(mode="after")
    def _fitting(self) -> "SearchSettings":
        if isinstance(self.space, CellSpace):
            check_operators(self.space.operators)
        elif self.network is not None:
            raise InputError(
                f"settings: network: only cells are stacked, and this space is one of kind '{self.space.kind}'. "
                "Leave the table [network] out."
            )
        return self

    @property
    def problem(self) -> Problem:
        """What the strategy gets to see."""
        return Problem(space=self.space, macro=self.network, score=self.training.score)

    def to_table(self) -> dict[str, Any]:
        """Plain values, as TOML and JSON know them; unset limits are left out."""
        return self.model_dump(mode="json", exclude_none=True)

    def to_toml(self) -> str:
        """A settings file that reads back to the same settings."""
        return tomli_w.dumps(self.to_table())


def read_file(path: Path) -> dict[str, Any]:
    """Read a TOML file of settings.

    Raises
    ------
    InputError
        When it cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"settings: '{path}' cannot be read ({error}). Expected a TOML file.") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"settings: '{path}' is not TOML: {error}.") from None


def resolve(*layers: Mapping[str, Any]) -> SearchSettings:
    """Combine layers of settings, later ones on top, and validate the result.

    A layer that changes the strategy keeps of the former strategy's settings those that the new one has too.

    Raises
    ------
    InputError
        Naming what is wrong.
    """
    tables: dict[str, Any] = {}
    for layer in layers:
        tables = merged(tables, layer)
    return SearchSettings.read(tables)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay settings over others; see `resolve`."""
    tables = _merge(below, _spelled_out(above), path="")
    if _kind(tables) != _kind(below) and "network" not in above:
        tables.pop("network", None)  # what stacked cells is nothing to other architectures
    return tables


def _kind(tables: Mapping[str, Any]) -> object:
    space = tables.get("space")
    return space.get("kind", CellSpace.kind) if isinstance(space, Mapping) else CellSpace.kind


def _spelled_out(layer: Mapping[str, Any]) -> dict[str, Any]:
    table = dict(layer)
    if isinstance(table.get("strategy"), str):
        table["strategy"] = {"name": table["strategy"]}
    return table


_TAGS = ("name", "kind")


def _renames(above: Mapping[str, Any], below: Mapping[str, Any], key: str) -> bool:
    """Whether a table names another predictor, or another kind of space, than the one it is laid over."""
    return any(_said(above, below, tag, key) not in (None, _tag(below, tag, key)) for tag in _TAGS)


def _said(above: Mapping[str, Any], below: Mapping[str, Any], tag: str, key: str) -> object:
    """What a table calls itself; nothing, where all that it holds are settings of the space that it is laid over."""
    if (key, tag) == ("space", "kind") and tag not in above:
        kind = _tag(below, tag, key)
        if kind is not None and above.keys() <= find_space(str(kind)).model_fields.keys():
            return None
    return _tag(above, tag, key)


def _tag(table: Mapping[str, Any], tag: str, key: str) -> object:
    """What a table calls itself; a space that doesn't say is one of cells, if it is a whole one."""
    default = CellSpace.kind if (key, tag) == ("space", "kind") and "operators" in table else None
    return table.get(tag, default)


def _merge(below: Mapping[str, Any], above: Mapping[str, Any], path: str) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            kept = _shared(merged[key], value) if path == "" and key == "strategy" else merged[key]
            # Another predictor by name, or space by kind, has settings of its own.
            renamed = key != "strategy" and _renames(value, kept, key)
            merged[key] = dict(value) if renamed else _merge(kept, value, key)
        else:
            merged[key] = value
    return merged


def _shared(below: Mapping[str, Any], above: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of one strategy's settings stays when `above` may name another strategy."""
    name = above.get("name", below.get("name"))
    if name == below.get("name"):
        return below
    fields = find_strategy(str(name)).model_fields
    return {key: value for key, value in below.items() if key in fields}
