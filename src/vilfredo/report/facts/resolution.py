"""How far apart two scores must be to be told apart."""

from vilfredo.predictors.seed_noise import SeedNoise
from vilfredo.report.facts.bargain import standard_error
from vilfredo.report.facts.clock import is_replay
from vilfredo.report.facts.repeats import noise_among, repeats_of
from vilfredo.report.view import RunView
from vilfredo.report.words import objective

_SURE = 1.96
"""Standard errors within which 95 of 100 normal values lie."""
_BEST = 3
"""Members of the front, from the best on."""


def sampling_text(view: RunView) -> str:
    """Say what the number of validation samples means for differences; nothing where nothing is known of it."""
    samples = int(view.description["data"].get("validation_samples", 0))
    best = max((m.objectives["accuracy"] for m in view.trained if "accuracy" in m.objectives), default=None)
    if not samples or best is None:
        return ""
    error = standard_error(best, samples)
    text = (
        f"Scores come from {samples:,} validation samples, the same ones for all networks. On others of their kind an "
        f"accuracy near {best:.3f} would come out differently, by ±{error:.3f} (its binomial standard error). Two "
        f"networks whose accuracies lie {_SURE * 2**0.5 * error:.3f} or more apart would keep their order on nearly "
        "all other samples. Those nearer to each other may or may not: networks mostly err on the same samples, which "
        "makes differences surer than this limit, but by how much these scores cannot tell."
    )
    if view.score != "accuracy":
        text += f" This search judged by {view.score.replace('_', ' ')}, for which there is no such simple formula."
    return text


def seed_text(view: RunView) -> str:
    """Say what another training would change, where networks of the run are known to have been trained repeatedly."""
    noise, replay = front_noise(view), is_replay(view)
    if noise is None:
        return (
            "Another training of the same network, with other random numbers, gives another score still. How much is "
            "not known here, since each network was trained once; so how well even a perfect predictor could do isn't "
            "known either."
        )
    split = " and another validation part" if replay else ""
    value, apart = (objective(view.score, size) for size in (noise.deviation, noise.distinguishable))
    return (
        f"Another training of the same network, with other random numbers{split}, gives another score still: by "
        f"±{value} (standard deviation) for networks about as good as the best, as {noise.networks} such networks tell "
        f"that were trained {noise.trainings} times together. Two networks, each trained once, can be told apart "
        f"where their scores differ by {apart} or more."
    )


def front_noise(view: RunView) -> SeedNoise | None:
    """Seed noise of networks about as good as the best: fronts go down to such as nobody would take."""
    best = [m.objectives[view.score] for m in view.front[:_BEST]]
    return noise_among(repeats_of(view, view.score), best) if best else None
