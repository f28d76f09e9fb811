"""A plan with hints: the head's wide listing, the question, the errands, and what they teach."""

from dataclasses import replace

from studio_export.errors import CorruptLogError, InvalidPageError, UnavailableError
from studio_export.export import hints
from studio_export.export.ages import DAY
from studio_export.export.flow_plan import FlowPlan
from studio_export.export.freshness import Freshness
from studio_export.export.order import Order, SweepResult
from studio_export.instants import to_epoch
from studio_export.model import Checkpoint, Hints, Span
from studio_export.summary import Counts, Failure
from tests.unit.export.instants import NOW, TODAY, ago, shown_of

HEAD, LAST, HOUR = 120, 29 * DAY, 3600
HEAD_AT = to_epoch(NOW) - HEAD - 900


def plan(
    known: Hints,
    *holes: Span,
    head_seconds: int = 900,
    last_seconds: int = 0,
    freshness: Freshness | None = None,
) -> FlowPlan:
    """A Flow with so much left to list at the head and at its other age."""
    cursors = {HEAD: ago(HEAD + head_seconds), LAST: ago(LAST + last_seconds)}
    checkpoint = Checkpoint(cursors, dict.fromkeys(cursors, 900), holes, known)
    return FlowPlan("FW1", NOW, checkpoint, freshness or Freshness(None, page_rows=10))


def answer(
    created: tuple[int, ...] = (), active: tuple[int, ...] = (), pages: int = 1
) -> SweepResult:
    return SweepResult(Counts(pages=pages), complete=True, shown=shown_of(created, active))


def finish(flow: FlowPlan, result: SweepResult) -> Order:
    order = flow.start_next()
    flow.record_result(order, result)
    return order


def known_after(flow: FlowPlan) -> Hints:
    assert flow.checkpoint.hints is not None
    return flow.checkpoint.hints


def test_the_head_is_listed_from_the_oldest_watched_one_that_fits_its_page() -> None:
    near = HEAD_AT - 600
    order = plan(Hints((near,), {TODAY: 100})).start_next()
    assert order.span == Span(ago(HEAD + 900), ago(HEAD))
    assert order.listed == Span(hints.span_of(near, near + 1).start, ago(HEAD))


def test_the_head_is_listed_no_further_than_a_page() -> None:
    far = HEAD_AT - 13 * HOUR
    order = plan(Hints((far,), {TODAY: 140})).start_next()
    assert order.listed.seconds == (14 * HOUR - HEAD) * 10 // 140
    assert to_epoch(order.listed.start) > far


def test_where_the_filter_is_ignored_the_head_may_take_four_pages_for_everything_watched() -> None:
    far = HEAD_AT - 3 * HOUR
    ignored = Hints((far,), {TODAY: 140}, ignored_until=to_epoch(NOW) + DAY)
    assert to_epoch(plan(ignored).start_next().listed.start) == far
    further = replace(ignored, watched=(HEAD_AT - 9 * HOUR, far))
    assert to_epoch(plan(further).start_next().listed.start) > far


def test_what_the_head_does_not_show_is_asked_for_and_listed_where_it_differs() -> None:
    old = tuple(HEAD_AT - 2 * DAY - each * HOUR for each in (3, 2, 1))
    flow = plan(Hints(old, {TODAY: 140}))
    finish(flow, answer())
    question = finish(flow, answer(old[1:2], old[1:2]))
    assert question.asks
    assert question.span == hints.span_of(old[0], old[2] + 1)
    errands = [finish(flow, answer((second,), ())) for second in (old[0], old[2])]
    assert [order.span for order in errands] == [hints.span_of(s, s + 1) for s in (old[0], old[2])]
    assert flow.is_finished
    assert known_after(flow).watched == (old[1],)


def test_nothing_is_asked_when_the_head_shows_everybody() -> None:
    near = HEAD_AT - 600
    flow = plan(Hints((near,), {TODAY: 100}))
    finish(flow, answer((near,), (near,)))
    assert flow.is_finished


def test_a_wide_listing_recounts_no_day_that_it_did_not_compare() -> None:
    midnight = TODAY * DAY
    flow = plan(Hints((midnight + 5,), {TODAY: 9}))
    order = finish(flow, answer((midnight + 5, HEAD_AT + 1), (midnight + 5,)))
    assert to_epoch(order.listed.start) == midnight
    assert known_after(flow).totals == {TODAY: 10}


def test_the_question_waits_until_every_head_sweep_is_done() -> None:
    flow = plan(Hints((HEAD_AT - 2 * DAY,), {TODAY: 140}), head_seconds=1800)
    first, second = flow.start_next(), flow.start_next()
    assert flow.next_order is None
    flow.record_result(first, answer())
    assert flow.next_order is None
    flow.record_result(second, answer())
    assert flow.next_order is not None
    assert flow.next_order.asks


def test_a_failed_question_is_no_error_and_is_asked_again_after_an_hour() -> None:
    flow = plan(Hints((HEAD_AT - 2 * DAY,), {TODAY: 140}))
    finish(flow, answer())
    finish(flow, SweepResult(Counts(), complete=False, failure=UnavailableError("no answer")))
    assert flow.is_finished
    assert flow.error is None
    assert known_after(flow).ask_from == to_epoch(NOW) + HOUR


def test_an_errand_that_fails_is_split_and_its_other_half_is_listed() -> None:
    old = (HEAD_AT - 2 * DAY, HEAD_AT - 2 * DAY + 10)
    flow = plan(Hints(old, {TODAY: 140}))
    finish(flow, answer())
    finish(flow, answer())
    failed = SweepResult(Counts(), complete=False, failure=InvalidPageError("unreadable"))
    assert finish(flow, failed).span == hints.span_of(old[0], old[1] + 1)
    while flow.next_order:
        poisoned = to_epoch(flow.next_order.span.start) <= old[0]
        finish(flow, failed if poisoned else answer(old[1:]))
    assert known_after(flow).watched == (old[0],)


def test_what_lies_beside_a_second_that_fails_is_listed_before_that_second_is_found() -> None:
    old = tuple(HEAD_AT - 2 * DAY + seconds for seconds in (0, 1, 3_000))
    flow = plan(Hints(old, {TODAY: 140}))
    finish(flow, answer())
    finish(flow, answer())
    errands = []
    while flow.next_order:
        poisoned = to_epoch(flow.next_order.span.start) <= old[0]
        errands.append(finish(flow, FAILED if poisoned else answer(old[1:])).span)
    assert hints.within(old, errands[2]) == old[2:]
    assert known_after(flow).watched == old[:1]


def test_a_second_that_fails_is_listed_again_without_the_second_before_it() -> None:
    old = (HEAD_AT - 2 * DAY,)
    flow = plan(Hints(old, {TODAY: 140}))
    finish(flow, answer())
    finish(flow, answer())
    errands = [finish(flow, FAILED), finish(flow, answer(old))]
    assert [order.span for order in errands] == [hints.span_of(old[0], old[0] + 1)] * 2
    assert [order.exact for order in errands] == [False, True]
    assert known_after(flow).watched == ()


def test_requests_beyond_the_budget_put_the_next_question_off() -> None:
    old = (HEAD_AT - 2 * DAY,)
    flow = plan(Hints(old, {TODAY: 140}), freshness=Freshness(requests_an_hour=6, page_rows=10))
    finish(flow, answer())
    finish(flow, answer(pages=2))
    finish(flow, answer(old))
    assert known_after(flow).ask_from == to_epoch(NOW) + 3 * HOUR // 6


def test_a_plan_with_dropped_hints_compares_everything_and_asks_nothing() -> None:
    flow = plan(Hints(dropped_until=to_epoch(NOW) + DAY))
    order = finish(flow, answer((HEAD_AT + 1,), (HEAD_AT + 1,)))
    assert (order.known, order.back_to) == (None, None)
    assert known_after(flow).watched == ()
    assert flow.is_finished


def test_a_wide_listing_that_is_not_complete_is_followed_by_one_of_the_span_alone() -> None:
    near = HEAD_AT - 600
    for failure in (None, InvalidPageError("unreadable")):
        flow = plan(Hints((near,), {TODAY: 100}))
        wide = finish(flow, SweepResult(Counts(pages=1), complete=False, failure=failure))
        narrow = flow.start_next()
        assert (wide.span, wide.back_to is None) == (narrow.span, False)
        assert narrow.back_to is None


def test_the_next_question_waits_no_longer_than_six_hours() -> None:
    old = (HEAD_AT - 2 * DAY,)
    flow = plan(Hints(old, {TODAY: 140}), freshness=Freshness(requests_an_hour=1, page_rows=10))
    finish(flow, answer())
    finish(flow, answer(old, old, pages=99))
    assert known_after(flow).ask_from == to_epoch(NOW) + 6 * HOUR


def test_what_fails_beside_the_heads_own_range_does_not_keep_the_head_back() -> None:
    near = HEAD_AT - 600
    flow = plan(Hints((near,), {TODAY: 100}))
    unreadable = Failure(CorruptLogError, "unreadable")
    flow.record_failure(flow.start_next(), unreadable, Counts())
    assert finish(flow, answer()).back_to is None
    assert flow.checkpoint.cursors[HEAD] == ago(HEAD)
    assert flow.error == unreadable


def test_an_errand_that_cannot_be_appended_leaves_the_others_to_be_done() -> None:
    old = (HEAD_AT - 3 * DAY, HEAD_AT - 2 * DAY)
    flow = plan(Hints(old, {TODAY: 140}))
    finish(flow, answer())
    finish(flow, answer())
    flow.record_failure(flow.start_next(), Failure(CorruptLogError, "unreadable"), Counts())
    finish(flow, answer(old[1:]))
    assert flow.is_finished
    assert known_after(flow).watched == old[:1]


FAILED = SweepResult(Counts(), complete=False, failure=UnavailableError("no answer"))


def test_after_a_wide_listing_that_failed_the_head_is_listed_alone_for_an_hour() -> None:
    near = HEAD_AT - 600
    flow = plan(Hints((near,), {TODAY: 100}))
    finish(flow, FAILED)
    assert known_after(flow).narrow_until == to_epoch(NOW) + HOUR
    assert plan(known_after(flow)).start_next().back_to is None


def test_the_third_run_without_an_answer_lists_every_age_again_for_a_day() -> None:
    known = Hints((HEAD_AT - 2 * DAY,), {TODAY: 140})
    for unanswered in (1, 2):
        flow = plan(replace(known, ask_from=0))
        finish(flow, answer())
        finish(flow, FAILED)
        known = known_after(flow)
        assert (known.unanswered, known.ignored_until) == (unanswered, 0)
    flow = plan(replace(known, ask_from=0))
    finish(flow, answer())
    finish(flow, FAILED)
    assert known_after(flow).ignored_until == to_epoch(NOW) + DAY
    assert hints.are_blind(known_after(flow))


def test_a_run_whose_question_and_errands_are_answered_ends_the_count_of_those_without() -> None:
    old = (HEAD_AT - 2 * DAY,)
    flow = plan(Hints(old, {TODAY: 140}, unanswered=2))
    finish(flow, answer())
    finish(flow, answer())
    assert known_after(flow).unanswered == 2
    finish(flow, answer(old))
    assert known_after(flow).unanswered == 0


def test_errands_that_fail_end_no_plan_and_are_bounded() -> None:
    old = tuple(HEAD_AT - 20 * DAY + each * 8 * HOUR for each in range(40))
    flow = plan(Hints(old, {TODAY: 140}), last_seconds=DAY)
    finish(flow, answer())
    finish(flow, answer())
    errands = 0
    while flow.next_order and flow.next_order.span.start > ago(LAST):
        finish(flow, FAILED)
        errands += 1
    assert 0 < errands <= 16
    assert finish(flow, answer()).span.start == ago(LAST + DAY)
    assert flow.error is None


def test_nobody_is_asked_for_or_looked_for_in_a_hole() -> None:
    old = tuple(HEAD_AT - 2 * DAY + each * HOUR for each in range(3))
    flow = plan(Hints(old, {TODAY: 140}), hints.span_of(old[1], old[1] + 1))
    finish(flow, answer())
    spans = [finish(flow, answer()).span for _ in range(4)]
    seconds = [hints.span_of(second, second + 1) for second in (old[0], old[2])]
    assert spans[:2] == seconds
    assert sorted(spans[2:], key=lambda span: span.start) == seconds


def test_a_question_and_an_errand_behind_a_hole_leave_out_the_second_before_them() -> None:
    old = HEAD_AT - 2 * DAY
    cursors = {HEAD: ago(HEAD + 900), LAST: ago(LAST)}
    hole = hints.span_of(old - 1, old)
    known = Hints((old,), {TODAY: 140})
    checkpoint = Checkpoint(cursors, dict.fromkeys(cursors, 900), (hole,), known)
    flow = FlowPlan("FW1", NOW, checkpoint, Freshness(None, page_rows=10))
    finish(flow, answer())
    orders = [finish(flow, answer()) for _ in range(2)]
    assert [order.asks for order in orders] == [True, False]
    assert all(order.exact for order in orders)


def test_the_head_reaches_back_to_the_second_after_the_one_behind_a_hole() -> None:
    cursors = {HEAD: ago(HEAD + 900), LAST: ago(LAST)}
    hole = hints.span_of(HEAD_AT - 601, HEAD_AT - 600)
    known = Hints((HEAD_AT - 700,), {TODAY: 100})
    checkpoint = Checkpoint(cursors, dict.fromkeys(cursors, 900), (hole,), known)
    order = FlowPlan("FW1", NOW, checkpoint, Freshness(None, page_rows=10)).start_next()
    assert to_epoch(order.listed.start) == HEAD_AT - 599


def test_an_errand_that_fails_is_no_reason_given_for_a_hole() -> None:
    old = HEAD_AT - 2 * DAY
    flow = plan(Hints((old,), {TODAY: 140}), hints.span_of(old + HOUR, old + HOUR + 1))
    finish(flow, answer())
    finish(flow, answer())
    finish(flow, FAILED)
    error = flow.summary().error
    assert error is not None
    assert "no answer" not in error.message
