"""A replay of details by the deployed function: again, until nothing is left to write."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import FlowsFailedError, UnavailableError
from studio_export.model import Replay, Span
from studio_export.summary import DetailCounts
from studio_export_cli.exit_codes import exit_code
from studio_export_cli.replay.details_by_function import replay_details, total
from studio_export_cli.replay.text import nothing_missed, work_left

_FLOW = "FW" + "1" * 32
_DAY = datetime(2026, 11, 3, tzinfo=UTC)
_REPLAY = Replay(Span(_DAY, _DAY + timedelta(days=1)), (_FLOW,), details=True)


class _Function:
    """Write a line for each of `objects` until `last` of them are left."""

    def __init__(self, objects: int, *, last: int = 0, each_time: int = 2) -> None:
        self.left = objects
        self.last = last
        self.each_time = each_time
        self.events: list[Mapping[str, Any]] = []

    def __call__(self, event: Mapping[str, object]) -> dict[str, Any]:
        self.events.append(event)
        written = min(self.each_time, self.left - self.last)
        self.left -= written
        counts = asdict(DetailCounts(lines=written, objects=written))
        objects = {"objects_left": self.left, "objects_young": 0}
        return {"kind": "replay", "details": {**counts, **objects}}


def test_the_function_is_invoked_until_nothing_is_left() -> None:
    function = _Function(5)
    summary = replay_details(function, _REPLAY)
    assert (summary.counts.lines, summary.objects_left) == (5, 0)
    details = {"from": "2026-11-03T00:00:00Z", "to": "2026-11-04T00:00:00Z", "flows": [_FLOW]}
    assert function.events == [{"details": details}] * 3


def test_what_cannot_be_written_yet_is_left_after_three_invocations() -> None:
    function = _Function(3, last=1)
    summary = total([replay_details(function, _REPLAY)])
    assert len(function.events) == 1 + 3
    assert [*work_left(summary)] == [
        "work is left: 1 object of executions/ lacks lines. Run the command again."
    ]
    assert not nothing_missed(summary)


def test_a_failure_of_the_function_is_the_days_error() -> None:
    def fail(_: Mapping[str, object]) -> dict[str, Any]:
        raise FlowsFailedError("details: CorruptLogError: an object is missing")

    summary = total([replay_details(fail, _REPLAY), replay_details(_Function(1), _REPLAY)])
    assert summary.details
    assert (summary.details.counts.lines, exit_code(summary)) == (1, 1)
    assert not nothing_missed(summary)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "the function timed out on 2026-11-03T00:00:00Z"),
        ({"kind": "run", "complete": True, "flows": {}}, "does not know the event 'details'"),
        ({"kind": "replay", "flows": {}}, "does not know the event 'details'"),
    ],
)
def test_a_function_that_does_something_else_is_an_error(
    answer: dict[str, Any] | None, message: str
) -> None:
    with pytest.raises(UnavailableError, match=message):
        replay_details(lambda _: answer, _REPLAY)


def test_a_whole_range_is_a_proof() -> None:
    assert nothing_missed(total([replay_details(_Function(0), _REPLAY)]))
