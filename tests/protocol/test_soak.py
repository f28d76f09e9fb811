"""The soak ends with what it found; its long form is `make soak`."""

from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.soak import outcome, soak


def test_two_days_with_faults_and_a_filter_that_comes_and_goes_keep_every_promise() -> None:
    ended = outcome(lambda seed: soak(seed, days=2, executions_a_day=400), 7)
    assert ended.kept, ended.text
    assert "runs 192" in ended.text


def test_a_broken_promise_is_an_outcome_that_a_pool_can_return() -> None:
    def broken(_: int) -> dict[str, object]:
        raise BrokenPromiseError("G7: the final line came late")

    assert outcome(broken, 5) == (False, "seed 5: G7: the final line came late")
