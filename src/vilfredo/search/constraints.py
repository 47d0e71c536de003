"""Constraints on objectives, as people write them: ``accuracy>=0.93``, ``parameters<1e6``, ``latency<2ms``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from operator import ge, gt, le, lt
from typing import Literal, final

from vilfredo.errors import InputError
from vilfredo.trials import MAXIMISED, SCORES, Measurement

Comparison = Literal[">=", ">", "<=", "<"]

_HOLDS = {">=": ge, ">": gt, "<=": le, "<": lt}
_TURNED: dict[str, Comparison] = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}
_TIMES = ("training_time", "latency")
"""Objectives in seconds."""
KNOWN = (*SCORES, *_TIMES, "parameters", "flops")
"""Objectives that runs may have; one of these that is missing was not measured, others don't exist."""
_SECONDS = {"": 0, "s": 0, "ms": -3, "us": -6, "µs": -6, "μs": -6}
_COUNTS = {"": 0, "k": 3, "K": 3, "M": 6, "G": 9}
_FRACTIONS = {"": 0, "%": -2}
"""Units, as powers of ten."""

_DIGITS = r"[0-9](?:_?[0-9])*"
_NUMBER = rf"[-+]?(?:{_DIGITS}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_UNIT = r"[^\W\d_]*|%"
_NAME = r"[A-Za-z][\w-]*"
_SIGN = r">=|<=|>|<"
_CONSTRAINT = re.compile(rf"({_NAME})\s*({_SIGN})\s*({_NUMBER})\s*({_UNIT})")
_TURNED_ROUND = re.compile(rf"({_NUMBER})\s*({_UNIT})\s*({_SIGN})\s*({_NAME})")
_EXAMPLE = "Write e.g. accuracy>=0.93, parameters<1e6 or training_time<500ms; several are separated by commas."


@final
@dataclass(frozen=True, slots=True)
class Constraint:
    """What an objective must be; ``str`` gives a text that `parse_constraint` reads back."""

    objective: str
    comparison: Comparison
    value: float
    """In the objective's unit: seconds, fractions, counts."""

    def __str__(self) -> str:
        return f"{self.objective}{self.comparison}{shown(self.objective, self.value)}"

    def holds(self, value: float) -> bool:
        """Whether `value` of the objective is as demanded; never for NaN."""
        return bool(_HOLDS[self.comparison](value, self.value))

    def satisfied_by(self, measurement: Measurement) -> bool:
        """Whether the objective was measured, and is as demanded."""
        return self.objective in measurement.objectives and self.holds(measurement.objectives[self.objective])


def parse_constraint(text: str) -> Constraint:
    """Read a constraint.

    Of ``accuracy>=0.93``, ``accuracy > 93%``, ``0.93 <= accuracy``, ``parameters<1e6``, ``flops<2M``, ``latency<2ms``,
    each is one: times may be in s, ms or us, counts in k, M or G, and scores in percent.

    Whether a run has the objective is seen when the constraint is applied.

    Raises
    ------
    InputError
        When the text is something else, or the unit or the value doesn't suit the objective.
    """
    plain = text.strip().replace("≥", ">=").replace("≤", "<=")
    if match := _CONSTRAINT.fullmatch(plain):
        name, comparison, number, unit = match.groups()
    elif match := _TURNED_ROUND.fullmatch(plain):
        number, unit, comparison, name = match.groups()
        comparison = _TURNED[comparison]
    else:
        raise InputError(f"constraint: '{text}' is not a comparison of an objective with a number. {_EXAMPLE}")
    objective = objective_name(name)
    value = _value(text, objective, number, unit)
    if objective in MAXIMISED and not 0 <= value <= 1:
        raise InputError(f"constraint: '{text}' is out of range: {objective} lies between 0 and 1. {_EXAMPLE}")
    return Constraint(objective, comparison, value)  # type: ignore[arg-type]  # the pattern has no other signs


def parse_constraints(texts: Iterable[str]) -> tuple[Constraint, ...]:
    """Read all constraints of `texts`, each of which may hold several separated by commas.

    Raises
    ------
    InputError
        As `parse_constraint` does; an empty text is none.
    """
    return tuple(parse_constraint(part) for text in texts for part in text.split(","))


def objective_name(text: str) -> str:
    """The name by which an objective is stored: ``training_time`` for ``Training-Time``, ``nll`` for ``log_loss``."""
    name = text.strip().lower().replace("-", "_")
    return "nll" if name == "log_loss" else name


def shown(objective: str, value: float) -> str:
    """A value without loss, in the objective's unit, and as short as may be: ``0.93``, ``1e6``, ``0.002s``."""
    short = re.sub(r"e\+?(-?)0*", r"e\1", f"{value:g}")
    texts = [text for text in (short, f"{value:.0f}", repr(value)) if float(text) == value]
    return min(texts, key=len, default=repr(value)) + "s" * (objective in _TIMES)


def _value(text: str, objective: str, number: str, unit: str) -> float:
    known = _SECONDS if objective in _TIMES else _FRACTIONS if objective in MAXIMISED else _COUNTS
    if objective == "nll":
        known = {"": 0}
    if unit not in known:
        units = ", ".join(name for name in known if name.isascii() and name not in ("", "K"))
        raise InputError(
            f"constraint: '{text}' has the unit '{unit}', which is none of {objective}. "
            f"Write the number alone{f', or with one of {units}' if units else ''}."
        )
    try:
        value = float(Decimal(number).scaleb(known[unit]))  # of 3us, floats would make 2.9999999999999997e-06
    except ArithmeticError:
        value = float("inf")
    if not isfinite(value):
        raise InputError(f"constraint: '{text}' has a number that is too large. {_EXAMPLE}")
    return value
