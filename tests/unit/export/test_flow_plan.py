"""One Flow's work: spans are handed out ahead, cursors move over what is finished in a row."""

from datetime import datetime

import pytest

from studio_export.errors import InvalidPageError
from studio_export.export import ages
from studio_export.export.flow_plan import FlowPlan
from studio_export.export.order import SweepResult, Watermarks
from studio_export.model import Checkpoint, Span
from studio_export.summary import Counts, Failure
from tests.unit.export.instants import NOW, ago

UNREADABLE = Failure(InvalidPageError, "unreadable")
HEAD, LAST = 120, 7200
HOUR = 3600
MONTH = 30 * 24 * HOUR


def work(head_seconds: int = 4 * HOUR, spans: int = HOUR) -> FlowPlan:
    """A Flow whose head has so much left to list, an hour at a time."""
    return FlowPlan("FW1", NOW, Checkpoint({HEAD: ago(HEAD + head_seconds)}, {HEAD: spans}))


def swept(lines: int = 1, *, complete: bool = True) -> SweepResult:
    return SweepResult(Counts(lines=lines, pages=2), complete, filled_pages=2)


def cursor(flow: FlowPlan) -> datetime:
    return flow.checkpoint.cursors[HEAD]


def test_without_anything_due_the_work_is_over() -> None:
    flow = work(head_seconds=0)
    assert flow.is_finished
    with pytest.raises(ValueError, match="no next span"):
        flow.start_next()


def test_spans_under_way_follow_one_another() -> None:
    flow = work(head_seconds=2 * HOUR, spans=HOUR // 2)
    spans = [flow.start_next().span for _ in range(4)]
    assert [(a.stop, a.seconds) for a in spans[:3]] == [(b.start, HOUR // 2) for b in spans[1:]]
    assert flow.next_order is None
    assert not flow.is_finished


def test_a_cursor_moves_when_a_span_is_finished_and_counts_add_up() -> None:
    flow = work()
    first = flow.start_next()
    flow.record_result(first, swept(lines=3))
    assert cursor(flow) == first.span.stop
    second = flow.start_next()
    flow.record_result(second, swept(lines=4))
    assert flow.counts == Counts(lines=7, pages=4)


def test_a_cursor_waits_for_the_span_before() -> None:
    flow = work()
    first, second = flow.start_next(), flow.start_next()
    before = cursor(flow)
    flow.record_result(second, swept())
    assert cursor(flow) == before
    flow.record_result(first, swept())
    assert cursor(flow) == second.span.stop


def test_a_failed_span_stays_due_and_nothing_more_is_started() -> None:
    flow = work()
    first, second = flow.start_next(), flow.start_next()
    flow.record_failure(first, UNREADABLE, Counts())
    before = cursor(flow)
    flow.record_result(second, swept())
    assert cursor(flow) == before
    assert flow.is_finished
    assert flow.error == UNREADABLE


def test_the_first_error_is_kept() -> None:
    flow = work()
    first, second = flow.start_next(), flow.start_next()
    flow.record_failure(first, UNREADABLE, Counts())
    flow.record_failure(second, Failure(InvalidPageError, "second"), Counts())
    assert flow.error == UNREADABLE


def test_a_span_given_up_is_tried_again_in_a_quarter() -> None:
    flow = work()
    first = flow.start_next()
    flow.record_result(first, swept(complete=False))
    assert cursor(flow) == first.span.start
    assert flow.next_order is not None
    assert flow.next_order.span.start == first.span.start
    assert flow.next_order.span.seconds == HOUR // 4


def test_what_a_listing_did_before_it_was_given_up_counts() -> None:
    flow = work()
    flow.record_result(flow.start_next(), swept(lines=5, complete=False))
    assert flow.counts == Counts(lines=5, pages=2)


def test_a_listing_is_judged_by_its_filled_pages() -> None:
    flow = work(spans=600)
    flow.record_result(
        flow.start_next(), SweepResult(Counts(pages=9), complete=True, filled_pages=1)
    )
    assert flow.checkpoint.spans == {HEAD: 1200}


def test_stopped_without_an_error_it_is_over_but_still_due() -> None:
    flow = work()
    flow.stop(None)
    assert flow.is_finished
    assert (flow.summary().still_due, flow.summary().error) == (1, None)


def test_the_summary_says_lag_headroom_and_what_is_due() -> None:
    cursors = {HEAD: ago(HEAD), HOUR: ago(2 * HOUR), LAST: ago(5 * HOUR)}
    flow = FlowPlan("FW1", NOW, Checkpoint(cursors, dict.fromkeys(cursors, HOUR)))
    summary = flow.summary()
    assert summary.flow_sid == "FW1"
    assert summary.head_lag_seconds == HEAD
    assert summary.headroom_seconds == MONTH - 5 * HOUR
    assert summary.overdue_seconds == 2 * HOUR  # of 3 hours, less the width of a range at that age
    assert summary.still_due == 2


def test_what_is_left_is_overdue_since_it_was_wide_enough_to_be_listed() -> None:
    cursors = {HEAD: ago(HEAD + 900), LAST: ago(LAST + HOUR + 2000)}
    flow = FlowPlan("FW1", NOW, Checkpoint(cursors, dict.fromkeys(cursors, HOUR)))
    assert flow.summary().overdue_seconds == 2000
    assert work(head_seconds=0).summary().overdue_seconds == 0


def test_with_nothing_due_all_of_the_retention_is_headroom() -> None:
    assert work(head_seconds=0).summary().headroom_seconds == MONTH


def test_it_watches_for_what_comes_late_and_what_is_listed_for_the_last_time() -> None:
    cursors = {HEAD: ago(HEAD + 900), LAST: ago(LAST + 5 * HOUR)}
    flow = FlowPlan("FW1", NOW, Checkpoint(cursors, dict.fromkeys(cursors, HOUR)))
    assert flow.watermarks() == Watermarks(ago(HEAD + 900), Span(ago(LAST + 5 * HOUR), ago(LAST)))


def test_the_span_behind_a_hole_is_listed_without_the_second_before_it() -> None:
    hole = Span(ago(HEAD + HOUR + 1), ago(HEAD + HOUR))
    flow = FlowPlan("FW1", NOW, Checkpoint({HEAD: hole.start}, {HEAD: HOUR}, (hole,)))
    order = flow.start_next()
    assert order.span.start == hole.stop
    assert order.exact


def test_a_wide_hole_that_still_fails_is_split_down_to_the_second_that_fails() -> None:
    hole = Span(ago(HOUR + 8), ago(HOUR))
    failing = Span(ago(HOUR + 6), ago(HOUR + 5))
    flow = FlowPlan("FW1", NOW, Checkpoint({HEAD: ago(HEAD)}, {HEAD: HOUR}, (hole,)))
    while flow.next_order:
        order = flow.start_next()
        if order.span.start <= failing.start < order.span.stop:
            flow.record_result(
                order, SweepResult(Counts(), complete=False, failure=InvalidPageError("unreadable"))
            )
        else:
            flow.record_result(order, swept())
    assert flow.checkpoint.holes == (failing,)


# The width of spans


def month(fits: int) -> FlowPlan:
    """A Flow whose head has a month to list; so many seconds are thought to fit a page."""
    return work(MONTH - HEAD, spans=fits)


def test_a_slow_first_span_does_not_keep_the_later_ones_narrow() -> None:
    flow = month(7200)
    flow.start_next()  # never finishes
    widths = []
    for _ in range(4):
        order = flow.start_next()
        widths.append(order.span.seconds)
        flow.record_result(order, SweepResult(Counts(pages=1), complete=True, filled_pages=1))

    assert widths == [7200, 14_400, 28_800, 57_600]
    assert cursor(flow) == ago(MONTH)


def test_spans_under_way_do_not_grow_before_one_has_answered() -> None:
    flow = month(1800)
    assert [flow.start_next().span.seconds for _ in range(4)] == [1800] * 4


def test_a_listing_that_was_given_up_says_how_wide_nearly_four_pages_are() -> None:
    flow = month(MONTH)
    whole = flow.start_next()
    assert flow.next_order is None  # nothing is left beside it, so nothing is given up twice
    reached = ago(HEAD + 16 * HOUR)
    given_up = SweepResult(Counts(pages=16), complete=False, filled_pages=16, reached=reached)
    flow.record_result(whole, given_up)
    assert cursor(flow) == whole.span.start
    assert [flow.start_next().span.seconds for _ in range(3)] == [3.8 * HOUR] * 3


def test_until_a_listing_has_measured_the_traffic_it_is_given_up_after_few_pages() -> None:
    checkpoint = Checkpoint({HEAD: ago(MONTH)}, {HEAD: MONTH})
    flow = FlowPlan("FW1", NOW, checkpoint, is_measured=False)
    first = flow.start_next()
    flow.record_result(first, swept(complete=False))
    assert (first.max_pages, flow.start_next().max_pages) == (ages.FIRST_PAGES, None)
    assert work().start_next().max_pages is None


def test_in_a_replay_no_record_comes_late_or_for_the_last_time() -> None:
    replay = FlowPlan("FW" + "0" * 32, NOW, Checkpoint({0: ago(24 * HOUR)}, {0: 3600}))

    assert replay.watermarks() == Watermarks()
