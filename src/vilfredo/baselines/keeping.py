"""What baselines scored on the split of a run, kept in its folder for whoever shows the run later."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from vilfredo.baselines.row import Row
from vilfredo.errors import RunError
from vilfredo.files import write_whole

BASELINES = "baselines.json"
"""Name of the file in the run folder."""
FORMAT = 1


def keep(run: Path, rows: Sequence[Row]) -> None:
    """Keep the baselines among `rows` in the folder of a run; earlier ones of other names stay.

    Raises
    ------
    OSError
        When the file cannot be written; what was kept before is still there then.
    """
    by_name: dict[str, Row] = {}
    with suppress(RunError):  # one that cannot be read any more is written anew
        by_name = {row.name: row for row in kept(run)}
    by_name |= {row.name: row for row in rows if row.kind == "baseline"}
    content = {"format": FORMAT, "rows": [asdict(row) for row in by_name.values()]}
    write_whole(run / BASELINES, json.dumps(content, ensure_ascii=False, indent=1).encode())


def kept(run: Path) -> tuple[Row, ...]:
    """The baselines that are kept in the folder of a run; none where none were trained.

    Raises
    ------
    RunError
        When the file is damaged or of another version.
    """
    path = run / BASELINES
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}, this version of Vilfredo reads {FORMAT}")
        return tuple(_checked(Row(**row)) for row in content["rows"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"baselines: '{path}' cannot be read ({error}). Delete it, or write it anew by "
            f"`vilfredo baseline --run {run}`."
        ) from None


def _checked(row: Row) -> Row:
    """Make sure that what a file says can be worked with as a row."""
    numbers = [*row.validation.values(), *(row.test or {}).values()]
    numbers += [value for value in (row.seconds, row.parameters) if value is not None]
    if not isinstance(row.name, str) or not all(isinstance(value, int | float) for value in numbers):
        raise ValueError(f"the row of {row.name!r} is not as expected")
    return row
