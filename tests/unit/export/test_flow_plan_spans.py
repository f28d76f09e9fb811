from datetime import UTC, datetime, timedelta

from studio_export.export import ages
from studio_export.export.flow_plan import FlowPlan
from studio_export.export.order import SweepResult, Watermarks
from studio_export.model import Checkpoint
from studio_export.summary import Counts

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def test_a_slow_first_span_does_not_keep_the_later_ones_narrow() -> None:
    start = NOW - timedelta(days=30)
    work = month(3600)
    work.start_next()  # never finishes
    widths = []
    for _ in range(4):
        order = work.start_next()
        widths.append(order.span.seconds)
        work.record_result(order, SweepResult(Counts(pages=1), complete=True, filled_pages=1))

    assert widths == [7200, 14_400, 28_800, 57_600]
    assert work.checkpoint.cursors[120] == start


def month(fits: int) -> FlowPlan:
    """A Flow whose head has a month to list; so many seconds are thought to fit a page."""
    start = NOW - timedelta(days=30)
    return FlowPlan("FW" + "0" * 32, NOW, Checkpoint({120: start}, {120: fits}))


def hours(work: FlowPlan, count: int) -> list[float]:
    return [work.start_next().span.seconds / 3600 for _ in range(count)]


def test_what_a_new_flow_starts_at_once_grows_before_anything_has_answered() -> None:
    assert hours(month(ages.FIRST_SPAN), 8) == [1, 2, 4, 8, 16, 16, 16, 16]


def test_spans_do_not_grow_beyond_the_width_that_an_earlier_run_measured() -> None:
    assert hours(month(1800), 4) == [0.5, 0.5, 0.5, 0.5]


def test_the_first_answer_sets_the_width_and_ends_optimistic_growth() -> None:
    work = month(ages.FIRST_SPAN)
    first = work.start_next()
    hours(work, 3)
    work.record_result(first, SweepResult(Counts(pages=3), complete=True, filled_pages=3))
    assert hours(work, 3) == [1, 1, 1]


def test_an_optimistic_width_is_not_saved() -> None:
    work = month(ages.FIRST_SPAN)
    hours(work, 4)
    assert work.checkpoint.spans == {120: ages.FIRST_SPAN}


def test_in_a_replay_no_record_comes_late_or_for_the_last_time() -> None:
    replay = FlowPlan("FW" + "0" * 32, NOW, Checkpoint({0: NOW - timedelta(days=1)}, {0: 3600}))

    assert replay.watermarks() == Watermarks()
