"""The searches of a comparison, one after the other, each an ordinary run that goes on where it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vilfredo.comparison.folder import Ended, Folder, Renewed
from vilfredo.comparison.materials import Material
from vilfredo.comparison.plan import BASELINE, Plan, Subject
from vilfredo.comparison.traces import trace_of
from vilfredo.errors import RunError
from vilfredo.search.evaluation import Evaluator
from vilfredo.search.events import Observe
from vilfredo.search.landscape import Landscape
from vilfredo.search.recorded import RecordedRun
from vilfredo.search.replay import begin_replay, reopen_replay
from vilfredo.search.run_folder import differences, is_run
from vilfredo.search.session import begin, conduct, reopen
from vilfredo.search.settings import SearchSettings

_DRAWN = "cells_per_size"
"""Setting of the baseline that a comparison decides."""


@dataclass(frozen=True, slots=True)
class Run:
    """One search of a comparison."""

    subject: Subject
    strategy: str
    seed: int
    folder: Path

    @property
    def settings(self) -> SearchSettings:
        """What it searches with."""
        return self.subject.settings(self.strategy, self.seed)


def runs(plan: Plan, folder: Folder, seeds: int) -> Iterator[Run]:
    """All searches in the order in which they are made.

    Seed by seed, so that a machine that slows down or warms up does it to all strategies alike; and each seed begins
    with another strategy. The baseline comes last, for it gets the time that the others took; see `allotted`.
    """
    for subject in plan.subjects:
        names = [name for name in subject.asked if name != BASELINE]
        for seed in range(seeds):
            turn = seed % len(names)
            for strategy in [*names[turn:], *names[:turn], BASELINE]:
                yield Run(subject, strategy, seed, folder.run(subject.name, strategy, seed))


def allotted(run: Run, plan: Plan, folder: Folder) -> float:
    """Seconds for a run: the budget; for the baseline as much of it as the longest of the others took with that seed.

    Another strategy may come to its end before. A baseline that went on alone would have more than all it is compared
    with. Where times are derived, so that a search is the same every time, the clock has no say: it draws as many
    architectures as the others plan.
    """
    if run.strategy != BASELINE or run.settings.time_source == "flops":
        return plan.budget
    taken = 0.0
    for name in run.subject.asked:
        other = folder.run(run.subject.name, name, run.seed)
        ended = None if name == BASELINE else folder.ended(other)
        if ended is not None and is_run(other):
            spent = trace_of(other, replayed=run.subject.replayed).spent
            taken = max(taken, plan.budget if ended.ending == "budget" else spent)
    return min(plan.budget, taken) if taken else plan.budget


def renew(run: Run, budget: float, folder: Folder) -> None:
    """Clear the baseline's run where a strategy that joined later has more than it had, for it to be made anew.

    More is a longer time, or in derived times a larger plan. A run goes on by the time that it was begun with: it
    shares it out among the sizes, so that one drawn on to a longer time is another than one that had it from the
    beginning.

    Parameters
    ----------
    budget
        Seconds it is to have now; see `allotted`.
    """
    if run.strategy != BASELINE or not is_run(run.folder):
        return
    ended = folder.ended(run.folder)
    had = None if ended is None else ended.allotted
    if (had is not None and had < budget) or _smaller_plan(RecordedRun.of(run.folder).settings, run.settings):
        folder.clear(run.folder, Renewed(allotted=had))


def _smaller_plan(before: SearchSettings, now: SearchSettings) -> bool:
    """Whether two settings of the baseline differ in nothing but that the one before was to draw fewer."""
    first, second = before.to_table(), now.to_table()
    fewer = first["strategy"].pop(_DRAWN, 0) < second["strategy"].pop(_DRAWN, 0)
    return fewer and first == second


def check_runs(plan: Plan, folder: Folder, seeds: int) -> None:
    """See that what is in the folder belongs together.

    Raises
    ------
    RunError
        When a run was made with other settings, data or on another device: each difference on a line.
    """
    for run in runs(plan, folder, seeds):
        if is_run(run.folder):
            recorded = RecordedRun.of(run.folder)
            changes = []
            if run.strategy != BASELINE or not _smaller_plan(recorded.settings, run.settings):  # else see `renew`
                changes += differences(recorded.settings.to_table(), run.settings.to_table())
            changes += differences({"device": recorded.device}, {"device": run.subject.device})
            changes += differences({"data": recorded.fingerprint[:12]}, {"data": run.subject.fingerprint[:12]})
            if changes:
                lines = "".join(f"\n  {line}" for line in changes)
                raise RunError(
                    f"compare: '{run.folder}' is not of this comparison and would spoil it; move it away, or begin "
                    f"anew in another folder by --out. It differs:{lines}"
                )


def conduct_run(
    run: Run,
    budget: float,
    folder: Folder,
    material: Material,
    observe: Observe,
    interrupted: Callable[[], bool],
) -> bool:
    """Search for what is left of a run's `budget`; returns False where somebody interrupted it.

    The budget is the run's own: what other runs took, reading the data, and what was lost to an interruption, is not
    counted. Failed candidates and the fitting of predictors are.
    """
    if folder.ended(run.folder) is not None and is_run(run.folder):
        return True
    if not is_run(run.folder):
        folder.begin(run.folder)
    settings, evaluator, spent = _prepared(run, budget, material)
    ending = conduct(
        run.folder,
        settings,
        evaluator,
        seconds=max(0.0, budget - spent),
        observe=observe,
        interrupted=interrupted,
        executor=run.subject.executor,
        workers=run.subject.workers,
    )
    if ending == "interrupted":
        return False
    folder.keep_ended(run.folder, Ended(ending=ending, allotted=budget))
    return True


def _prepared(run: Run, budget: float, material: Material) -> tuple[SearchSettings, Evaluator, float]:
    """Begin a run or go on with it; returns how much of its budget is spent too."""
    subject, asked = run.subject, run.settings
    if is_run(run.folder):
        spent = trace_of(run.folder, replayed=subject.replayed).spent
        if isinstance(material, Landscape):
            evaluator = reopen_replay(run.folder, lambda stored: asked, material)
            return evaluator.settings, evaluator, spent
        return *reopen(run.folder, lambda stored: asked, subject.reading, material), spent
    command = ["vilfredo", "compare", subject.source]
    if isinstance(material, Landscape):
        evaluator = begin_replay(run.folder, asked, material, command)
    else:
        given = {"source": subject.source, **subject.reading}
        evaluator = begin(run.folder, asked, material, given, command, budget, subject.workers)
    return evaluator.settings, evaluator, 0.0
