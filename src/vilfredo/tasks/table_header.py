"""How a file of separated values is written: separator, decimal sign, encoding and header, found by looking."""

import csv
import io
import math
import re
from dataclasses import dataclass
from pathlib import Path

from vilfredo.errors import InputError
from vilfredo.tasks.archives import is_number
from vilfredo.tasks.labels import shorten

_SEPARATORS = ",;\t|"
_LOOKED_AT = 1 << 20
"""Characters."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Layout:
    """What must be known to parse it."""

    separator: str
    decimal: str
    """``.`` or ``,``."""
    encoding: str
    """``utf-8``, ``utf-8-sig`` or ``latin-1``."""
    names: tuple[str, ...]
    """Of the columns: at least one, none empty, none twice."""


def read_layout(path: Path, least: int = 2) -> Layout:
    """Look at the beginning of a file that has a number of columns at `least`.

    Raises
    ------
    InputError
        When it is no text, has too few columns, or no proper header.
    """
    text, encoding = _beginning(path)
    separator = _separator(text)
    try:
        rows = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
        header = next((row for row in rows if row not in ([], [""])), [])  # which pandas skips as well
    except csv.Error as error:
        raise InputError(f"{path.name}: its header cannot be read ({error}). Expected names of columns.") from None
    if len(header) < least:
        raise InputError(
            f"{path.name} has a single column ({''.join(header)[:40]!r}). Expected columns separated by commas, "
            "semicolons, tabs or bars, under a header."
        )
    names = names_of(header, path)
    _check_header(names, path)
    comma = separator != "," and _decimal_commas(text, separator)
    return Layout(separator, "," if comma else ".", encoding, tuple(names))


def _beginning(path: Path) -> tuple[str, str]:
    """Beginning of a text file, and how all of it is encoded."""
    whole = path.read_bytes()
    if b"\0" in whole[:_LOOKED_AT]:
        raise InputError(f"{path.name} is not a text file, or one in UTF-16. Expected a table of values in UTF-8.")
    try:
        return whole.decode("utf-8-sig")[:_LOOKED_AT], "utf-8-sig" if whole.startswith(_BOM) else "utf-8"
    except UnicodeDecodeError:
        return whole[:_LOOKED_AT].decode("latin-1"), "latin-1"


def _separator(text: str) -> str:
    """The separator that is there most often in the header, outside quotes."""
    header = next((line for line in re.sub(r'"[^"]*"', "", text).splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=header.count)


def _decimal_commas(text: str, separator: str) -> bool:
    """Whether some fields look like 1,5 and none like 1.5."""
    fields = re.split(rf"[{re.escape(separator)}\n]", text.replace('"', "").replace("\r", ""))
    signs = {match[1] for field in fields if (match := re.fullmatch(r"\s*[-+]?\d*([.,])\d+\s*", field))}
    return signs == {","}


def names_of(header: list[str], path: Path) -> list[str]:
    """Names of columns without stray spaces.

    Raises
    ------
    InputError
        When one is empty or there twice.
    """
    names = [name.strip() for name in header]
    if "" in names:
        raise InputError(
            f"{path.name}: column {names.index('') + 1} has no name. Expected a header that names all; a nameless "
            "first column is often the row's number, which can be removed."
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(f"{path.name} has several columns called {shorten(repeated)}. Give each a name of its own.")
    return names


def _check_header(names: list[str], path: Path) -> None:
    """Refuse a first line that is a row already: fractions, or numbers only that don't count the columns."""
    numeric = [name for name in names if is_number(name) and math.isfinite(float(name))]
    fraction = next((name for name in numeric if not float(name).is_integer()), None)
    counted = names == [str(index) for index in range(len(names))]
    if fraction is not None or (len(numeric) == len(names) and not counted):
        raise InputError(
            f"{path.name} has no header: its first line holds {fraction or names[0]}. Expected the names of the "
            "columns in the first line; write one above."
        )
