import dataclasses
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from markdown_it import MarkdownIt

from vilfredo.bundle.card import CardFacts, card
from vilfredo.bundle.latency import Latency
from vilfredo.bundle.report import TestReport, report
from vilfredo.tasks.layout import InputLayout
from vilfredo.trials import Device

HOSTILE = ["", "a|b", "# x\n\n# y", "<script>alert(1)</script>", "`", "**x**", "[a](http://b)", "\u202e数字", "z" * 400]
PARSER = MarkdownIt("commonmark").enable("table")


def judged(labels: list[str], samples: int = 200, occurring: int | None = None) -> TestReport:
    generator = np.random.default_rng(0)
    y = generator.integers(0, occurring or len(labels), samples)
    logits = generator.normal(size=(samples, len(labels))) + 2 * np.eye(len(labels))[y]
    return report(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), y, labels)


def facts(**others: Any) -> CardFacts:
    device = Device(kind="cpu", name="A Processor", threads=1, torch="2.8.0")
    latency = Latency(
        batch=8,
        seconds=0.00125,
        iqr=0.0001,
        samples_per_second=6400,
        calls=9,
        contention=1,
        calibration=1,
        device=device,
    )
    known = CardFacts(
        data="digits",
        layout=InputLayout("image", (1, 8, 8), "uint8", span=(0.0, 16.0), whole=True, fingerprint="abc123"),
        training_samples=1437,
        labels=("zero", "one", "two"),
        report=judged(["zero", "one", "two"]),
        architecture="[(-2, '3x3 conv', -1, '2x2 maxpool')]",
        parameters=54321,
        flops=9876543,
        epochs=60,
        seed=7,
        strategy="popnas-v3",
        run="r",
        candidates=24,
        selection="the best of 6 by validation accuracy",
        notes=("labels renumbered",),
        versions={"vilfredo": "0.1.0", "torch": "2.8.0"},
        latency={"PyTorch": [latency]},
        files=("README.md", "model.safetensors", "network.py", "model.onnx", "evaluation.png", "other.bin"),
    )
    if "report" in others and others["report"] is not None:
        others.setdefault("labels", others["report"].labels)
    return dataclasses.replace(known, **others)


def test_without_a_test_part_nothing_is_claimed() -> None:
    text = card(facts(report=None))
    assert "has not been tested" in text
    assert "not tested" in sections(text)["Data"]
    assert not {"Results on the test part", "Results by class"} & set(sections(text))
    assert "95 %" not in text


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def cells(text: str) -> list[list[str]]:
    """Rows of all tables, as they show."""
    rows: list[list[str]] = []
    tokens = PARSER.parse(text)
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            rows.append([])
        if before.type in {"td_open", "th_open"}:
            rows[-1].append("".join(child.content for child in token.children or []))
    return rows


def test_says_what_is_known() -> None:
    known = facts()
    found = sections(card(known))
    assert list(found) == [
        "Intended use",
        "Data",
        "How it was found",
        "Results on the test part",
        "Results by class",
        "Speed",
        "Files",
        "How to use it",
        "Limits",
    ]
    assert "images of 8×8×1" in found["Intended use"]
    assert "(n, 1, 8, 8), uint8" in found["Intended use"]
    assert "zero, one, two" in found["Intended use"]
    assert "1437 samples" in found["Data"]
    assert "labels renumbered" in found["Data"]
    for words in (
        "popnas-v3",
        "run r",
        "24 networks",
        "best of 6",
        "60 epochs, seed 7",
        "54,321 parameters",
        "torch 2.8.0",
    ):
        assert words in found["How it was found"]
    assert "`[(-2, '3x3 conv', -1, '2x2 maxpool')]`" in found["How it was found"]
    assert "looked at once" in found["Limits"]


def test_numbers_are_those_of_the_report() -> None:
    known = facts()
    found = sections(card(known))
    values = {row[0]: row[1] for row in cells(found["Results on the test part"])}
    assert known.report
    low, high = known.report.accuracy_interval
    assert values["accuracy"] == f"{known.report.accuracy:.4f} (95 %: {low:.4f} to {high:.4f})"
    assert values["balanced accuracy"] == f"{known.report.balanced_accuracy:.4f}"
    assert values["macro F1"] == f"{known.report.macro_f1:.4f}"
    assert values["negative log-likelihood"] == f"{known.report.nll:.4f}"
    assert values["calibration error"] == f"{known.report.calibration_error:.4f}"
    rows = cells(found["Results by class"])[1:]
    assert [row[0] for row in rows] == ["zero", "one", "two"]
    assert [row[1] for row in rows] == [str(each.support) for each in known.report.classes]
    assert [row[4] for row in rows] == [f"{each.f1:.3f}" for each in known.report.classes]
    assert cells(found["Speed"])[1] == ["PyTorch", "A Processor (cpu), 1 thread", "8", "1.25 ms", "0.1 ms", "6,400"]


def test_hostile_labels_stay_labels() -> None:
    text = card(facts(report=judged(HOSTILE), data="a|b\n# c", notes=("# x\n- y <b>",), run="`", latency={"a|b": ()}))
    kinds = [token.type for token in PARSER.parse(text)]
    assert "html_block" not in kinds
    assert kinds.count("heading_open") == 9  # without Speed, for which there is no number
    inline = [child.type for token in PARSER.parse(text) for child in token.children or []]
    assert "html_inline" not in inline
    assert "link_open" not in inline
    rows = cells(sections(text)["Results by class"])
    assert all(len(row) == 5 for row in rows)
    assert [row[0] for row in rows[1:]] == [
        "(empty: class 0)",
        *HOSTILE[1:2],
        "# x # y",
        *HOSTILE[3:7],
        "数字",
        "z" * 79 + "…",
    ]


def test_of_many_classes_the_worst_thirty() -> None:
    known = facts(report=judged([f"class {n}" for n in range(120)], 300, occurring=100))
    found = sections(card(known))
    rows = cells(found["Results by class"])[1:]
    scores = [float(row[4]) for row in rows]
    assert len(rows) == 30
    assert scores == sorted(scores)
    assert "30 worst of 120" in found["Results by class"]
    assert "and 100 more" in found["Intended use"]
    assert "classes do not occur in the test part" in found["Limits"]


def test_untested_classes_have_dashes() -> None:
    perfect = report(np.eye(3)[[0, 1]], np.array([0, 1]), ["a", "b", "c"])
    text = card(facts(report=perfect))
    assert cells(sections(text)["Results by class"])[3] == ["c", "0", "–", "–", "–"]
    assert "1 of 3 classes do" in text
    assert "confused" not in sections(text)["Results on the test part"]


@pytest.mark.parametrize(
    ("files", "present", "absent"),
    [
        ((), [], ["## Files", "onnxruntime", "from network", "evaluation.png"]),
        (("model.onnx",), ["onnxruntime", "## Files"], ["from network"]),
        (("network.py",), [], ["from network"]),
        (("network.py", "model.safetensors"), ["from network"], ["onnxruntime"]),
        (("evaluation.png",), ["](evaluation.png)"], []),
        (("odd`name.bin",), ["``odd`name.bin``"], []),
    ],
)
def test_only_what_is_there_is_explained(files: tuple[str, ...], present: list[str], absent: list[str]) -> None:
    text = card(facts(files=files))
    assert all(words in text for words in present)
    assert not any(words in text for words in absent)
    assert "vilfredo predict FOLDER DATA" in text


def test_snippets_are_python() -> None:
    snippets = re.findall(r"```python\n(.*?)```", card(facts()), flags=re.DOTALL)
    assert len(snippets) == 2
    for snippet in snippets:
        compile(snippet, "card", "exec")


def test_what_is_unknown_is_left_out() -> None:
    text = card(facts(run="", candidates=None, selection="", notes=(), versions={}, latency={}))
    for words in (", run ", "networks trained", "Selection", "Note", "Software", "## Speed", "None."):
        assert words not in text
