"""Runs of many kinds, small ones: what pages and figures must cope with."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tests.cli.command import vilfredo
from tests.report.synthetic import make_run
from tests.search import toy_search

from vilfredo.search.run_folder import create_run
from vilfredo.search.settings import SearchSettings, resolve
from vilfredo.trials import Epoch, Measurement, Proposal

Make = Callable[[Path], object]

_CHEAP = {
    "name": "popnas-v3",
    "beam_size": 3,
    "exploration_beam_size": 1,
    "accuracy_predictor": "ridge",
    "time_predictor": "ridge",
}
_PREDICTORS = {
    "popnas-v3": ("accuracy_predictor", "time_predictor"),
    "popnas-v1": ("controller", "regressor"),
    "pnas": ("accuracy_predictor",),
    "random": (),
}
_MLP = {"kind": "mlp", "widths": [8, 16], "activations": ["relu", "tanh"], "layers": 3}
_FLAT = {"kind": "parallel", "operators": ["identity", "3x3 conv"], "blocks": 2}


def measured(proposal: Proposal) -> Measurement:
    """Measure as a training does, several epochs, with times and what disturbed them; from the proposal's text."""
    plain = toy_search.result(proposal)
    drawn = [byte / 255 for byte in hashlib.sha256(proposal.architecture.encode()).digest()]
    details = {
        "step": {"seconds": 0.1, "contention": 1.0 + drawn[3]},
        "drift": 0.8 + 0.4 * drawn[4],
        "memory_estimate": 2_000_000,
        "memory_peak": int(4_000_000 * drawn[5]),
    }
    curve = tuple(
        Epoch(
            epoch=epoch,
            learning_rate=0.1,
            training_loss=3.0 * drawn[6] / epoch,
            validation_accuracy=plain.objectives["accuracy"] * epoch / 3,
            validation_nll=0.1 + drawn[7] / epoch,
        )
        for epoch in (1, 2, 3)
    )
    objectives = {**plain.objectives, "nll": 0.1 + drawn[7] / 3}
    spread = {"training_time": 40.0 * drawn[8]}
    return plain.model_copy(update={"objectives": objectives, "details": details, "curve": curve, "spread": spread})


def every_third_fails(proposal: Proposal) -> Measurement:
    """Measure two of three; the others fail."""
    return toy_search.result(proposal, "failed") if proposal.id % 3 == 2 else measured(proposal)


def toy(
    folder: Path,
    measure: Callable[[Proposal], Measurement] = measured,
    questions: int | None = None,
    **tables: Any,
) -> None:
    """Search with `toy_search`; stop after so many questions whether to go on."""
    settings = resolve({"strategy": _CHEAP, "space": toy_search.SPACE, "time_source": "measured"}, tables)
    _describe(folder, settings)
    asked = iter(range(10**6))
    stop = lambda: questions is not None and next(asked) >= questions  # noqa: E731 - shorter than a function
    toy_search.run(folder, settings, execute=toy_search.executor(measure), interrupted=stop)


def _describe(folder: Path, settings: SearchSettings) -> None:
    """As the description of a real run is, with the parts that pages show."""
    data = {**toy_search.DESCRIPTION["data"], "task": "table" if settings.space.kind == "mlp" else "image", "notes": []}
    parts = {"training_samples": 30, "validation_samples": 10, "test_samples": 0, "reading": {}}
    environment = {**toy_search.DESCRIPTION["environment"], "device_kind": "cpu", "cores": 2, "python": "3.12.1"}
    facts = {"vilfredo": "0.1.0", "created": "2026-01-31T12:00:00+00:00", "command": ["vilfredo", "search", "toy"]}
    if settings.space.kind == "mlp":
        data["input_shape"] = [4]
    description = {**facts, "data": data | parts, "environment": environment | {"platform": "Linux"}}
    create_run(folder, {**description, "settings": settings.to_table()})


def _replay(folder: Path, strategy: str) -> None:
    """Search the recorded landscape of digits, with predictors that cost nothing."""
    cheap = folder.parent / f"{strategy}.toml"
    lines = (f'{name} = "ridge"' for name in _PREDICTORS[strategy])
    cheap.write_text("\n".join(["[strategy]", f'name = "{strategy}"', *lines]))
    answer = vilfredo("search", "landscape:digits", "--run", folder, "--settings", cheap)
    assert answer.code == 0, answer.err


RUNS: Mapping[str, Make] = {
    "cells": toy,
    "nothing asked": partial(toy, questions=0),
    "nothing measured": partial(toy, questions=1),
    "one network": partial(toy, questions=2),
    "three networks": partial(toy, questions=5),
    "failures only": partial(toy, measure=partial(toy_search.result, outcome="failed")),
    "some failures": partial(toy, measure=every_third_fails),
    "times derived": partial(toy, measure=toy_search.result, time_source="flops"),
    "nll": partial(toy, training={"score": "nll"}),
    "series": partial(toy, space={"operators": ["3 conv", "lstm"], "lookback": 2, "blocks": 2}),
    "table": partial(toy, space=_MLP),
    "flat cells": partial(toy, space=_FLAT),
    "made up": lambda folder: make_run(folder, 60),
    **{f"replay of {name}": partial(_replay, strategy=name) for name in _PREDICTORS},
}
"""By name, what makes the run in a folder that isn't there yet."""
