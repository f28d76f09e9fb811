from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import FlowsFailedError, UnavailableError
from studio_export.function.result import error_lines
from studio_export.model import Replay, Span
from studio_export_cli.output import exit_code, nothing_missed
from studio_export_cli.replay.by_function import replay_piece, total

_ONE, _TWO = "FW" + "1" * 32, "FW" + "2" * 32
_DAY = datetime(2026, 11, 3, tzinfo=UTC)
_SPAN = Span(_DAY, _DAY + timedelta(days=1))


class _Function:
    """Sweeps so many seconds of each Flow in an invocation, a line an hour; killed beyond that."""

    def __init__(self, seconds: int, *, killed: bool = False) -> None:
        self.seconds = seconds
        self.killed = killed
        self.events: list[Mapping[str, Any]] = []

    def __call__(self, event: Mapping[str, object]) -> dict[str, Any] | None:
        self.events.append(event)
        start, stop = (datetime.fromisoformat(str(event[key])) for key in ("from", "to"))
        seconds = int((stop - start).total_seconds())
        if self.killed and seconds > self.seconds:
            return None
        done = min(seconds, self.seconds)
        flow = {
            "lines": done // 3600,
            "ended": 0,
            "still_due": int(done < seconds),
            "swept_to": (start + timedelta(seconds=done)).isoformat(),
            "error": None,
        }
        sids: Any = event.get("flows") or [_ONE, _TWO]
        return {"complete": done == seconds, "flows": dict.fromkeys(sids, flow)}


def test_what_an_invocation_left_is_asked_for_from_there() -> None:
    function = _Function(10 * 3600)
    piece = replay_piece(function, Replay(_SPAN))
    starts = [event["from"] for event in function.events]
    assert starts == ["2026-11-03T00:00:00Z", "2026-11-03T10:00:00Z", "2026-11-03T20:00:00Z"]
    assert {sid: counts.lines for sid, counts in piece.counts.items()} == {_ONE: 24, _TWO: 24}


def test_what_was_killed_is_asked_for_in_halves() -> None:
    function = _Function(7 * 3600, killed=True)
    piece = replay_piece(function, Replay(_SPAN, (_ONE,)))
    assert piece.counts[_ONE].lines == 24
    assert all(event["flows"] == [_ONE] for event in function.events)
    asked = [(event["from"][11:13], event["to"][11:13]) for event in function.events]
    assert asked[:3] == [("00", "00"), ("00", "12"), ("00", "06")]


def test_a_time_out_that_is_always_too_short_ends_it() -> None:
    with pytest.raises(UnavailableError, match="time-out is too short at 2026-11-03T00:00:00Z"):
        replay_piece(_Function(0, killed=True), Replay(_SPAN))


def test_no_progress_time_after_time_ends_it() -> None:
    function = _Function(0)
    with pytest.raises(UnavailableError, match="no progress at 2026-11-03T00:00:00Z"):
        replay_piece(function, Replay(_SPAN))
    assert len(function.events) == 3


def test_flows_that_failed_are_told_and_prove_nothing() -> None:
    def failing(_: Mapping[str, object]) -> dict[str, Any]:
        raise FlowsFailedError(f"{_ONE}: InvalidPageError: unreadable")

    summary = total([replay_piece(failing, Replay(_SPAN))], _SPAN)
    assert error_lines(summary) == [f"FlowsFailedError: {_ONE}: InvalidPageError: unreadable"]
    assert exit_code(summary) == 1
    assert not nothing_missed(summary)


def test_pieces_add_up() -> None:
    pieces = [replay_piece(_Function(86_400), Replay(_SPAN)) for _ in range(2)]
    summary = total(pieces, _SPAN)
    assert summary.complete
    assert summary.totals.lines == 96


def test_flows_that_were_not_reached_are_asked_for_without_those_that_are_done() -> None:
    asked: list[object] = []

    def one_flow_at_a_time(event: Mapping[str, object]) -> dict[str, Any]:
        asked.append(event.get("flows"))
        sids: Any = event.get("flows") or [_ONE, _TWO]
        first, *others = sids
        done = {"lines": 1, "still_due": 0, "swept_to": "2026-11-04T00:00:00Z"}
        flows = {first: done, **{sid: {"lines": 0, "still_due": 1} for sid in others}}
        return {"complete": not others, "flows": flows}

    piece = replay_piece(one_flow_at_a_time, Replay(_SPAN))
    assert asked == [None, [_TWO]]
    assert {sid: counts.lines for sid, counts in piece.counts.items()} == {_ONE: 1, _TWO: 1}
