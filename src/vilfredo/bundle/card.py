"""The model card: what a model folder holds, for whom, and how far to trust it.

The sections follow Mitchell et al. 2019 (Model Cards for Model Reporting), loosely. It says what was measured and
nothing that doesn't follow from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vilfredo.bundle.card_usage import describe_files, describe_use
from vilfredo.bundle.latency import Latency
from vilfredo.bundle.markdown import code, escaped, table
from vilfredo.bundle.report import ClassScores, TestReport
from vilfredo.tasks.layout import InputLayout

_MOST_CLASSES = 30
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card is written from."""

    data: str
    """Name of the data set."""
    layout: InputLayout
    """What the model expects of a sample."""
    training_samples: int
    """Of the final training."""
    labels: Sequence[str]
    """Of the classes."""
    report: TestReport | None
    """On the test part; None where there is none."""
    architecture: str
    parameters: int
    flops: int
    """Multiplications and additions for one sample."""
    epochs: int
    """Of the final training."""
    seed: int
    strategy: str
    """Of the search."""
    run: str = ""
    """Name of the search's run; empty where there was none."""
    candidates: int | None = None
    """Networks that the search trained."""
    selection: str = ""
    """How this one was chosen among them, in a sentence without its full stop."""
    notes: Sequence[str] = ()
    """What was understood and decided while reading the data."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of the software, by name."""
    latency: Mapping[str, Sequence[Latency]] = field(default_factory=dict)
    """By what answered, e.g. ``PyTorch`` and ``model.onnx``."""
    files: Sequence[str] = ()
    """Names of the files beside the card."""


def card(facts: CardFacts) -> str:
    """Write the model card in Markdown. Names and labels in it stay text, whatever they contain."""
    sections = (
        _introduction(facts),
        _intended_use(facts),
        _data(facts),
        _origin(facts),
        _results(facts),
        _by_class(facts.report) if facts.report else "",
        _speed(facts),
        describe_files(facts.files),
        describe_use(facts.files),
        _limits(facts),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _introduction(facts: CardFacts) -> str:
    text = (
        f"# A classifier for {escaped(facts.data)}\n\n"
        f"A neural network that tells {len(facts.labels)} classes apart. It was found and trained by Vilfredo. "
    )
    if facts.report is None:
        return f"{text}How good it is has not been tested: there was no test part."
    low, high = facts.report.accuracy_interval
    return (
        f"{text}Of {facts.report.samples} test samples it got {_percent(facts.report.accuracy)} right "
        f"(95 % interval {_percent(low)} to {_percent(high)})."
    )


def _intended_use(facts: CardFacts) -> str:
    labels = [escaped(label) or f"(empty: class {at})" for at, label in enumerate(facts.labels)]
    sides = ", ".join(map(str, ("n", *facts.layout.shape)))
    named = ", ".join(labels[:_MOST_NAMES]) + (f" and {len(labels) - _MOST_NAMES} more" * (len(labels) > _MOST_NAMES))
    return (
        "## Intended use\n\n"
        f"- Input: {escaped(facts.layout.describe(), 1000)}. As an array: ({sides}), {escaped(facts.layout.dtype)}. "
        "Preprocessing is part of the model.\n"
        f"- Output: a probability for each class. The classes: {named}.\n"
        "- For samples like those it was trained on, from the same source and prepared in the same way."
    )


def _data(facts: CardFacts) -> str:
    lines = [
        f"- Data set: {escaped(facts.data)} ({escaped(facts.layout.task)})",
        f"- Trained on {facts.training_samples} samples, "
        + (f"tested on {facts.report.samples} others" if facts.report else "not tested"),
    ]
    if facts.layout.fingerprint:
        lines.append(f"- Fingerprint: {code(facts.layout.fingerprint)}")
    lines += [f"- Note: {escaped(note, 500)}" for note in facts.notes]
    return "## Data\n\n" + "\n".join(lines)


def _origin(facts: CardFacts) -> str:
    run = f", run {escaped(facts.run)}" if facts.run else ""
    trained = f", {facts.candidates} network{'s' * (facts.candidates != 1)} trained" if facts.candidates else ""
    lines = [f"- Search: strategy {escaped(facts.strategy)}{run}{trained}"]
    if facts.selection:
        lines.append(f"- Selection: {escaped(facts.selection, 500)}")
    lines += [
        f"- Final training: {facts.epochs} epoch{'s' * (facts.epochs != 1)}, seed {facts.seed}",
        f"- Architecture: {code(facts.architecture)}",
        f"- Size: {facts.parameters:,} parameters; {facts.flops:,} FLOPs for one sample",
    ]
    if facts.versions:
        versions = (f"{escaped(name)} {escaped(version)}" for name, version in facts.versions.items())
        lines.append(f"- Software: {', '.join(versions)}")
    return "## How it was found\n\n" + "\n".join(lines)


def _results(facts: CardFacts) -> str:
    report = facts.report
    if report is None:
        return ""
    low, high = report.accuracy_interval
    rows = [
        ("accuracy", f"{report.accuracy:.4f} (95 %: {low:.4f} to {high:.4f})", "share of right answers"),
        ("balanced accuracy", f"{report.balanced_accuracy:.4f}", "mean recall of the classes"),
        ("macro F1", f"{report.macro_f1:.4f}", "mean F1 of the classes"),
        ("negative log-likelihood", f"{report.nll:.4f}", "in nats; less is better"),
        ("Brier score", f"{report.brier:.4f}", "0 to 2; less is better"),
        (
            "calibration error",
            f"{report.calibration_error:.4f}",
            f"expected, {len(report.bins)} bins of equal width; less is better",
        ),
    ]
    text = f"## Results on the test part\n\n{table(('score', 'value', 'meaning'), rows, left=3)}"
    if report.confused:
        text += f"\n\nMost often confused: {'; '.join(_confusions(report))}."
    if "evaluation.png" in facts.files:
        text += "\n\n![Confusion matrix, scores by class, calibration and learning curves](evaluation.png)"
    return text


def _confusions(report: TestReport) -> list[str]:
    return [
        f"{_name(report.classes[pair.true], pair.true)} taken for "
        f"{_name(report.classes[pair.answered], pair.answered)} ({pair.count} of {report.classes[pair.true].support})"
        for pair in report.confused[:3]
    ]


def _by_class(report: TestReport) -> str:
    numbered = list(enumerate(report.classes))
    heading = "## Results by class"
    if len(numbered) > _MOST_CLASSES:
        # Those without a score come last; of equals, first those of which more samples say so.
        numbered.sort(key=lambda each: (each[1].f1 is None, each[1].f1 or 0.0, -each[1].support))
        heading += f"\n\nThe {_MOST_CLASSES} worst of {len(numbered)}; all are in the report."
    rows = [
        (_name(each, number), str(each.support), *(_score(value) for value in (each.precision, each.recall, each.f1)))
        for number, each in numbered[:_MOST_CLASSES]
    ]
    return f"{heading}\n\n{table(('class', 'test samples', 'precision', 'recall', 'F1'), rows)}"


def _speed(facts: CardFacts) -> str:
    rows = [
        (
            escaped(what),
            escaped(each.device.description),
            str(each.batch),
            f"{1000 * each.seconds:.3g} ms",
            f"{1000 * each.iqr:.2g} ms",
            f"{each.samples_per_second:,.0f}",
        )
        for what, several in facts.latency.items()
        for each in several
    ]
    if not rows:
        return ""
    headings = ("answered by", "on", "batch", "median", "interquartile range", "samples per second")
    return (
        "## Speed\n\nTime to answer one batch. On a CPU it is processor time on one thread, without waiting for other "
        f"programs.\n\n{table(headings, rows, left=2)}"
    )


def _limits(facts: CardFacts) -> str:
    lines = [
        f"It learned from {facts.training_samples} samples. What these do not show, it does not know.",
        "Whatever it is given gets one of its classes, also what belongs to none of them.",
        *(_untested(facts.report) if facts.report else ["Nothing of it was tested."]),
    ]
    return "## Limits\n\n" + "\n".join(f"- {line}" for line in lines)


def _untested(report: TestReport) -> list[str]:
    low, high = report.accuracy_interval
    lines = [
        f"The test part was looked at once, after the final training. It has {report.samples} "
        f"sample{'s' * (report.samples != 1)} of the same data set: the interval ({low:.4f} to {high:.4f}) is for "
        "more of the same, and says nothing of other sources."
    ]
    absent = sum(each.support == 0 for each in report.classes)
    if absent:
        lines.append(f"{absent} of {len(report.classes)} classes do not occur in the test part: untested.")
    return lines


def _name(scores: ClassScores, number: int) -> str:
    return escaped(scores.label) or f"(empty: class {number})"


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
