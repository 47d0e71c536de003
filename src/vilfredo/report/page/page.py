"""The report of a run: one HTML file that needs nothing else, no network, and no script to be read."""

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from vilfredo import __version__
from vilfredo.errors import InputError, RunError, VilfredoError
from vilfredo.files import write_whole
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter, Section, sections
from vilfredo.report.view import RunView
from vilfredo.search.run_folder import understanding

REPORT = "report.html"
"""Name of the file in the run folder."""
_ENDINGS = (".html", ".htm")
CHAPTERS: Mapping[Chapter, tuple[str, str]] = {
    "got": ("What did I get?", "The networks that were found, and how they compare."),
    "trust": ("Can I trust it?", "How far the numbers above hold: what was predicted, how it was timed, what failed."),
    "why": ("Why these?", "What the search has learnt about your data, and how it went about it."),
    "next": ("What next?", "From here to a model that you can use, and how to have all of this again."),
}
"""The reader's questions, in their order, and what answers them."""


def render(view: RunView, *, live: str = "") -> str:
    """Write the page.

    Parameters
    ----------
    live
        What a server calls this moment of the run: the page asks it for the present one, and is loaded again when that
        is another. Empty for a file that stays as it is.
    """
    found = sections()
    chapters = [
        {"name": name, "title": title, "lead": lead, "sections": contents}
        for name, (title, lead) in CHAPTERS.items()
        if (contents := _contents([one for one in found if name == one.CHAPTER], view))
    ]
    status, scripts = view.status, _scripts()
    return fill(
        "page",
        title=f"{status['data']['name']}: {status['strategy']}",
        status=status,
        chapters=chapters,
        live=live,
        version=__version__,
        style=Markup("\n").join(map(_inlined, _ours(".css"))),
        scripts=scripts,
        digests=[_digest(script) for script in scripts],
    )


def write_report(run: str | Path, path: str | Path | None = None) -> Path:
    """Write the report of a run, also while it is searching, and return the file's path.

    Parameters
    ----------
    path
        By default ``report.html`` in the run.

    Raises
    ------
    InputError
        When the path is not that of an HTML file: whatever is there would be replaced.
    RunError
        When it is not a readable run, or the file cannot be written.
    """
    folder = Path(run)
    target = folder / REPORT if path is None else Path(path)
    if target.suffix.lower() not in _ENDINGS:
        raise InputError(f"report: expected a file that ends in {' or '.join(_ENDINGS)}, not '{target.name}'.")
    page = render(RunView.of(folder))
    try:
        # Paths of data may hold bytes that are no text.
        write_whole(target, page.encode(errors="replace"))
    except OSError as error:
        raise RunError(
            f"report: '{target}' cannot be written ({error.strerror}). Choose another place by --out."
        ) from None
    return target


def _contents(found: list[Section], view: RunView) -> list[dict[str, Any]]:
    """The sections that have something to show."""
    shown = [(section, _html(section, view)) for section in found]
    return [{"name": _name(section), "title": section.TITLE, "html": html} for section, html in shown if html.strip()]


def _html(section: Section, view: RunView) -> Markup:
    """What a section shows; where that is damaged what it is made from, what is the matter."""
    try:
        with understanding(view.folder):
            return section.html(view)
    except VilfredoError as error:
        return Markup('<p class="bad">This cannot be shown. {}</p>').format(error)


def _name(section: Section) -> str:
    return str(vars(section)["__name__"]).rpartition(".")[2].replace("_", "-")


def _scripts() -> list[Markup]:
    """The scripts of the page: that of the front, whose files are one script in their order, and single files."""
    front = Markup("\n").join(_inlined(f"front/{name}") for name in _ours(".js", "front"))
    return [Markup('(() => {{\n"use strict";\n{}}})();').format(front), *map(_inlined, _ours(".js"))]


def _digest(script: str) -> str:
    """What a browser knows a script by that may run; whatever else got into the page may not."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _ours(ending: str, folder: str = ".") -> list[str]:
    found = files("vilfredo.report.page").joinpath(folder).iterdir()
    return sorted(entry.name for entry in found if entry.name.endswith(ending))


def _inlined(name: str) -> Markup:
    """A file of ours, to stand in the page as it is."""
    return Markup(files("vilfredo.report.page").joinpath(name).read_text(encoding="utf-8"))
