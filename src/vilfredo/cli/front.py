"""``vilfredo front``: the networks that a run has found, and the one among them that one wants."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from vilfredo.cli.output import front_table, print_json, stdout
from vilfredo.cli.runs import AsJson, RunFolder
from vilfredo.errors import InputError
from vilfredo.search.choice import choice_of
from vilfredo.search.constraints import objective_name, parse_constraints
from vilfredo.wording import objective_text

Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        "--under",
        metavar="CONSTRAINTS",
        help="Only networks within limits, e.g. 'accuracy>=0.93,parameters<1e6'. May be repeated.",
    ),
]
Best = Annotated[
    str | None, typer.Option("--best", metavar="OBJECTIVE", help="Choose the best in one objective, e.g. training_time")
]
Knee = Annotated[
    bool, typer.Option("--knee", help="Choose the knee of the front, where more accuracy begins to cost much time.")
]


def front(
    run: RunFolder,
    where: Where = None,
    best: Best = None,
    knee: Knee = False,
    objectives: Annotated[
        str | None, typer.Option(help="Objectives of the front, separated by commas; else score and time.")
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="List dominated networks too; a star marks the front.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the networks on the measured Pareto front, or choose one of them."""
    if sum((best is not None, knee, whole)) > 1:
        raise InputError("front: --best and --knee each choose one network, --all lists all. Give one of the three.")
    found = choice_of(
        run,
        constraints=parse_constraints(where or ()),
        objectives=None if objectives is None else _objectives(objectives),
        best_in=None if best is None else objective_name(best),
        at_knee=knee,
    )
    if as_json:
        print_json(found if whole else {**found, "networks": None})
    elif found["chosen"]:
        _print_chosen(found, None if best is None else objective_name(best))
    else:
        _print_front(found, whole)


def _objectives(text: str) -> list[str]:
    names = [objective_name(name) for name in text.split(",") if name.strip()]
    if not names:
        raise InputError("objectives: the list is empty. Write e.g. --objectives accuracy,parameters.")
    return names


def _print_front(found: Mapping[str, Any], whole: bool) -> None:
    front, networks = found["front"], found["networks"]
    rows = networks if whole else front
    if not networks:
        stdout.print("No network has been trained yet.")
        return
    if not rows:
        stdout.print(f"None of {len(networks)} networks has all of {', '.join(found['objectives'])}.", markup=False)
        return
    marked = {row["id"] for row in front} if whole else None
    stdout.print(front_table(rows, score=found["score"], more=found["objectives"], marked=marked))
    if whole or found["constraints"]:
        stdout.print(f"\n{_among(found)}.", markup=False)


def _print_chosen(found: Mapping[str, Any], best_in: str | None) -> None:
    row = found["chosen"]
    why = f"best {_words(best_in)}" if best_in else f"knee of {' and '.join(map(_words, found['objectives']))}"
    stdout.print(f"network {row['id']}: {why}; {_among(found)}", markup=False)
    own = ("id", "architecture", "step", "origin", "weights")
    lines = {_words(name): objective_text(name, value) for name, value in row.items() if name not in own}
    if "training time" in lines:
        lines["training time"] += " per epoch"
    lines["architecture"] = row["architecture"]
    lines["weights"] = row["weights"] or "not kept: a search keeps those of its front"
    width = max(map(len, lines))
    for name, text in lines.items():
        stdout.print(f"  {name:<{width}}  {text}", markup=False, soft_wrap=True)


def _among(found: Mapping[str, Any]) -> str:
    """How many networks there were to choose from."""
    front, limits = len(found["front"]), " and ".join(found["constraints"])
    if limits:
        return (
            f"{front} on the front of the {len(found['networks'])} that satisfy {limits}, of {found['trained']} trained"
        )
    return f"{front} on the front, of {found['trained']} trained"


def _words(name: str) -> str:
    return name.replace("_", " ")
