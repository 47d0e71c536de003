"""What could not be trained, and why."""

import shlex
from collections import Counter

from markupsafe import Markup

from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView

CHAPTER: Chapter = "trust"
ORDER = 40
TITLE = "What failed"

_MOST = 50


def html(view: RunView) -> Markup:
    """Return the failures by reason, and a list of them; where none failed, a sentence."""
    failures = view.status["failures"]
    reasons = Counter((failure["outcome"], failure["reason"]) for failure in failures)
    return fill(
        "failures",
        failures=failures[:_MOST],
        left_out=max(0, len(failures) - _MOST),
        reasons=reasons.most_common(_MOST),
        deaths=view.status["worker_deaths"],
        trained=view.status["trained"],
        status=view.status,
        command=f"vilfredo status {shlex.quote(str(view.folder))}",
    )
