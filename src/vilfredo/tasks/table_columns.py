"""What the columns of a table are: numbers, categories, or nothing to learn from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Column
from vilfredo.tasks.labels import shorten
from vilfredo.tasks.table_values import all_dates, are_numbers, as_numbers, kind_of_values, parsed, texts_of

MOST_CATEGORIES = 50
"""Of one column; the rarer ones share one number."""
_NAMES_FROM = 50
"""Different values from which a column may be one of names."""


_STRAY_SHARE = 0.1
"""Words among numbers, up to which they are taken for mistakes."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns that are learnt from."""

    kept: tuple[Column, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Finding:
    """What was found of one column."""

    column: Column | None = None
    why: str = ""
    """It is left out; empty where it isn't."""
    as_text: bool = False
    """Its numbers are written as text."""
    identifies: bool = False
    """It is a whole number, and another one in each row."""
    different: int = 0
    """Categories in the training part."""


def understand(frame: Any, categorical: Sequence[str]) -> Columns:
    """Decide on each column of the training part, a pandas data frame.

    Parameters
    ----------
    categorical
        Columns whose numbers are names of categories.

    Raises
    ------
    InputError
        When no column is left, or one holds infinite numbers.
    """
    found = {str(name): _column(frame[name], str(name), str(name) in categorical) for name in frame.columns}
    kept = tuple(finding.column for finding in found.values() if finding.column is not None)
    dropped = [f"'{name}' ({finding.why})" for name, finding in found.items() if finding.why]
    if not kept:
        raise InputError(
            f"no column is left to learn from: {shorten(dropped, most=10) or 'there is none but the target'}. Expected "
            "at least one of numbers or categories that differ between the rows."
        )
    return Columns(kept, tuple(_notes(found, dropped)))


def _column(values: Any, name: str, categorical: bool) -> _Finding:
    kind, as_text = kind_of_values(values), False
    texts = texts_of(values) if categorical or kind != "number" else None
    if texts is not None and not texts.notna().any():
        return _Finding(why="all missing")
    if not categorical and (kind == "date" or (kind == "text" and all_dates(texts))):
        return _Finding(why="dates: turn them into numbers, such as year or weekday, to learn from them")
    if texts is not None and not categorical and kind == "text":
        numbers = parsed(texts)
        if numbers is None:
            _refuse_stray_text(texts, name)
        values, texts, as_text = (values, texts, False) if numbers is None else (numbers, None, True)
    known = values if texts is None else texts
    different, missing = known.nunique(), bool(known.isna().any())
    if different == 0:
        return _Finding(why="all missing")
    if different == 1 and not missing:
        return _Finding(why="the same in all rows")
    if texts is not None:
        return _categories(texts, name, different)
    as_numbers(values, name)  # refuses infinite ones
    identifies = not as_text and values.dtype.kind in "iu" and different == len(values) > _NAMES_FROM
    return _Finding(Column(name), as_text=as_text, identifies=identifies)


def _refuse_stray_text(texts: Any, name: str) -> None:
    """Refuse a column of numbers with a few words in it: as categories, the numbers would be lost unnoticed."""
    known = texts.dropna()
    stray = known[~are_numbers(known)]
    if len(stray) <= _STRAY_SHARE * len(known):
        raise InputError(
            f"column '{name}': {len(known) - len(stray)} of {len(known)} training values are numbers, but "
            f"'{stray.iloc[0]}' (row {stray.index[0]}) is not. Mend it or leave it empty; or add --categorical for the "
            "column, to read all its values as categories."
        )


def _categories(texts: Any, name: str, different: int) -> _Finding:
    if different > _NAMES_FROM and 2 * different > len(texts):
        return _Finding(why=f"{different:,} different values in {len(texts):,} rows: names or free text")
    common = texts.value_counts().index[:MOST_CATEGORIES]  # the commonest first
    return _Finding(Column(name, tuple(sorted(common))), different=different)


def _notes(found: dict[str, _Finding], dropped: Sequence[str]) -> list[str]:
    def named(wanted: Callable[[_Finding], bool]) -> list[str]:
        return [f"'{name}'" for name, finding in found.items() if wanted(finding)]

    notes = [f"columns left out: {shorten(list(dropped), most=10)}"] if dropped else []
    if as_text := named(lambda finding: finding.as_text):
        notes.append(f"text that is all numbers, read as numbers: {shorten(as_text)}")
    if identifying := named(lambda finding: finding.identifies):
        notes.append(
            f"different in each row: {shorten(identifying)}; used, but if it only numbers the rows, leave it out by "
            f'--ignore "{identifying[0][1:-1]}"'
        )
    many = {name: finding.different for name, finding in found.items() if finding.different > MOST_CATEGORIES}
    notes += [
        f"column '{name}': the {MOST_CATEGORIES} commonest of its {different:,} categories are kept, the others are one"
        for name, different in many.items()
    ]
    return notes
