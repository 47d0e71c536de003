from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawing.geometry import check, of_kind, solid

from vilfredo.drawing.flat import flat_scene
from vilfredo.drawing.scene import Arrow, Text
from vilfredo.spaces.cells import Block, Cell

_NAMES = st.sampled_from(("identity", "3x3:2dr conv", "1x7-7x1 conv", "3x3 maxpool"))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(_NAMES, _NAMES), min_size=1, max_size=10))
def test_every_operator_reads_and_answers(pairs: list[tuple[str, str]]) -> None:
    scene = flat_scene(Cell(tuple(Block(-1, one, -1, other) for one, other in pairs)))
    check(scene)
    drawn = Counter(box.lines[0] for box in solid(scene))
    assert drawn == Counter([name for pair in pairs for name in pair] + ["previous cell", "concatenate", "output"])
    assert [text.text for text in of_kind(scene, Text)] == [f"block {index}" for index in range(len(pairs))]
    arrows = of_kind(scene, Arrow)
    for box in solid(scene)[: 2 * len(pairs)]:
        middle = box.middle[1]
        assert any(arrow.head and arrow.points[-1] == (box.x, middle) for arrow in arrows)
        assert any(arrow.points[0] == (box.right, middle) for arrow in arrows)


def test_the_empty_one() -> None:
    scene = flat_scene(Cell())
    check(scene)
    assert scene.title == "The empty cell"
