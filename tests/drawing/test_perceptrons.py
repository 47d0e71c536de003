from tests.drawing.geometry import check, of_kind, solid

from vilfredo.drawing.perceptrons import mlp_scene
from vilfredo.drawing.scene import Arrow
from vilfredo.spaces.mlp import Mlp, parse_mlp


def test_layers_stand_below_each_other_the_wider_the_more_units() -> None:
    scene = mlp_scene(parse_mlp("[(256, 'relu');dropout;(64, 'elu');(8, 'sigmoid')]"), features=11, classes=3)
    check(scene)
    boxes = solid(scene)
    assert [box.lines[0] for box in boxes] == [
        "11 features",
        "256 units",
        "dropout",
        "64 units",
        "8 units",
        "3 classes",
    ]
    assert [box.y for box in boxes] == sorted(box.y for box in boxes)
    assert boxes[1].width > boxes[3].width > boxes[4].width
    assert boxes[2].kind == "ghost"
    assert len({box.colour for box in (boxes[1], boxes[3], boxes[4])}) == 3
    assert len(of_kind(scene, Arrow)) == len(boxes) - 1
    assert scene.title == "Perceptron of 3 hidden layers"


def test_the_widest_layer_and_the_narrowest() -> None:
    check(mlp_scene(parse_mlp("[(65536, 'tanh');(1, 'tanh')]"), features=1, classes=1_000_000))


def test_without_hidden_layers_it_is_logistic_regression() -> None:
    scene = mlp_scene(Mlp())
    check(scene)
    assert [box.lines[0] for box in solid(scene)] == ["input", "output"]
    assert scene.description == "From input through no hidden layer to output dense, softmax."
