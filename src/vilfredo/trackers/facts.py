"""What is known of a run, in a form that trackers keep."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vilfredo.trackers.tracker import Fact
from vilfredo.trials import Measurement

_ROWS = 40


def search_facts(description: Mapping[str, Any]) -> dict[str, Fact]:
    """The settings of a search as it goes by them, its data and its environment, from its ``run.toml``."""
    settings = dict(description["settings"])
    for table, values in description.get("planned", {}).items():
        if isinstance(values, Mapping):
            settings[table] = {**settings.get(table, {}), **values}
    data = {key: description["data"].get(key) for key in ("name", "source", "task", "fingerprint", "training_samples")}
    tables = {"settings": settings, "data": data, "environment": description["environment"]}
    return {"vilfredo": str(description.get("vilfredo", "")), **dict(_flat(tables))}


def front_table(front: Sequence[Measurement], score: str) -> str:
    """The front in Markdown, in the order given."""
    lines = [f"| network | {score} | s/epoch | parameters | architecture |", "|---:|---:|---:|---:|---|"]
    for m in front[:_ROWS]:
        values = m.objectives
        lines.append(
            f"| {m.proposal} | {values[score]:.4f} | {values['training_time']:.3g} | "
            f"{values.get('parameters', float('nan')):.0f} | `{m.architecture}` |"
        )
    if len(front) > _ROWS:
        lines.append(f"\nand {len(front) - _ROWS} more")
    return "\n".join(lines)


def _flat(tables: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Fact]]:
    """Nested tables as dotted names; lists as text; what is None is left out."""
    for key, value in tables.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        elif isinstance(value, (str, int, float, bool)):
            yield name, value
        elif value is not None:
            yield name, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
