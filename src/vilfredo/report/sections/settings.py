"""The settings, the versions, and the command that gives the same run again."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import tomli_w
from markupsafe import Markup

from vilfredo.report.facts.clock import is_replay
from vilfredo.report.page.templates import fill
from vilfredo.report.sections import Chapter
from vilfredo.report.view import RunView
from vilfredo.report.words import machine

CHAPTER: Chapter = "next"
ORDER = 20
TITLE = "The same again"

_MACHINE = ("device", "device_kind", "cores", "platform")


def html(view: RunView) -> Markup:
    """Return the command, what else must agree for the same result, and all settings."""
    description, environment = view.description, view.description["environment"]
    versions = {"vilfredo": description["vilfredo"], **{k: v for k, v in environment.items() if k not in _MACHINE}}
    speedup = versions.pop("bfloat16_speedup", None)
    return fill(
        "settings",
        command=shlex.join(description["command"]),
        cli=description["command"][:1] == ["vilfredo"],
        fingerprint=description["data"]["fingerprint"],
        settings=tomli_w.dumps(description["settings"]),
        planned=list(_lines(description.get("planned", {}))),
        versions=versions,
        speedup="" if speedup is None else f"{speedup:.2f}",
        platform=environment.get("platform", ""),
        machine=machine(environment),
        replayed=is_replay(view),
        exact=description["settings"]["time_source"] == "flops",
        seed=description["settings"]["seed"],
    )


def _lines(planned: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """What was adapted to data, device and budget, a line each."""
    for key, value in planned.items():
        if isinstance(value, Mapping):
            yield from _lines(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key} = {value}"
