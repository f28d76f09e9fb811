from datetime import UTC, datetime, timedelta

import pytest

from studio_export.model import Span
from studio_export.summary import Counts, FlowSummary
from studio_export_cli.flow_progress import FlowProgress

_FLOW = "FW" + "1" * 32
_DAY = 86_400
_START = datetime(2026, 11, 1, tzinfo=UTC)


class _Updates:
    """A `Progress` that records its updates."""

    def __init__(self) -> None:
        self.shares: list[float] = []
        self.texts: list[str] = []

    def update(self, task: str, share: float, text: str) -> None:
        assert task == _FLOW
        self.shares.append(share)
        self.texts.append(text)


def _flow(days_behind: float, lines: int = 0) -> FlowSummary:
    return FlowSummary(
        _FLOW,
        Counts(lines=lines),
        head_lag_seconds=int(days_behind * _DAY),
        headroom_seconds=int((30 - days_behind) * _DAY),
        still_due=1 if days_behind else 0,
    )


def test_the_share_of_a_run_is_how_much_of_the_backlog_is_done() -> None:
    updates = _Updates()
    progress = FlowProgress(updates, None)
    for days_behind in (20, 15, 5, 0):
        progress(_flow(days_behind))
    assert updates.shares == pytest.approx([0, 0.25, 0.75, 1])


def test_the_share_of_a_replay_is_how_much_of_the_range_is_done() -> None:
    updates = _Updates()
    progress = FlowProgress(updates, Span(_START, _START + timedelta(days=4)))
    progress(FlowSummary(_FLOW, swept_to=_START + timedelta(days=2), still_due=1))
    assert updates.shares == pytest.approx([0.5])


def test_the_text_has_lines_rate_and_lag() -> None:
    updates = _Updates()
    seconds = iter([0.0, 10.0])
    progress = FlowProgress(updates, None, lambda: next(seconds))
    progress(_flow(10, lines=1000))
    assert updates.texts[0].split() == ["1,000", "lines", "100/s", "lag", "10d"]
