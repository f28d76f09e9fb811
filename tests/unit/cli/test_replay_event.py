from datetime import UTC, datetime, timedelta

from studio_export.model import Replay, Span
from studio_export_cli.replay.event import event_of

_DAY = datetime(2026, 11, 3, tzinfo=UTC)
_FLOW = "FW" + "1" * 32


def test_the_event_has_what_was_asked_for_and_no_more() -> None:
    span = Span(_DAY, _DAY + timedelta(hours=1))
    hour = {"from": "2026-11-03T00:00:00Z", "to": "2026-11-03T01:00:00Z"}
    assert event_of(Replay(span)) == hour
    assert event_of(Replay(span, (_FLOW,))) == {**hour, "flows": [_FLOW]}
    own = {_FLOW: _DAY + timedelta(minutes=5)}
    assert event_of(Replay(span, (_FLOW,), own))["flows"] == {_FLOW: "2026-11-03T00:05:00Z"}
    assert event_of(Replay(span, details=True)) == {"details": hour}
