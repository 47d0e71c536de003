"""One after the other, in this process."""

from tests.search.toy_evaluator import evaluator, proposals

from vilfredo.search.executors.local import Local


def test_in_order_and_the_next_only_when_asked_for() -> None:
    begun: list[int] = []
    with Local.start(evaluator(), 1) as executor:
        running = executor.measure(proposals(4), lambda: False, lambda proposal, epoch: begun.append(proposal.id))
        assert begun == []
        for index in range(4):
            assert next(running).measurement.proposal == index
            assert begun == [id_ for id_ in range(index + 1) for _ in range(2)]
        assert list(running) == []


def test_stopped_between_two_candidates() -> None:
    stop = False
    begun: list[int] = []
    with Local.start(evaluator(), 1) as executor:
        running = executor.measure(proposals(4), lambda: stop, lambda proposal, epoch: begun.append(proposal.id))
        next(running)
        stop = True
        assert list(running) == []
    assert set(begun) == {0}


def test_stopped_within_a_candidate_it_is_dropped() -> None:
    begun: list[int] = []
    with Local.start(evaluator(), 1) as executor:
        running = executor.measure(
            proposals(4), lambda: len(begun) == 3, lambda proposal, epoch: begun.append(proposal.id)
        )
        assert [measured.measurement.proposal for measured in running] == [0]
    assert begun == [0, 0, 1]
