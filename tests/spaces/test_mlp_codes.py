import numpy as np
import pytest

from vilfredo.errors import InputError
from vilfredo.spaces.canonical import canonical
from vilfredo.spaces.mlp import parse_mlp
from vilfredo.spaces.mlp_codes import chain, decode_mlps, encode_mlps

_VOCABULARY = ("16", "8", "dropout", "relu", "tanh")


def test_layers_are_blocks_in_a_row() -> None:
    mlps = [parse_mlp("[(8, 'relu');dropout;(16, 'tanh')]"), parse_mlp("[(16, 'relu');(8, 'tanh');(8, 'tanh')]")]
    codes = encode_mlps(mlps, _VOCABULARY, 3)
    assert codes.dtype == np.int8
    assert codes[0].tolist() == [[-1, 1, -1, 3], [0, 2, 0, 2], [1, 0, 1, 4]]
    assert decode_mlps(codes, _VOCABULARY) == mlps


def test_a_chain_has_one_spelling() -> None:
    """Cells of one topological order whose operands are sorted: what makes cells canonical leaves them alone."""
    codes = encode_mlps([parse_mlp("[(16, 'tanh');dropout;(8, 'relu');(8, 'relu')]")], _VOCABULARY, 4)
    assert (canonical(codes) == codes).all()


def test_nothing_and_no_layers() -> None:
    assert encode_mlps([], _VOCABULARY, 3).shape == (0, 3, 4)
    assert encode_mlps([parse_mlp("[]")], _VOCABULARY, 0).shape == (1, 0, 4)
    assert chain(np.zeros((2, 0, 2), dtype=np.int64)).shape == (2, 0, 4)


@pytest.mark.parametrize(
    ("text", "missing"), [("(32, 'relu')", "32"), ("(8, 'elu')", "elu"), ("(16, 'relu');(4, 'elu')", "4")]
)
def test_what_the_vocabulary_lacks_is_named(text: str, missing: str) -> None:
    with pytest.raises(InputError, match=f"uses '{missing}', which is not in the space: 16, 8, dropout, relu, tanh"):
        encode_mlps([parse_mlp(text)], _VOCABULARY, text.count(";") + 1)
