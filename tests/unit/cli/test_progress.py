from datetime import UTC, datetime, timedelta

import pytest
from rich.progress import Progress

from studio_export.model import Counts, FlowSummary, Span
from studio_export_cli.progress import Bars, Lines

_FLOW = "FW" + "1" * 32
_DAY = 86_400
_START = datetime(2026, 11, 1, tzinfo=UTC)


def _flow(days_behind: float, lines: int = 0) -> FlowSummary:
    return FlowSummary(
        _FLOW,
        Counts(lines=lines),
        head_lag_seconds=int(days_behind * _DAY),
        headroom_seconds=int((30 - days_behind) * _DAY),
        still_due=1 if days_behind else 0,
    )


def _completed(summaries: list[FlowSummary], replayed: Span | None = None) -> list[float]:
    progress = Progress(disable=True)
    bars = Bars(progress, replayed)
    seen = []
    for summary in summaries:
        bars(summary)
        seen.append(progress.tasks[0].completed)
    return seen


def test_a_bar_is_how_much_of_the_backlog_is_done() -> None:
    summaries = [_flow(20), _flow(15), _flow(5), _flow(0)]
    assert _completed(summaries) == pytest.approx([0, 0.25, 0.75, 1])


def test_a_replays_bar_is_how_much_of_the_range_is_done() -> None:
    span = Span(_START, _START + timedelta(days=4))
    halfway = FlowSummary(_FLOW, swept_to=_START + timedelta(days=2), still_due=1)
    assert _completed([halfway], span) == pytest.approx([0.5])


def test_without_a_terminal_a_flow_speaks_every_ten_seconds() -> None:
    said: list[str] = []
    now = 0.0
    listen = Lines(said.append, None, clock=lambda: now)
    for now in range(25):
        listen(_flow(10, lines=100 * int(now)))
    assert [line.split() for line in said] == [
        [_FLOW, "1,000", "lines", "100/s", "lag", "10d"],
        [_FLOW, "2,000", "lines", "100/s", "lag", "10d"],
    ]


def test_a_flow_that_is_done_says_nothing_more() -> None:
    said: list[str] = []
    times = iter([0.0, *(60.0 * n for n in range(9))])
    listen = Lines(said.append, None, clock=lambda: next(times))
    listen(_flow(0))
    listen(_flow(0))
    assert said == []
