"""What the hints vouch for is not compared with the logs; everything else is."""

from datetime import UTC, datetime, timedelta

from studio_export.export.hints import Shown
from studio_export.export.known import Known
from studio_export.instants import to_epoch
from studio_export.model import Span
from studio_export.twilio.record import Record
from tests.unit.export.instants import MIDNIGHT, TODAY
from tests.unit.export.instants import span_of_today as span

HOUR = 3600
HEAD = 20 * HOUR
WHOLE = span(0, HEAD)
NOTHING = span(0, 0)


def record(second: int, status: str = "ended") -> Record:
    created = datetime.fromtimestamp(MIDNIGHT, UTC) + timedelta(seconds=second)
    return Record(f"FN{second}", status, created, b"{}")


def unknown(  # noqa: PLR0913, PLR0917  a case has so many parts
    records: list[Record],
    watched: tuple[int, ...] = (),
    total: int | None = None,
    compared: Span | None = WHOLE,
    listed: Span = WHOLE,
    always: Span = NOTHING,
) -> tuple[list[int], set[str]]:
    """The seconds of the records to compare, and the hours whose logs should be empty."""
    known = Known(
        tuple(MIDNIGHT + second for second in watched),
        {} if total is None else {TODAY: total},
        MIDNIGHT + HEAD,
        compared,
        always,
    )
    active = [to_epoch(each.created) for each in records if each.status != "ended"]
    shown = Shown([each.created for each in records], sorted(active))
    found = known.unknown(records, shown, listed)
    seconds = [to_epoch(each.created) - MIDNIGHT for each in found.records]
    return seconds, {hour[-3:] for hour in found.empty_hours}


def test_a_day_with_its_total_vouches_for_all_that_is_as_it_was() -> None:
    assert unknown([record(5), record(6, "active")], watched=(6,), total=2) == ([], set())


def test_a_day_with_another_total_or_none_is_compared() -> None:
    records = [record(5), record(6)]
    assert unknown(records, total=1)[0] == [5, 6]
    assert unknown(records, total=3)[0] == [5, 6]
    assert unknown(records)[0] == [5, 6]


def test_a_part_of_a_day_vouches_for_nothing() -> None:
    assert unknown([record(5)], total=1, listed=span(1, HEAD))[0] == [5]
    assert unknown([record(5)], total=1, listed=span(0, HEAD - 1))[0] == [5]


def test_outside_the_compared_range_only_seconds_that_differ_are_compared() -> None:
    records = [record(5), record(6), record(7, "active"), record(8, "active")]
    assert unknown(records, watched=(6, 7), compared=None)[0] == [6, 8]


def test_what_was_created_after_the_head_cursor_is_new() -> None:
    records = [record(5), record(HEAD), record(HEAD + 1, "active")]
    assert unknown(records, total=1, listed=span(0, HEAD + 60))[0] == [HEAD, HEAD + 1]


def test_a_status_that_is_neither_active_nor_ended_is_compared() -> None:
    records = [record(5), record(6, "paused")]
    assert unknown(records, watched=(6,), total=2) == ([6], set())


def test_what_the_last_age_passes_is_compared_whatever_the_hints_say() -> None:
    assert unknown([record(5), record(9)], total=2, always=span(5, 9))[0] == [5]


def test_what_is_due_at_the_last_age_waits_for_a_listing_that_passes_it() -> None:
    assert unknown([record(5)], compared=span(6, 9), always=span(5, 9))[0] == []
    assert unknown([record(5)], compared=None, always=span(5, 9))[0] == []


def test_an_hour_without_a_known_record_should_have_no_log() -> None:
    new = [record(HEAD + 1), record(HEAD + HOUR)]
    wide = span(0, HEAD + 2 * HOUR)
    assert unknown([record(5), *new], total=1, listed=wide)[1] == {"T20", "T21"}


def test_an_old_hour_is_not_thought_empty_because_the_hints_are_new() -> None:
    new = [record(HEAD + each * HOUR) for each in range(1, 4)]
    assert unknown(new, compared=None, listed=span(HEAD, HEAD + 4 * HOUR))[1] == {"T22", "T23"}


def test_an_hour_that_began_before_the_head_may_have_a_log_if_its_day_is_not_vouched_for() -> None:
    head = HEAD + 60  # of a listing that begins within the hour
    known = Known((), {}, MIDNIGHT + head, None, NOTHING)
    new = [record(head + 5)]
    shown = Shown([each.created for each in new])
    found = known.unknown(new, shown, span(head, head + 60))
    assert found == (new, frozenset())
