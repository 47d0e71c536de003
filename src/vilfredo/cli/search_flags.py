"""The flags that stand for single settings of a search, the same for every command that begins searches."""

from typing import Any

from vilfredo.cli.parsing import parse_list

Text = str | None


def search_flags(
    strategy: Text,
    seed: int | None,
    time_source: Text,
    operators: Text,
    blocks: int | None,
    layers: int | None,
    score: Text,
    epochs: int | None,
    threads: int | None,
) -> dict[str, Any]:
    """Spell the flags that were given as settings."""
    space = {"operators": None if operators is None else parse_list(operators), "blocks": blocks, "layers": layers}
    training = {"epochs": epochs, "threads": threads, "score": score}
    tables: dict[str, dict[str, Any]] = {
        "strategy": {"name": strategy},
        "space": space,
        "training": training,
    }
    given: dict[str, Any] = {"seed": seed, "time_source": time_source}
    if epochs is not None:
        given["fit_budget"] = False  # whoever says how many epochs means it
    given |= {name: {key: value for key, value in table.items() if value is not None} for name, table in tables.items()}
    return {key: value for key, value in given.items() if value is not None and value != {}}
