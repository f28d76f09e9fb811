from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from studio_export.errors import FlowsFailedError
from studio_export.model import Replay, Span
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.replay.by_machine import Execution, event_of, result_of, wait

_DAY = datetime(2026, 11, 3, tzinfo=UTC)
_FLOW = "FW" + "1" * 32


class _Machine:
    """A machine whose execution is looked at so many times before it ends."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def start(self, event: Mapping[str, object]) -> str:
        raise NotImplementedError

    def look(self, execution: str) -> Execution:
        self.looks -= 1
        return Execution(execution, "RUNNING" if self.looks else "SUCCEEDED", "[]")


def test_a_wait_says_now_and_then_how_long_it_has_been() -> None:
    seconds, shown, pauses = 0.0, list[str](), list[float]()

    def sleep(pause: float) -> None:
        nonlocal seconds
        seconds += pause
        pauses.append(pause)
        heartbeat.beat()

    heartbeat = Heartbeat(write=shown.append, clock=lambda: seconds)
    ended = wait(_Machine(looks=20), "arn", heartbeat, sleep)

    assert ended.status == "SUCCEEDED"
    assert pauses == sorted(pauses)
    assert max(pauses) == 15
    assert 5 < len(shown) < 20
    assert shown[-1].startswith("studio-export: still working. The execution has run for  ")


def test_the_event_has_what_was_asked_for_and_no_more() -> None:
    span = Span(_DAY, _DAY + timedelta(hours=1))
    hour = {"from": "2026-11-03T00:00:00Z", "to": "2026-11-03T01:00:00Z"}
    assert event_of(Replay(span), None) == hour
    assert event_of(Replay(span, (_FLOW,)), "acme") == {**hour, "flows": [_FLOW], "account": "acme"}
    assert event_of(Replay(span, details=True), None) == {"details": hour}


def test_the_execution_of_a_machine_without_accounts_did_nothing() -> None:
    assert result_of(Execution("arn", "SUCCEEDED", "[[], []]")).pieces == 0


@pytest.mark.parametrize("output", [None, "no JSON", "{}"])
def test_an_output_that_is_no_list_of_pieces_is_an_error(output: str | None) -> None:
    with pytest.raises(FlowsFailedError, match="the stack's state machine"):
        result_of(Execution("arn", "SUCCEEDED", output))


def test_a_cause_that_was_cut_is_printed_as_it_is() -> None:
    result = result_of(Execution("arn", "FAILED", None, "PiecesFailed", '["acme 0/2: Acc'))
    assert result.errors == ('["acme 0/2: Acc',)
