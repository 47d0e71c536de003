"""Files of tables as pandas data frames."""

import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vilfredo.errors import InputError
from vilfredo.tasks.table_header import Layout, names_of, read_layout


def read_frame(path: Path, target: str | None, notes: list[str], least: int = 2) -> Any:
    """Read a .csv or .parquet file as a pandas data frame with text for column names.

    Parameters
    ----------
    target
        Column of the classes, of which one may be called None.
    notes
        To which is added what was decided.
    least
        Columns that a .csv file must have: one less where the target may be missing.

    Raises
    ------
    InputError
        When it is no table with a header and rows.
    """
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty. Expected a table with a header.")
    frame = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path, target, notes, least)
    if len(frame) == 0:
        raise InputError(f"{path.name} has a header and no rows.")
    return frame


def _parquet(path: Path) -> Any:
    if find_spec("pyarrow") is None:
        raise InputError('reading .parquet needs pyarrow: pip install "vilfredo[parquet]", or save the table as .csv.')
    import pandas as pd  # noqa: PLC0415 - half a second that other data need not wait for

    try:
        frame = pd.read_parquet(path, engine="pyarrow")
    except (MemoryError, PermissionError):
        raise
    except Exception as error:  # damaged files raise many kinds
        raise InputError(f"{path.name} is not a parquet file, or is damaged ({_first_line(error)}).") from None
    frame = frame.reset_index(drop=all(name is None for name in frame.index.names))
    frame.columns = names_of([str(name) for name in frame.columns], path)
    return frame


def _csv(path: Path, target: str | None, notes: list[str], least: int) -> Any:
    layout = read_layout(path, least)
    if layout.encoding == "latin-1":
        notes.append(f"{path.name} is not UTF-8: read as latin-1; if letters are wrong, save it as UTF-8")
    if layout.decimal == ",":
        notes.append(f"{path.name}: numbers read with decimal commas")
    frame = _parsed(path, layout)
    if target in layout.names and frame[target].isna().any():
        _restore_none(frame, path, target, layout)
    return frame


def _parsed(path: Path, layout: Layout, **further: Any) -> Any:
    """Let pandas read a file of which the layout is known."""
    import pandas as pd  # noqa: PLC0415 - half a second that other data need not wait for

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                path,
                sep=layout.separator,
                decimal=layout.decimal,
                encoding=layout.encoding,
                names=list(layout.names),
                header=0,
                index_col=False,
                skipinitialspace=True,
                low_memory=False,
                **further,
            )
    except pd.errors.ParserWarning:
        raise InputError(
            f"{path.name} has rows of more fields than the {len(layout.names)} of its header. Expected a name for each "
            "column, and quotes around values that hold the separator."
        ) from None
    except (MemoryError, OSError):
        raise
    except Exception as error:  # the parser raises many kinds
        raise InputError(
            f"{path.name} cannot be read as a table ({_first_line(error)}). Expected as many fields in each row as in "
            "the header."
        ) from None


def _restore_none(frame: Any, path: Path, target: str, layout: Layout) -> None:
    """Take the text None for a class among others, where pandas takes it for a missing one."""
    if frame[target].dtype.kind in "iuf":
        return
    as_written = _parsed(path, layout, usecols=[target], keep_default_na=False, dtype=str)[target].str.strip()
    frame[target] = frame[target].mask(as_written == "None", "None")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
