"""Whatever the traffic, cursors are sound, move on, and come to their end."""

import math
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from studio_export.export import ages
from studio_export.export.ages import DAY, DEFAULT_AGES, HOUR
from studio_export.model import Checkpoint, Span

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
RUN_INTERVAL_SECONDS = 900
MAX_LISTINGS = 5000

scales = st.sets(st.integers(1, 29 * DAY), min_size=1, max_size=8).map(sorted)


@st.composite
def checkpoints(draw: st.DrawFn) -> Checkpoint:
    """Any cursors that are no later than their ages allow, with any hints."""
    scale = draw(scales)
    behind = st.integers(0, 31 * DAY)
    return Checkpoint(
        {age: NOW - timedelta(seconds=age + draw(behind)) for age in scale},
        {age: draw(st.integers(1, 31 * DAY)) for age in scale},
    )


spans = st.tuples(st.integers(0, 31 * DAY), st.integers(1, 31 * DAY)).map(
    lambda pair: Span(
        NOW - timedelta(seconds=sum(pair)),
        NOW - timedelta(seconds=pair[0]),
    )
)
pages = st.integers(0, 40)


@given(checkpoints(), spans, pages)
def test_a_cursor_never_passes_its_age_and_never_goes_back(
    checkpoint: Checkpoint, span: Span, count: int
) -> None:
    moved = ages.advance(checkpoint, span, NOW, count)
    for age, cursor in moved.cursors.items():
        assert checkpoint.cursors[age] <= cursor <= NOW - timedelta(seconds=age)


@given(checkpoints(), spans, pages)
def test_a_cursor_moves_only_over_what_was_listed(
    checkpoint: Checkpoint, span: Span, count: int
) -> None:
    moved = ages.advance(checkpoint, span, NOW, count)
    for age, cursor in moved.cursors.items():
        before = checkpoint.cursors[age]
        assert cursor == before or (span.start <= before and cursor <= span.stop)


@given(checkpoints(), spans, pages)
def test_planning_moves_the_cursors_as_finishing_does(
    checkpoint: Checkpoint, span: Span, count: int
) -> None:
    finished = ages.advance(checkpoint, span, NOW, count)
    assert ages.advance_cursors(checkpoint, span, NOW).cursors == finished.cursors


@given(checkpoints(), spans, pages)
def test_hints_stay_within_their_bounds(checkpoint: Checkpoint, span: Span, count: int) -> None:
    advanced = ages.advance(checkpoint, span, NOW, count)
    narrowed = [ages.shrink(checkpoint, span, each) for each in (None, 0, 1, span.seconds)]
    for hint in [value for each in (advanced, *narrowed) for value in each.spans.values()]:
        assert 1 <= hint <= 31 * DAY


@given(checkpoints())
def test_the_next_span_is_positive_in_the_past_and_serves_a_due_age(checkpoint: Checkpoint) -> None:
    span = ages.next_span(checkpoint, NOW)
    due = ages.due(checkpoint.cursors, NOW)
    assert (span is None) == (not due)
    if span:
        assert span.start < span.stop <= NOW
        assert span.start in {wanted.start for wanted in due.values()}
        assert set(ages.covered_ages(checkpoint, span)) & set(due)


@given(checkpoints(), st.integers())
def test_listing_after_listing_comes_to_an_end_whatever_the_pages(
    checkpoint: Checkpoint, seed: int
) -> None:
    chance, listings = Random(seed), 0
    while span := ages.next_span(checkpoint, NOW):
        before = dict(checkpoint.cursors)
        # One listing in nine has many pages: were it all of them, each would span a second.
        count = chance.choice([0, 1, 1, 1, 2, 2, 3, 4, 16])
        checkpoint = ages.advance(checkpoint, span, NOW, count)
        assert checkpoint.cursors != before
        listings += 1
        assert listings < MAX_LISTINGS


def pages_of(span: Span, per_second: float) -> int:
    """How many pages have records in them, at so many Executions a second."""
    return math.ceil(span.seconds * per_second / 1000)


def caught_up(checkpoint: Checkpoint, now: datetime, per_second: float) -> tuple[Checkpoint, int]:
    listings = 0
    while span := ages.next_span(checkpoint, now):
        checkpoint = ages.advance(checkpoint, span, now, pages_of(span, per_second))
        listings += 1
        assert listings < MAX_LISTINGS
    return checkpoint, listings


def test_an_idle_flow_costs_one_listing_a_run_and_few_more_when_the_daily_ages_are_due() -> None:
    now = NOW
    checkpoint, backfill = caught_up(
        ages.initialize(Checkpoint(), DEFAULT_AGES, now, 30 * DAY), now, 0
    )
    assert backfill <= 10
    listings = []
    for _ in range(4 * DAY // RUN_INTERVAL_SECONDS):
        now += timedelta(seconds=RUN_INTERVAL_SECONDS)
        checkpoint, count = caught_up(checkpoint, now, 0)
        listings.append(count)
    assert min(listings) == 1
    assert sum(listings) < 1.1 * len(listings)


def test_a_flow_that_was_busy_once_costs_as_little_as_any_idle_one_soon_after() -> None:
    now, listings = NOW, []
    begun = ages.initialize(Checkpoint(), DEFAULT_AGES, now, 30 * DAY)
    checkpoint, _ = caught_up(begun, now, 1.0)
    for run in range(8 * DAY // RUN_INTERVAL_SECONDS):
        now += timedelta(seconds=RUN_INTERVAL_SECONDS)
        checkpoint, count = caught_up(checkpoint, now, 0)
        if run > 4 * DAY // RUN_INTERVAL_SECONDS:
            listings.append(count)
    assert sum(listings) < 1.1 * len(listings)


def test_a_first_backfill_lists_each_old_range_once_and_not_once_for_every_age() -> None:
    listed = 0
    checkpoint = ages.initialize(Checkpoint(), DEFAULT_AGES, NOW, 30 * DAY)
    while span := ages.next_span(checkpoint, NOW):
        listed += span.seconds
        checkpoint = ages.advance(checkpoint, span, NOW, pages_of(span, 0.1))
    assert listed < 31 * DAY


def test_a_busy_flow_costs_listings_for_its_pages_not_for_its_ages() -> None:
    """At 36,000 an hour, each Execution is on a page once for every age, and little more."""
    now, per_second = NOW, 10.0
    begun = ages.initialize(Checkpoint(), DEFAULT_AGES, now, 12 * HOUR)
    checkpoint, _ = caught_up(begun, now, per_second)
    read = 0
    for _ in range(DAY // RUN_INTERVAL_SECONDS):
        now += timedelta(seconds=RUN_INTERVAL_SECONDS)
        while span := ages.next_span(checkpoint, now):
            read += pages_of(span, per_second)
            checkpoint = ages.advance(checkpoint, span, now, pages_of(span, per_second))
    needed = len(DEFAULT_AGES) * per_second * DAY / 1000
    assert read < 1.5 * needed
