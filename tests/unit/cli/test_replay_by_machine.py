from itertools import chain, repeat

import pytest

from studio_export.errors import FlowsFailedError
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.replay.by_machine import Execution, result_of, wait


def test_a_wait_says_now_and_then_how_long_it_has_been() -> None:
    seconds, shown, pauses = 0.0, list[str](), list[float]()

    def sleep(pause: float) -> None:
        nonlocal seconds
        seconds += pause
        pauses.append(pause)
        heartbeat.beat()

    heartbeat = Heartbeat(write=shown.append, clock=lambda: seconds)
    looks = chain(repeat(Execution("arn", "RUNNING"), 19), [Execution("arn", "SUCCEEDED", "[]")])
    ended = wait(looks.__next__, heartbeat, sleep)

    assert ended.status == "SUCCEEDED"
    assert pauses == sorted(pauses)
    assert max(pauses) == 15
    assert 5 < len(shown) < 20
    assert shown[-1].startswith("studio-export: still working. The execution has run for  ")


def test_the_execution_of_a_machine_without_accounts_did_nothing() -> None:
    assert result_of(Execution("arn", "SUCCEEDED", "[[], []]")).pieces == 0


@pytest.mark.parametrize("output", [None, "no JSON", "{}"])
def test_an_output_that_is_no_list_of_pieces_is_an_error(output: str | None) -> None:
    with pytest.raises(FlowsFailedError, match="the stack's state machine"):
        result_of(Execution("arn", "SUCCEEDED", output))


def test_a_cause_that_was_cut_is_printed_as_it_is() -> None:
    result = result_of(Execution("arn", "FAILED", None, "PiecesFailed", '["acme 0/2: Acc'))
    assert result.errors == ('["acme 0/2: Acc',)
