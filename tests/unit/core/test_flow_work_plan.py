from datetime import UTC, datetime, timedelta

from studio_export.flow_work import FlowWork
from studio_export.model import Checkpoint, Counts
from studio_export.sweep import Swept, Watch

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def test_a_slow_first_span_does_not_keep_the_later_ones_narrow() -> None:
    start = NOW - timedelta(days=30)
    work = FlowWork("FW" + "0" * 32, NOW, Checkpoint({120: start}, {120: 3600}))
    work.start()  # never finishes
    widths = []
    for _ in range(4):
        span = work.start()
        widths.append(span.seconds)
        work.finish(span, Swept(Counts(pages=1), complete=True, filled_pages=1))

    assert widths == [3600, 7200, 14_400, 28_800]
    assert work.checkpoint.cursors[120] == start


def test_in_a_replay_no_record_comes_late_or_for_the_last_time() -> None:
    replay = FlowWork("FW" + "0" * 32, NOW, Checkpoint({0: NOW - timedelta(days=1)}, {0: 3600}))

    assert replay.watch() == Watch()
