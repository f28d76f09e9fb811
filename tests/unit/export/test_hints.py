"""Hints are multisets of seconds, and totals of whole days."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from studio_export.export import hints
from studio_export.export.ages import DAY
from studio_export.export.hints import MAX_WATCHED, Shown
from studio_export.instants import to_epoch
from studio_export.model import Checkpoint, Hints, Span
from tests.unit.export.instants import MIDNIGHT, NOW, TODAY, shown_of
from tests.unit.export.instants import span_of_today as span

HOUR = 3600


def at(*seconds: int) -> tuple[int, ...]:
    return tuple(MIDNIGHT + second for second in seconds)


SECONDS = st.lists(st.integers(0, DAY - 1), max_size=30).map(sorted)


def test_seconds_differ_where_more_or_fewer_are_active() -> None:
    watched, active = at(1, 1, 2, 5, 9), at(1, 2, 2, 5, 7, 9)
    assert hints.differing(watched, active, span(0, 9)) == list(at(1, 2, 7))


@given(SECONDS, st.integers(1, DAY))
def test_clusters_cover_every_second_once_and_are_no_wider_than_asked(
    seconds: list[int], width: int
) -> None:
    spans = hints.clusters(seconds, width)
    covered = [s for each in spans for s in set(seconds) if s in _range(each)]
    assert sorted(covered) == sorted(set(seconds))
    assert all(each.seconds <= width for each in spans)
    assert all(a.stop <= b.start for a, b in pairwise(spans))


def _range(each: Span) -> range:
    return range(to_epoch(each.start), to_epoch(each.stop))


def test_a_page_begins_where_the_totals_reach_its_rows() -> None:
    known = Hints(totals={TODAY: 400, TODAY - 1: 1000, TODAY - 2: 8})
    head = MIDNIGHT + 10 * HOUR
    assert hints.rows_start(known, head, 100) == MIDNIGHT + 7.5 * HOUR
    assert hints.rows_start(known, head, 900) == MIDNIGHT - DAY // 2
    assert hints.rows_start(known, head, 9000) == MIDNIGHT - 2 * DAY


def test_without_a_total_no_page_reaches_back() -> None:
    assert hints.rows_start(Hints(), MIDNIGHT + 5, 900) == MIDNIGHT + 5


def listed(known: Hints, listed: Span, compared: Span | None, shown: Shown, head: Span) -> Hints:
    return hints.after_listing(known, listed, compared, shown, head)


def test_a_listing_replaces_the_watched_of_its_range_alone() -> None:
    known = Hints(watched=at(1, 5, 5, 9))
    shown = shown_of(at(4, 5, 6), at(5, 6))
    after = listed(known, span(4, 9), None, shown, span(20, 20))
    assert after.watched == at(1, 5, 6, 9)


def test_a_day_is_counted_when_all_of_it_before_the_head_was_compared() -> None:
    shown = shown_of(at(1, 2, 3))
    after = listed(Hints(), span(0, 10), span(0, 10), shown, span(0, 10))
    assert after.totals == {TODAY: 3}


def test_a_listing_behind_the_head_adds_what_is_new_to_the_day() -> None:
    known = Hints(totals={TODAY: 7})
    shown = shown_of(at(4, 5, 6))  # the head was at 5
    assert listed(known, span(4, 10), span(4, 10), shown, span(5, 10)).totals == {TODAY: 9}


def test_a_day_that_was_not_compared_from_its_beginning_has_no_total() -> None:
    shown = shown_of(at(4, 5))
    assert listed(Hints(), span(0, 10), span(4, 10), shown, span(4, 10)).totals == {}


def test_a_listing_that_compared_nothing_keeps_the_total_that_it_contradicts() -> None:
    known = Hints(totals={TODAY: 7})
    shown = shown_of(at(1, 2))
    assert listed(known, span(0, 20), None, shown, span(20, 20)).totals == {TODAY: 7}
    assert listed(known, span(0, 20), span(10, 20), shown, span(20, 20)).totals == {TODAY: 7}


def test_a_watched_second_that_shows_nothing_takes_the_total_of_its_day() -> None:
    known = Hints(watched=at(5), totals={TODAY: 7, TODAY - 1: 3})
    after = listed(known, span(4, 9), None, Shown(), span(20, 20))
    assert (after.watched, after.totals) == ((), {TODAY - 1: 3})


def test_too_many_to_watch_drop_the_hints_for_a_month() -> None:
    active = at(*range(MAX_WATCHED + 1))
    head = span(0, MAX_WATCHED + 1)
    after = listed(Hints(), head, head, shown_of(active, active), head)
    assert after == Hints(dropped_until=to_epoch(head.stop) + 30 * DAY)
    assert listed(after, head, head, shown_of(active[:5], active[:5]), head) == after


def test_dropped_hints_begin_anew_when_their_time_is_over() -> None:
    cursors = {120: NOW, 900: NOW - timedelta(hours=1), 9000: NOW - timedelta(days=3)}
    dropped = Checkpoint(cursors, hints=Hints(dropped_until=to_epoch(NOW)))
    assert hints.begin(dropped, NOW - timedelta(seconds=1)) == dropped
    begun = hints.begin(dropped, NOW)
    assert begun.hints == Hints()
    assert begun.cursors == {120: NOW, 900: cursors[9000], 9000: cursors[9000]}


def test_hints_that_are_there_keep_the_cursors_and_forget_what_twilio_deleted() -> None:
    old = to_epoch(NOW) - 30 * DAY
    known = Checkpoint({120: NOW, 900: NOW}, hints=Hints(watched=(old - 1, old, old + 1)))
    begun = hints.begin(known, NOW)
    assert begun == replace(known, hints=Hints(watched=(old, old + 1)))


def test_a_new_flow_begins_with_empty_hints() -> None:
    assert hints.begin(Checkpoint(), NOW) == Checkpoint(hints=Hints())


@given(SECONDS, SECONDS, st.integers(0, DAY), st.integers(0, DAY))
def test_after_a_listing_of_everything_nothing_differs(
    watched: list[int], created: list[int], one: int, other: int
) -> None:
    active = at(*created[::2])
    shown = shown_of(at(*created), active)
    everything = span(0, DAY)
    known = Hints(watched=at(*watched), totals={TODAY: len(watched)})
    after = listed(known, everything, everything, shown, span(min(one, other), DAY))
    assert hints.differing(after.watched, active, everything) == []
    assert Counter(after.watched) == Counter(active)
    gone = Counter(watched) - Counter(created)
    assert after.totals == ({} if gone else {TODAY: len(created)})


def test_instants_that_a_clock_which_was_ahead_has_set_are_brought_back() -> None:
    far = to_epoch(NOW) + 400 * DAY
    known = Hints(ask_from=far, ignored_until=far, narrow_until=far, dropped_until=far)
    begun = hints.begin(Checkpoint({120: NOW}, hints=known), NOW).hints
    assert begun == Hints(
        ask_from=to_epoch(NOW) + 6 * HOUR,
        ignored_until=to_epoch(NOW) + DAY,
        narrow_until=to_epoch(NOW) + 6 * HOUR,
        dropped_until=to_epoch(NOW) + 30 * DAY,
    )
