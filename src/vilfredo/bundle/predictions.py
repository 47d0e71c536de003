"""What a model answers, as a table for people's tools (CSV) or as plain values (JSON)."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from vilfredo.errors import InputError
from vilfredo.tasks.dataset import Labels


@final
@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Answers to samples.

    Raises
    ------
    InputError
        When `top` is below 1.
    """

    names: tuple[str, ...]
    """Of the samples."""
    labels: tuple[str, ...]
    """Of the classes."""
    probabilities: NDArray[np.float64]
    """Shape (N, classes)."""
    y: Labels | None = None
    """True classes (N,), to be shown beside; -1 where none is known."""
    top: int = 1
    """How many answers to show of each sample, the most likely first; of equals, the first class. At most all."""
    each: bool = False
    """Whether to show the probability of every class."""

    def __post_init__(self) -> None:
        if self.top < 1:
            raise InputError(f"top: {self.top} is no number of answers. Expected at least 1.")

    def header(self) -> list[str]:
        """Names of the columns: ``sample, [true,] label, probability, label_2, …, p_CLASS, …``."""
        ranks = [f"_{rank}" if rank > 1 else "" for rank in range(1, self._shown + 1)]
        names = ["sample", *(["true"] if self.y is not None else [])]
        names += [f"{name}{rank}" for rank in ranks for name in ("label", "probability")]
        return [*names, *(f"p_{label}" for label in self.labels if self.each)]

    def rows(self) -> Iterator[list[str]]:
        """Texts of each sample, in the order of `header`."""
        for name, true, best, row in self._answers():
            texts = [name, *([] if self.y is None else [true or ""])]
            for number in best:
                texts += [self.labels[number], _text(row[number])]
            yield [*texts, *(_text(value) for value in row if self.each)]

    def to_csv(self) -> str:
        """Write header and rows, lines ended by a line feed alone, quotes where they are needed."""
        text = io.StringIO()
        # Ended by a line feed alone, the writer takes a carriage return for harmless; readers don't.
        unusual = any("\r" in one for one in (*self.names, *self.labels))
        writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if unusual else csv.QUOTE_MINIMAL)
        writer.writerow(self.header())
        writer.writerows(self.rows())
        return text.getvalue()

    def to_json_text(self, facts: Mapping[str, Any]) -> str:
        """One JSON object: `facts` (at least one), and ``predictions``, one a line; six digits, as in the table."""
        head = json.dumps(facts, ensure_ascii=False, indent=2)
        # Line by line: indented, Python's own encoder would take minutes for what this does in seconds.
        lines = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in self._plain_values())
        return f'{head[:-2]},\n  "predictions": [\n{lines}\n  ]\n}}\n'

    @property
    def _shown(self) -> int:
        return min(self.top, len(self.labels))

    def _answers(self) -> Iterator[tuple[str, str | None, list[int], list[float]]]:
        """Name, true label, best classes and probabilities of each sample."""
        best = np.argsort(-self.probabilities, axis=1, kind="stable")[:, : self._shown]  # (N, shown)
        true = [-1] * len(self.names) if self.y is None else self.y.tolist()
        for name, at, numbers, row in zip(self.names, true, best.tolist(), self.probabilities.tolist(), strict=True):
            yield name, self.labels[at] if at >= 0 else None, numbers, row

    def _plain_values(self) -> Iterator[dict[str, Any]]:
        return (self._plain(*answer) for answer in self._answers())

    def _plain(self, name: str, true: str | None, best: list[int], row: list[float]) -> dict[str, Any]:
        values: dict[str, Any] = {"sample": name} | ({} if self.y is None else {"true": true})
        answers = [{"label": self.labels[number], "probability": _rounded(row[number])} for number in best]
        values |= answers[0]
        if self.top > 1:
            values["top"] = answers
        if self.each:
            values["probabilities"] = {label: _rounded(value) for label, value in zip(self.labels, row, strict=True)}
        return values


def _text(value: float) -> str:
    return format(value, ".6g")


def _rounded(value: float) -> float:
    return float(_text(value))
