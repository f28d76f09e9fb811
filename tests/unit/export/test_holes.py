"""Holes as sets of seconds: what is added, removed, merged and clipped."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from studio_export.export import holes
from studio_export.export.holes import MAX_HOLES, Holes
from studio_export.model import Span

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)


def span(start: int, stop: int) -> Span:
    return Span(BEGIN + timedelta(seconds=start), BEGIN + timedelta(seconds=stop))


def seconds(*spans: Span) -> set[int]:
    return {
        second
        for each in spans
        for second in range(
            round((each.start - BEGIN).total_seconds()), round((each.stop - BEGIN).total_seconds())
        )
    }


def added(spans: list[Span]) -> Holes:
    found: Holes = ()
    for each in spans:
        found = holes.add(found, each)
    return found


SPANS = st.tuples(st.integers(0, 1500), st.integers(1, 20)).map(
    lambda place: span(place[0], sum(place))
)
FEW = st.lists(SPANS, max_size=8)


@given(FEW)
def test_holes_are_what_was_added_ascending_and_apart(spans: list[Span]) -> None:
    found = added(spans)
    assert seconds(*found) == seconds(*spans)
    assert all(earlier.stop < later.start for earlier, later in pairwise(found))


@given(FEW, SPANS)
def test_a_span_that_was_listed_is_no_hole_and_all_else_stays_one(
    spans: list[Span], listed: Span
) -> None:
    found = holes.remove(added(spans), listed)
    assert seconds(*found) == seconds(*spans) - seconds(listed)


@given(FEW, SPANS)
def test_a_clipped_span_begins_where_it_did_and_is_outside_the_holes_or_in_one(
    spans: list[Span], asked: Span
) -> None:
    found = added(spans)
    clipped = holes.clip(found, asked)
    assert clipped.start == asked.start
    assert seconds(clipped)
    assert seconds(clipped) <= seconds(asked)
    inside = [seconds(clipped) <= seconds(hole) for hole in found]
    outside = seconds(clipped).isdisjoint(seconds(*found))
    assert outside or any(inside)


def test_beyond_the_limit_the_nearest_holes_become_one() -> None:
    spans = [span(100 * number, 100 * number + 1) for number in range(MAX_HOLES)]
    found = added([*spans, span(250, 251)])
    assert len(found) == MAX_HOLES
    assert seconds(*found) == seconds(*spans, span(200, 251))


@given(st.lists(SPANS, min_size=MAX_HOLES, max_size=3 * MAX_HOLES))
def test_however_many_are_added_the_limit_holds_and_no_hole_is_forgotten(
    spans: list[Span],
) -> None:
    found = added(spans)
    assert len(found) <= MAX_HOLES
    assert seconds(*found) >= seconds(*spans)
