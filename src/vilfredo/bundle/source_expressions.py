"""Python expressions as values, and as text that people want to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

WIDTH = 120
"""Of a line."""


@final
@dataclass(frozen=True, slots=True)
class Nested:
    """A call, a list or a dictionary: what may be broken over lines."""

    opening: str
    """E.g. ``nn.Linear(``."""
    items: tuple["Item", ...]
    closing: str


@final
@dataclass(frozen=True, slots=True)
class Item:
    """One argument or element, after its name or key."""

    prefix: str
    value: "Expression"


Expression = Nested | str
"""A string is finished text."""


def call(name: str, *positional: Expression, **named: Expression | None) -> Nested:
    """Call `name`; arguments that are None are left out."""
    items = [Item("", value) for value in positional]
    items += [Item(f"{key}=", value) for key, value in named.items() if value is not None]
    return Nested(f"{name}(", tuple(items), ")")


def listed(values: Iterable[Expression]) -> Nested:
    """Make a list."""
    return Nested("[", tuple(Item("", value) for value in values), "]")


def keyed(values: Iterable[tuple[str, Expression]]) -> Nested:
    """Make a dictionary of strings."""
    return Nested("{", tuple(Item(f"{quoted(key)}: ", value) for key, value in values), "}")


def plain(value: float | bool | tuple[int, ...] | list[int] | list[float] | None) -> str:
    """Write a number, or several: shortest text that reads back as exactly that."""
    if isinstance(value, tuple):
        return f"({', '.join(map(plain, value))}{',' * (len(value) == 1)})"
    if isinstance(value, list):
        return f"[{', '.join(map(plain, value))}]"
    return repr(value)


def quoted(text: str) -> str:
    """Write a string as a literal that holds exactly that text and nothing else, in double quotes where it can.

    What isn't printable is escaped: line ends of all kinds, marks that turn the direction of writing.
    """
    literal = str.__repr__(str(text))  # a string of another class might write itself otherwise
    body = literal[1:-1]
    return f'"{body}"' if literal[0] == "'" and '"' not in body and "\\'" not in body else literal


def write(expression: Expression, indent: int = 0, column: int | None = None, after: int = 0) -> str:
    """Write an expression: in one line where that fits, else with one item to a line.

    Parameters
    ----------
    indent
        Spaces before the line that it begins in.
    column
        Where it begins; None for `indent`.
    after
        Characters that follow in its last line.
    """
    flat = _flat(expression)
    if isinstance(expression, str) or (indent if column is None else column) + len(flat) + after <= WIDTH:
        return flat
    inner = indent + 4
    lines = [
        f"{' ' * inner}{item.prefix}{write(item.value, inner, inner + len(item.prefix), 1)},\n"
        for item in expression.items
    ]
    return f"{expression.opening}\n{''.join(lines)}{' ' * indent}{expression.closing}"


def _flat(expression: Expression) -> str:
    if isinstance(expression, str):
        return expression
    inside = ", ".join(item.prefix + _flat(item.value) for item in expression.items)
    return f"{expression.opening}{inside}{expression.closing}"
