"""What Ridge, NNLS, trees and the block sum of POPNAS v1 make of flat cells."""

import numpy as np
import pytest
from tests.predictors.flat import EMPTY, SPACE, samples

from vilfredo.errors import InputError
from vilfredo.predictors.block_sum import BlockSum
from vilfredo.predictors.grid_search import fit_best
from vilfredo.predictors.protocol import Floats, Prediction, Samples
from vilfredo.predictors.sliding import FittedSliding, Regressor, SlidingBlocks
from vilfredo.predictors.sliding_linear import Linear, SlidingNnls, SlidingRidge
from vilfredo.predictors.sliding_trees import SlidingTrees
from vilfredo.predictors.spellings import sort_operands

COST = dict(zip(sorted(SPACE.vocabulary), (30.0, 10.0, 20.0, 40.0, 80.0, 50.0, 90.0, 5.0), strict=True))


def of_size(size: int) -> Samples:
    codes = SPACE.codes(["[]"])
    for _ in range(size):
        codes = SPACE.unique(SPACE.expand(codes))
    return Samples.of_one_size(codes, np.zeros((len(codes), 0)), len(SPACE.vocabulary), 1)


def time(cells: Samples, fixed: float = 3.0, block: float = 4.0) -> Floats:
    """So much for the network, so much per block, the rest by operator: little of it fixed, as in table 2."""
    costs = np.array([COST[name] for name in SPACE.vocabulary])
    names, there = cells.cells[..., 1::2], cells.present[..., None]
    return np.asarray(fixed + block * cells.sizes + (costs[names] * there).sum(axis=(1, 2)), dtype=np.float64)


ONE = Samples.concatenate([of_size(0), of_size(1)])
TWO = Samples.concatenate([ONE, of_size(2)])


def error(prediction: Prediction, times: Floats) -> float:
    return float(np.mean(np.abs(prediction.mean - times) / times))


@pytest.mark.parametrize("predictor", [SlidingRidge(), SlidingNnls(), SlidingNnls(intercept=True)])
@pytest.mark.parametrize(("seen", "size"), [(ONE, 2), (TWO, 3)])
def test_the_next_size_is_predicted_from_the_last(
    predictor: SlidingRidge | SlidingNnls, seen: Samples, size: int
) -> None:
    unseen = of_size(size)
    assert error(predictor.fit(seen, time(seen), 0).predict(unseen), time(unseen)) < 0.12


def test_without_the_thrust_a_second_block_would_cost_too_little() -> None:
    """Section 3.3.2: the row of the empty network gives the number of blocks its weight."""
    one, two = of_size(1), of_size(2)
    predictor = SlidingNnls(intercept=True, encoding=SlidingBlocks(reindex="static"))
    with_it = predictor.fit(ONE, time(ONE, 0.0, 200.0), 0).predict(two)
    without = predictor.fit(one, time(one, 0.0, 200.0), 0).predict(two)
    assert error(with_it, time(two, 0.0, 200.0)) < 0.1
    assert error(without, time(two, 0.0, 200.0)) > 0.2


@pytest.mark.parametrize("intercept", [True, False])
def test_weights_of_nnls_are_not_negative(intercept: bool) -> None:
    times = 100 - time(TWO)
    fitted = SlidingNnls(intercept=intercept).fit(TWO, times, 0)
    assert isinstance(fitted.regressor, Linear)
    assert (fitted.regressor.weights >= 0).all()
    assert (fitted.regressor.offset != 0) == intercept


def test_cross_validation_tells_whether_there_is_an_intercept() -> None:
    constant = SlidingNnls().fit(TWO, np.full(len(TWO), 7.0), 0)
    np.testing.assert_allclose(constant.predict(of_size(3)).mean, 7.0)


def test_ridge_chooses_among_penalties() -> None:
    fitted = SlidingRidge(penalties=(1e6, 0.1)).fit(TWO, time(TWO), 0)
    alone = SlidingRidge().fit(TWO, time(TWO), 0)
    np.testing.assert_array_equal(fitted.predict(TWO).mean, alone.predict(TWO).mean)


def test_the_empty_network_is_not_predicted_but_remembered() -> None:
    assert SlidingNnls(intercept=False).fit(TWO, time(TWO), 0).predict(of_size(0)).mean.tolist() == [3.0]


def test_inputs_carry_nothing_in_flat_cells() -> None:
    """Section 4.1.2: the last two rows of table 4 hardly differ."""
    kept = SlidingRidge(encoding=SlidingBlocks(inputs=True)).fit(TWO, time(TWO), 0).predict(of_size(3))
    pruned = SlidingRidge().fit(TWO, time(TWO), 0).predict(of_size(3))
    np.testing.assert_allclose(kept.mean, pruned.mean, rtol=0.02)


def test_numbers_in_proportion_to_time_help() -> None:
    """Table 4 to 6: the alphabet says little of an operator's time."""
    unseen = of_size(3)
    wrong = {
        reindex: error(
            SlidingNnls(encoding=SlidingBlocks.read({"reindex": reindex})).fit(TWO, time(TWO), 0).predict(unseen),
            time(unseen),
        )
        for reindex in ("none", "static", "dynamic")
    }
    assert wrong["dynamic"] < wrong["static"] < wrong["none"]


def test_trees_learn_what_they_saw_and_extrapolate_badly() -> None:
    """Table 3: XGBoost is the worst of the four."""
    small = SlidingTrees(leaf_rows=(1,), trees=(50,), learning_rates=(0.1,), depths=(5,), gains=(0.0,))
    fitted, larger = small.fit(TWO, time(TWO), 0), of_size(3)
    assert error(fitted.predict(TWO), time(TWO)) < 0.08
    linear = SlidingNnls().fit(TWO, time(TWO), 0)
    assert error(linear.predict(larger), time(larger)) < 0.1 < error(fitted.predict(larger), time(larger))


def test_the_grid_of_trees_is_the_papers() -> None:
    trees = SlidingTrees()
    grids = (trees.leaf_rows, trees.gains, trees.trees, trees.learning_rates, trees.depths)
    assert int(np.prod([len(grid) for grid in grids])) == 288
    with pytest.raises(InputError, match="depths"):
        SlidingTrees.read({"depths": []})


def test_of_equals_the_first_is_taken_and_one_alone_is_not_tried() -> None:
    asked: list[str] = []

    def named(name: str) -> Regressor:
        asked.append(name)
        return Linear(np.zeros(7), 1.0)

    fit_best(SlidingBlocks(blocks=3), [lambda rows, targets: named("only")], TWO, time(TWO))
    assert asked == ["only"]
    asked.clear()
    fits = [lambda rows, targets: named("first"), lambda rows, targets: named("second")]
    fitted = fit_best(SlidingBlocks(blocks=3), fits, TWO, time(TWO))
    assert isinstance(fitted, FittedSliding)
    assert asked[:5] == ["first"] * 5
    assert asked[-1] == "first"


class TestBlockSum:
    def test_the_last_step_and_the_block_alone_are_added(self) -> None:
        seen = samples(EMPTY, (("identity", "3x3 dconv"),), (("3x3 maxpool", "3x3 maxpool"),))
        fitted = BlockSum().fit(seen, np.array([3.0, 10.0, 7.0]), 0)
        new = samples((("3x3 maxpool", "3x3 maxpool"), ("3x3 dconv", "identity")))
        assert fitted.predict(new).mean.tolist() == [17.0]

    def test_what_was_trained_is_looked_up_in_any_spelling(self) -> None:
        seen = samples((("identity", "3x3 dconv"), ("identity", "identity")), (("identity", "identity"),))
        fitted = BlockSum().fit(seen, np.array([11.0, 4.0]), 0)
        respelt = samples((("identity", "identity"), ("3x3 dconv", "identity")))
        assert fitted.predict(respelt).mean.tolist() == [11.0]
        # With a third block, the trained one of two blocks is built upon.
        larger = samples((("identity", "identity"), ("3x3 dconv", "identity"), ("identity", "identity")))
        assert fitted.predict(larger).mean.tolist() == [15.0]

    def test_it_counts_what_every_network_costs_with_each_block(self) -> None:
        fitted, unseen = BlockSum().fit(ONE, time(ONE, fixed=20.0), 0), of_size(2)
        np.testing.assert_allclose(fitted.predict(unseen).mean, time(unseen, fixed=20.0) + 20.0)

    def test_order_of_operands_does_not_matter(self) -> None:
        unseen = of_size(3)
        fitted = BlockSum().fit(TWO, time(TWO), 0)
        swapped = Samples(unseen.cells[..., [2, 3, 0, 1]], unseen.sizes, unseen.features, 8, 1)
        assert (sort_operands(swapped.cells) == unseen.cells).all()
        np.testing.assert_array_equal(fitted.predict(swapped).mean, fitted.predict(unseen).mean)
