"""PNAS in two spaces: its own of eight operators, and POPNASv3's."""

from vilfredo.predictors.lstm import Lstm
from vilfredo.predictors.lstm_attention import LstmAttention
from vilfredo.search.presets import preset
from vilfredo.search.settings import resolve
from vilfredo.spaces.cell_space import CellSpace
from vilfredo.spaces.parallel_space import OPERATORS
from vilfredo.strategies.pnas import Pnas


def test_its_own_space_has_the_eight_operators_and_136_cells_of_one_block() -> None:
    settings = resolve(preset("paper-pnas"))
    assert isinstance(settings.space, CellSpace)
    assert set(settings.space.operators) == set(OPERATORS)
    assert len(settings.space.first()) == settings.space.added(0) == 136
    assert settings.strategy == Pnas(beam_size=256, accuracy_predictor=Lstm())
    assert settings.strategy.plan(settings.problem) == (1, 136, 256, 256, 256, 256)


def test_popnas_v3_compares_itself_with_it_in_its_own_space() -> None:
    ours, theirs = resolve(preset("paper-pnas-v3")), resolve(preset("paper-image"))
    assert ours.space == theirs.space
    assert ours.training == theirs.training
    assert len(ours.space.first()) == 300
    assert ours.strategy == Pnas(beam_size=128, accuracy_predictor=LstmAttention())


def test_neither_has_residuals_and_both_reshape_lookbacks() -> None:
    for name in ("paper-pnas", "paper-pnas-v3"):
        network = resolve(preset(name)).network
        assert network is not None
        assert not network.residual
        assert network.lookback_reshape
        assert (network.motifs, network.normal_cells, network.filters) == (3, 2, 24)
