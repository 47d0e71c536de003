import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vilfredo.errors import InputError
from vilfredo.spaces.mlp import ACTIVATIONS, MOST_LAYERS, WIDEST, Dense, Dropout, Mlp, parse_mlp

_DENSE = st.builds(Dense, st.integers(1, WIDEST), st.sampled_from(ACTIVATIONS))


@st.composite
def mlps(draw: st.DrawFn) -> Mlp:
    layers: list[Dense | Dropout] = []
    for dense in draw(st.lists(_DENSE, max_size=MOST_LAYERS)):
        layers.append(dense)
        if draw(st.booleans()):
            layers.append(Dropout())
    return Mlp(tuple(layers[:MOST_LAYERS]))


@given(mlps())
def test_the_text_parses_back(mlp: Mlp) -> None:
    assert parse_mlp(str(mlp)) == mlp
    assert str(parse_mlp(str(mlp))) == str(mlp)


@given(mlps(), st.data())
def test_brackets_quotes_and_spaces_may_be_left_out(mlp: Mlp, data: st.DataObject) -> None:
    assume(mlp.layers)
    quote, space, between = (data.draw(st.sampled_from(choice)) for choice in (["'", '"', ""], ["", " "], [";", ","]))
    parts = [
        f"({space}{layer.width},{space}{quote}{data.draw(st.sampled_from([str.upper, str.lower]))(layer.activation)}"
        f"{quote}{space})"
        if isinstance(layer, Dense)
        else data.draw(st.sampled_from(["dropout", "'dropout'", "( dropout )", "Dropout"]))
        for layer in mlp.layers
    ]
    text = f"{space}{between}{space}".join(parts)
    assert parse_mlp(text) == mlp
    assert parse_mlp(f" [{text}] ") == mlp


def test_architectures_as_the_paper_prints_them() -> None:
    """Table 4, without the output layer."""
    mlp = parse_mlp("(128, 'elu'), (64, 'relu'), (64, 'relu')")
    assert mlp.layers == (Dense(128, "elu"), Dense(64, "relu"), Dense(64, "relu"))
    assert str(mlp) == "[(128, 'elu');(64, 'relu');(64, 'relu')]"


def test_no_hidden_layer_is_an_architecture_too() -> None:
    assert parse_mlp("[]") == parse_mlp(" [ ] ") == Mlp()
    assert str(Mlp()) == "[]"
    assert len(Mlp()) == 0


def test_sizes_count_dropout_layers() -> None:
    mlp = parse_mlp("[(8, 'tanh');dropout;(16, 'elu');dropout]")
    assert len(mlp) == 4
    assert mlp.dense == (Dense(8, "tanh"), Dense(16, "elu"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the text is empty. Write '[]' for no hidden layer"),
        ("(8, 'rellu')", "'rellu' is not an activation. Did you mean 'relu'? Known: elu, relu, sigmoid, tanh."),
        ("(8, '')", "'' is not an activation"),
        ("(256, 'elu'), (10, 'softmax')", "(10, 'softmax') looks like the output layer"),
        ("(0, 'relu')", "has width 0. Expected 1 … 65536"),
        ("(-8, 'relu')", "has width -8"),
        ("(65537, 'relu')", "has width 65537"),
        ("(8.0, 'relu')", "'8.0' in '(8.0, 'relu')' is not a width"),
        ("(99999999999999999999, 'relu')", "is not a width"),
        ("(relu, 8)", "'relu' in '(relu, 8)' is not a width"),
        ("(8, 'relu', 3)", "is not a layer. Expected (width, activation) or dropout"),
        ("(8; 'relu')", "is not a layer"),
        ("8, 'relu'", "'8' in '8, 'relu'' is not a layer"),
        ("(8, 'relu')(8, 'relu')", "'(8, 'relu')(8, 'relu')' in"),
        ("((8, 'relu'))", "is not a layer"),
        ("[(8, 'relu')", "'[(8, 'relu')' in"),
        ("(8, 'relu');;(8, 'relu')", "'' in"),
        ("(8, 'relu');dorpout", "Did you mean 'dropout'?"),
        ("dropout", "layer 0 is a dropout that comes first and would drop inputs"),
        ("(8, 'relu');dropout;dropout", "layer 2 is a dropout that follows another"),
        (";".join(["(8, 'relu')"] * 11), "expected at most 10 hidden layers, dropout included, got 11"),
    ],
)
def test_what_is_no_perceptron_is_refused(text: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_mlp(text)
    assert str(caught.value).startswith("mlp: ")
    assert expected in str(caught.value)


@given(st.text(alphabet="[](),; '8relu-dop", max_size=30))
def test_any_text_is_a_perceptron_or_refused(text: str) -> None:
    try:
        mlp = parse_mlp(text)
    except InputError:
        return
    assert parse_mlp(str(mlp)) == mlp
