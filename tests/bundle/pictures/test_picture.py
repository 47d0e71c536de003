import io
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from vilfredo.bundle import pictures
from vilfredo.bundle.pictures import Curves, picture
from vilfredo.bundle.pictures.style import style
from vilfredo.bundle.report import TestReport, report
from vilfredo.errors import InputError
from vilfredo.trials import Epoch

HOSTILE = [
    "",
    "$x_1^2",
    "a|b\n# <b>bold</b>",
    "数字 🦜",
    "x" * 500,
    "x" * 499 + "y",
    "\x00\u202eevil",
    "العربية",
    "\\frac{",
]


def judged(labels: list[str], samples: int, occurring: int | None = None) -> TestReport:
    generator = np.random.default_rng(0)
    y = generator.integers(0, occurring or len(labels), samples)
    logits = generator.normal(size=(samples, len(labels))) + 3 * np.eye(len(labels))[y]
    return report(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), y, labels)


def epochs(count: int, validated: bool = True) -> list[Epoch]:
    return [
        Epoch.model_construct(
            epoch=number,
            learning_rate=0.1,
            training_loss=2 / number,
            validation_accuracy=1 - 1 / number if validated else None,
            validation_nll=1 / number if validated else None,
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Pages as they are drawn."""
    pages: list[Figure] = []
    page: Callable[..., Any] = pictures._page

    def kept(*arguments: Any) -> Any:
        pages.append(page(*arguments))
        return pages[-1]

    monkeypatch.setattr(pictures, "_page", kept)
    return pages


def titles(figure: Figure) -> list[str]:
    return [axes.get_title() for axes in figure.axes]


def panel(figure: Figure, title: str) -> Any:
    return next(axes for axes in figure.axes if title in axes.get_title())


@pytest.mark.parametrize(
    ("labels", "samples", "occurring"),
    [
        (["a", "b"], 300, None),
        (HOSTILE, 100, None),
        (["a", "b", "c"], 1, 2),
        ([f"class {n}" for n in range(130)], 500, 90),
    ],
)
def test_draws_whatever_it_is_given(
    labels: list[str], samples: int, occurring: int | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture(judged(labels, samples, occurring), Curves(epochs(5), epochs(8, False)), tmp_path / "page.png")
    assert [file.name for file in tmp_path.iterdir()] == ["page.png"]
    with Image.open(tmp_path / "page.png") as image:
        assert min(image.size) > 1000
    assert capfd.readouterr() == ("", "")


def test_matrix_shows_counts_by_true_class_and_answer(tmp_path: Path, drawn: list[Figure]) -> None:
    found = report(np.eye(3)[[0, 0, 1, 1]], np.array([0, 0, 0, 1]), ["a", "b", "c"])
    picture(found, Curves(), tmp_path / "page.png")
    axes = panel(drawn[0], "Confusion")
    cells = {tuple(map(int, text.get_position())): text.get_text() for text in axes.texts}  # by (answer, true class)
    assert (cells[0, 0], cells[1, 0], cells[0, 1], cells[1, 1]) == ("2", "1", "0", "1")
    shares = axes.images[0].get_array()
    assert shares[0].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert shares.mask[2].all()
    assert not shares.mask[:2].any()
    assert "grey" in axes.get_title()


def test_many_classes_are_coloured_only(tmp_path: Path, drawn: list[Figure]) -> None:
    picture(judged([str(n) for n in range(100)], 400), Curves(), tmp_path / "page.png")
    axes = panel(drawn[0], "Confusion")
    assert not axes.texts
    assert [text.get_text() for text in axes.get_yticklabels()] == [str(n) for n in range(0, 100, 2)]


def test_worst_twenty_first(tmp_path: Path, drawn: list[Figure]) -> None:
    found = judged([str(n) for n in range(30)], 300)
    picture(found, Curves(), tmp_path / "page.png")
    axes = panel(drawn[0], "F1")
    widths = [bar.get_width() for bar in axes.patches]
    assert widths == sorted(each.f1 for each in found.classes if each.f1 is not None)[:20]
    assert axes.get_title() == "F1 of the worst 20 of 30 classes"
    first = found.classes[int(axes.get_yticklabels()[0].get_text())]
    assert first.f1 == widths[0]
    assert axes.texts[0].get_text() == f"{first.f1:.3f}   n = {first.support}"


def test_curves_are_those_recorded(tmp_path: Path, drawn: list[Figure]) -> None:
    picture(judged(["a", "b"], 50), Curves(epochs(5), epochs(8, False)), tmp_path / "page.png")
    loss, accuracy = panel(drawn[0], "Training loss"), panel(drawn[0], "Validation accuracy")
    assert [line.get_label() for line in loss.lines] == ["model selection", "final training"]
    assert loss.lines[1].get_xydata().tolist() == [[n, 2 / n] for n in range(1, 9)]
    assert [line.get_label() for line in accuracy.lines] == ["model selection"]


def test_what_was_not_recorded_is_left_out(tmp_path: Path, drawn: list[Figure]) -> None:
    diverged = [epoch.model_copy(update={"training_loss": float("nan")}) for epoch in epochs(3, False)]
    picture(judged(["a", "b"], 50), Curves(final=epochs(1, False)), tmp_path / "page.png")
    picture(judged(["a", "b"], 50), Curves(final=diverged), tmp_path / "page.png")
    assert "Training loss" in titles(drawn[0])
    assert "Validation accuracy" not in titles(drawn[0])
    assert panel(drawn[0], "Training loss").lines[0].get_marker() == "o"  # a single point would be invisible
    assert "Training loss" not in titles(drawn[1])


def test_texts_of_a_panel_do_not_overlap(tmp_path: Path, drawn: list[Figure]) -> None:
    picture(judged(HOSTILE, 200), Curves(epochs(5), epochs(8, False)), tmp_path / "page.png")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas: Any = FigureCanvasAgg(drawn[0])
    canvas.draw()
    for axes in (panel(drawn[0], "Confusion"), panel(drawn[0], "F1")):
        for texts in (axes.get_xticklabels(), axes.get_yticklabels(), axes.texts):
            boxes = [text.get_window_extent(canvas.get_renderer()) for text in texts if text.get_text()]
            assert not any(a.overlaps(b) for at, a in enumerate(boxes) for b in boxes[:at])
    page = drawn[0].bbox
    for axes in drawn[0].axes:
        box = axes.get_tightbbox(canvas.get_renderer())
        assert box is not None
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1


def test_svg_is_well_formed_whatever_the_labels(tmp_path: Path) -> None:
    picture(judged([*HOSTILE, "--> <script>", "]]>"], 50), Curves(), tmp_path / "page.svg")
    assert ElementTree.parse(tmp_path / "page.svg").getroot().tag.endswith("svg")


def test_every_sign_has_a_glyph() -> None:
    with warnings.catch_warnings(), matplotlib.style.context(["default", style()]):
        warnings.simplefilter("error")
        pictures._page(judged(HOSTILE, 100), Curves(epochs(3))).savefig(io.BytesIO(), format="png")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.png or \.svg, not 'page\.pdf'"):
        picture(judged(["a", "b"], 5), Curves(), tmp_path / "page.pdf")
    assert not list(tmp_path.iterdir())


def test_settings_of_the_user_neither_count_nor_change(tmp_path: Path) -> None:
    found = judged(["a", "b"], 20)
    picture(found, Curves(), tmp_path / "before.png")
    with matplotlib.rc_context({"text.usetex": True, "font.family": ["No Such Font"], "axes.grid": True}):
        ours = dict(matplotlib.rcParams)
        picture(found, Curves(), tmp_path / "after.png")
        assert dict(matplotlib.rcParams) == ours
    before, after = (np.asarray(Image.open(tmp_path / f"{name}.png"), dtype=float) for name in ("before", "after"))
    assert before.shape == after.shape
    assert np.abs(before - after).mean() < 0.5  # the layout is computed anew, to some digits


def test_draws_without_windows() -> None:
    code = (
        "import sys; from pathlib import Path; from vilfredo.bundle import pictures;"
        "assert 'matplotlib' not in sys.modules; from vilfredo.bundle.report import report; import numpy as np;"
        "pictures._page(report(np.eye(2), np.array([0, 1]), ['a', 'b']), pictures.Curves());"
        "assert 'matplotlib.figure' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    import subprocess

    subprocess.run([sys.executable, "-c", code], check=True)
