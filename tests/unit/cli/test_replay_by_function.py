from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import FlowsFailedError, UnavailableError
from studio_export.function.result import error_lines
from studio_export.model import Replay, Span
from studio_export.shard import Shard
from studio_export_cli.exit_codes import exit_code
from studio_export_cli.replay.by_function import of_shard, replay_piece, total
from studio_export_cli.replay.text import nothing_missed

_ONE, _TWO = "FW" + "1" * 32, "FW" + "2" * 32
_DAY = datetime(2026, 11, 3, tzinfo=UTC)
_SPAN = Span(_DAY, _DAY + timedelta(days=1))


class _Function:
    """Sweep `seconds` of each Flow in an invocation, a line for each hour."""

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


def test_the_next_invocation_continues_where_the_last_one_ended() -> None:
    function = _Function(10 * 3600)
    piece = replay_piece(function, Replay(_SPAN))
    starts = [event["from"] for event in function.events]
    assert starts == ["2026-11-03T00:00:00Z", "2026-11-03T10:00:00Z", "2026-11-03T20:00:00Z"]
    assert {sid: counts.lines for sid, counts in piece.counts.items()} == {_ONE: 24, _TWO: 24}


def test_a_killed_invocation_is_repeated_in_halves() -> None:
    function = _Function(7 * 3600, killed=True)
    piece = replay_piece(function, Replay(_SPAN, (_ONE,)))
    assert piece.counts[_ONE].lines == 24
    assert all(event["flows"] == [_ONE] for event in function.events)
    requested = [(event["from"][11:13], event["to"][11:13]) for event in function.events]
    assert requested[:3] == [("00", "00"), ("00", "12"), ("00", "06")]


def test_a_timeout_that_is_always_too_short_is_an_error() -> None:
    with pytest.raises(UnavailableError, match=r"timed out on .* at 2026-11-03T00:00:00Z"):
        replay_piece(_Function(0, killed=True), Replay(_SPAN))


def test_three_invocations_without_progress_are_an_error() -> None:
    function = _Function(0)
    with pytest.raises(UnavailableError, match="no progress at 2026-11-03T00:00:00Z"):
        replay_piece(function, Replay(_SPAN))
    assert len(function.events) == 3


def test_failed_flows_are_in_the_summary_and_prove_nothing() -> None:
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


def test_flows_that_were_not_reached_are_replayed_without_those_that_are_done() -> None:
    requested: list[object] = []

    def one_flow_at_a_time(event: Mapping[str, object]) -> dict[str, Any]:
        requested.append(event.get("flows"))
        sids: Any = event.get("flows") or [_ONE, _TWO]
        first, *others = sids
        done = {"lines": 1, "still_due": 0, "swept_to": "2026-11-04T00:00:00Z"}
        flows = {first: done, **{sid: {"lines": 0, "still_due": 1} for sid in others}}
        return {"complete": not others, "flows": flows}

    piece = replay_piece(one_flow_at_a_time, Replay(_SPAN))
    assert requested == [None, [_TWO]]
    assert {sid: counts.lines for sid, counts in piece.counts.items()} == {_ONE: 1, _TWO: 1}


class _TwoSpeeds:
    """Sweep 8 hours of one Flow and 3 of the other in an invocation; one of these is killed."""

    def __init__(self, killed: int | None) -> None:
        self.killed = killed
        self.events: list[Mapping[str, Any]] = []
        self.swept: dict[str, list[tuple[int, int]]] = {_ONE: [], _TWO: []}

    def __call__(self, event: Mapping[str, object]) -> dict[str, Any] | None:
        self.events.append(event)
        start, stop = (_hour(event[key]) for key in ("from", "to"))
        if len(self.events) - 1 == self.killed:
            return None
        given: Any = event.get("flows") or [_ONE, _TWO]
        starts = {sid: _hour(given[sid]) if isinstance(given, Mapping) else start for sid in given}
        flows = {}
        for sid, first in starts.items():
            last = min(stop, first + (8 if sid == _ONE else 3))
            self.swept[sid].append((first, last))
            swept_to = (_DAY + timedelta(hours=last)).isoformat()
            flows[sid] = {"lines": 0, "still_due": int(last < stop), "swept_to": swept_to}
        return {"complete": not any(each["still_due"] for each in flows.values()), "flows": flows}


def _hour(text: object) -> int:
    return int((datetime.fromisoformat(str(text)) - _DAY).total_seconds()) // 3600


@pytest.mark.parametrize("killed", [None, 0, 1, 2])
def test_no_hour_of_a_flow_is_swept_again_because_another_is_slower(killed: int | None) -> None:
    function = _TwoSpeeds(killed)
    replay_piece(function, Replay(_SPAN))
    for sid in (_ONE, _TWO):
        ends = [0, *(last for _, last in function.swept[sid])]
        assert [first for first, _ in function.swept[sid]] == ends[:-1]
        assert ends[-1] == 24
    assert any(isinstance(event.get("flows"), Mapping) for event in function.events)


def test_a_replay_goes_on_while_any_flow_moves() -> None:
    """The slow one has not begun for as long as three invocations, and that is no standstill."""
    events: list[Mapping[str, object]] = []

    def function(event: Mapping[str, object]) -> dict[str, Any]:
        events.append(event)
        swept_to = (_DAY + timedelta(hours=len(events))).isoformat()
        moving = {"lines": 0, "still_due": int(len(events) < 5), "swept_to": swept_to}
        waiting = {"lines": 0, "still_due": int(len(events) < 6)}
        return {"complete": len(events) == 6, "flows": {_ONE: moving, _TWO: waiting}}

    replay_piece(function, Replay(_SPAN))
    assert len(events) == 6


def test_every_event_of_a_shard_names_it_and_none_of_all_flows_does() -> None:
    function = _Function(10 * 3600)
    replay_piece(of_shard(function, Shard(3, 8)), Replay(_SPAN))
    assert [event["shard"] for event in function.events] == ["3/8"] * 3
    del function.events[:]
    replay_piece(of_shard(function, None), Replay(_SPAN))
    assert not any("shard" in event for event in function.events)
