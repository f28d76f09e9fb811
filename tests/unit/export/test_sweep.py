"""One listing of one Flow, to its last page and into the logs."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import (
    DeadlineExceededError,
    InvalidPageError,
    StoreError,
    UnavailableError,
)
from studio_export.export.order import Order, SweepResult, Watermarks
from studio_export.export.sweep import sweep
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.log.reader import decode, inflate
from studio_export.model import Reply, Span
from studio_export.privacy.policy import parse_policy
from studio_export.privacy.redaction import redactor
from studio_export.summary import Counts
from studio_export.twilio.listing import MAX_BARREN_PAGES, executions_url
from tests.unit.doubles import BASE_URL, FaultyStore, ScriptedSource, listed, no_effect
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

FLOW = "FW" + "0" * 32
TWO = datetime(2026, 11, 23, 14, tzinfo=UTC)
SPAN = Span(TWO, TWO + timedelta(hours=2))
FIRST_URL = executions_url(BASE_URL, FLOW, SPAN)
FAR = 1e6


def at(minutes: float) -> datetime:
    return TWO + timedelta(minutes=minutes)


def next_url(number: int) -> str:
    return f"{FIRST_URL}&Page={number}"


def swept(
    source: ScriptedSource,
    store: MemoryStore | None = None,
    span: Span = SPAN,
    watch: Watermarks | None = None,
    **bounds: Any,
) -> SweepResult:
    sweeper = Sweeper(source, store or MemoryStore(), VirtualClock(), LogCache(), **bounds)
    return sweep(sweeper, FLOW, Order(span), watch or Watermarks(), FAR)


def exported(store: MemoryStore) -> dict[str, list[tuple[str, str | None]]]:
    """Day, hour and number of each object, and its lines."""
    prefix, suffix = "executions/dt=2026-11-", ".jsonl.gz"
    return {
        key.removeprefix(prefix).removesuffix(suffix).replace(f"/{FLOW}-", " "): decode(body)
        for key, body in store.objects.items()
    }


def test_records_go_to_the_logs_of_their_own_hours() -> None:
    page = [("FN1", "ended", at(0)), ("FN2", "active", at(119)), ("FN3", "ended", at(59.9))]
    store = MemoryStore()
    done = swept(ScriptedSource(listed(page)), store)
    assert exported(store) == {
        "23 T14-00000": [("FN1", "ended"), ("FN3", "ended")],
        "23 T15-00000": [("FN2", "active")],
    }
    assert done.complete
    assert done.counts == Counts(lines=3, ended=2, objects=2, pages=1)


def test_hours_may_come_in_any_order() -> None:
    times = [119, 1, 60, 59, 61, 0]
    store = MemoryStore()
    swept(ScriptedSource(listed([(f"FN{n}", "ended", at(n)) for n in times])), store)
    assert exported(store) == {
        "23 T14-00000": [("FN1", "ended"), ("FN59", "ended"), ("FN0", "ended")],
        "23 T15-00000": [("FN119", "ended"), ("FN60", "ended"), ("FN61", "ended")],
    }


def test_an_offset_does_not_move_a_record_to_another_hour() -> None:
    east = at(30).astimezone(datetime.strptime("+0530", "%z").tzinfo)
    store = MemoryStore()
    swept(ScriptedSource(listed([("FN1", "ended", east)])), store)
    assert list(exported(store)) == ["23 T14-00000"]


def test_pages_are_followed_to_the_last_and_make_one_object_an_hour() -> None:
    source = ScriptedSource(
        listed([("FN1", "active", at(1))], next_url(1)),
        listed([], next_url(2)),
        listed([("FN2", "active", at(2))]),
    )
    store = MemoryStore()
    done = swept(source, store)
    assert source.urls == [FIRST_URL, next_url(1), next_url(2)]
    assert list(exported(store)) == ["23 T14-00000"]
    assert done.counts.pages == 3


def test_a_day_is_listed_once_for_all_its_hours() -> None:
    store = FaultyStore()
    swept(ScriptedSource(listed([("FN1", "ended", at(1)), ("FN2", "ended", at(61))])), store)
    assert [call for call in store.calls if call.startswith("list")] == [
        f"list executions/dt=2026-11-23/{FLOW}-"
    ]


def test_a_listing_without_records_asks_nothing_of_the_store() -> None:
    store = FaultyStore()
    assert swept(ScriptedSource(listed([])), store) == SweepResult(Counts(pages=1), complete=True)
    assert store.calls == []


def test_the_same_sweep_again_writes_nothing() -> None:
    store, page = MemoryStore(), listed([("FN1", "ended", at(1))])
    swept(ScriptedSource(page), store)
    assert swept(ScriptedSource(page), store).counts == Counts(pages=1)
    assert len(store.objects) == 1


def test_what_waits_for_more_is_appended_when_the_last_page_is_empty() -> None:
    store = MemoryStore()
    swept(ScriptedSource(listed([("FN1", "ended", at(0))], next_url(1)), listed([])), store)
    assert exported(store) == {"23 T14-00000": [("FN1", "ended")]}


def test_a_full_buffer_is_appended_before_the_next_page_is_asked_for() -> None:
    store = MemoryStore()
    source = ScriptedSource(
        listed([("FN1", "active", at(1))], next_url(1)), UnavailableError("503")
    )
    done = swept(source, store, buffer_bytes=1)
    assert exported(store) == {"23 T14-00000": [("FN1", "active")]}
    assert isinstance(done.failure, UnavailableError)


@pytest.mark.parametrize(
    "second",
    [UnavailableError("503"), InvalidPageError("400"), DeadlineExceededError("no time"), b"<html>"],
    ids=["no answer", "refused", "too late", "unreadable"],
)
def test_sound_pages_before_a_failure_are_appended(second: Exception | bytes) -> None:
    store = MemoryStore()
    source = ScriptedSource(listed([("FN1", "ended", at(1))], next_url(1)), second)
    done = swept(source, store)
    assert exported(store) == {"23 T14-00000": [("FN1", "ended")]}
    assert (done.complete, done.counts.lines, done.failure is not None) == (False, 1, True)


def test_an_exact_listing_asks_for_no_second_before_its_span() -> None:
    source = ScriptedSource(listed([]))
    sweeper = Sweeper(source, MemoryStore(), VirtualClock(), LogCache())
    sweep(sweeper, FLOW, Order(SPAN, exact=True), Watermarks(), FAR)
    assert source.urls == [executions_url(BASE_URL, FLOW, SPAN, timedelta())]


def test_a_listing_of_one_second_that_does_not_end_is_ended_and_its_first_page_kept() -> None:
    second = Span(TWO, TWO + timedelta(seconds=1))
    first = executions_url(BASE_URL, FLOW, second)
    same = [listed([("FN1", "ended", TWO)], f"{first}&Page={number}") for number in range(1, 99)]
    store = MemoryStore()
    done = swept(ScriptedSource(*same), store, span=second)
    assert isinstance(done.failure, InvalidPageError)
    assert done.counts.pages <= MAX_BARREN_PAGES + 1
    assert exported(store) == {"23 T14-00000": [("FN1", "ended")]}


def test_a_sweep_that_fails_says_what_it_had_done_hour_by_hour() -> None:
    def won(put: Callable[[], bool]) -> bool:
        return put()

    page = [("FN1", "ended", at(1)), ("FN2", "active", at(61)), ("FN3", "active", at(62))]
    with pytest.raises(StoreError) as caught:
        swept(ScriptedSource(listed(page)), FaultyStore(won, *[no_effect] * 100))
    assert caught.value.counts == Counts(lines=1, ended=1, objects=1, pages=1)


def test_throttles_of_every_page_are_counted() -> None:
    source = ScriptedSource(Reply(listed([], next_url(1)), 2), Reply(listed([]), 3))
    assert swept(source).counts.throttles == 5


# What cannot be trusted


@pytest.mark.parametrize("seconds", [-2, -1, 0, 7199, 7200, 7201])
def test_a_record_a_second_outside_the_asked_range_is_borne(seconds: int) -> None:
    page = listed([("FN1", "ended", TWO + timedelta(seconds=seconds))])
    assert swept(ScriptedSource(page)).counts.lines == 1


@pytest.mark.parametrize("seconds", [-3, 7202, -86_400])
def test_a_record_further_outside_means_that_the_filter_was_lost(seconds: int) -> None:
    page = listed([("FN1", "ended", at(1)), ("FN2", "ended", TWO + timedelta(seconds=seconds))])
    store = MemoryStore()
    assert "the filter was lost" in str(swept(ScriptedSource(page), store).failure)
    assert not store.objects


@pytest.mark.parametrize("url", [FIRST_URL, "https://evil.example/v2/Flows", "https://["])
def test_a_bad_next_url_fails_the_sweep_before_it_is_asked_for(url: str) -> None:
    source, store = ScriptedSource(listed([("FN1", "ended", at(1))], url)), MemoryStore()
    assert isinstance(swept(source, store).failure, InvalidPageError)
    assert source.urls == [FIRST_URL]
    assert exported(store) == {"23 T14-00000": [("FN1", "ended")]}


def test_a_store_in_doubt_about_a_rejected_record_fails_the_sweep() -> None:
    with pytest.raises(StoreError):
        swept(ScriptedSource(REJECTED), FaultyStore(no_effect))


# Records that are put aside

TEXT = b'{"sid":null,"contact_channel_address":"+15550100"}'
REJECTED = b'{"meta":{"key":"executions"},"executions":[%b,%b]}' % (TEXT, TEXT)


def test_a_rejected_record_is_put_aside_once_under_its_digest_and_the_sweep_goes_on() -> None:
    store = MemoryStore()
    done = swept(ScriptedSource(REJECTED), store)
    digest = hashlib.sha256(TEXT).hexdigest()
    assert store.objects == {f"rejected/{digest}.json": TEXT}
    assert done == SweepResult(Counts(pages=1, rejected=1), complete=True)
    assert swept(ScriptedSource(REJECTED), store).counts.rejected == 0


def test_nothing_is_kept_that_the_privacy_policy_hides() -> None:
    store = MemoryStore()
    sound = TEXT.replace(b"null", b'"FN1","date_created":"2026-11-23T14:00:00Z"')
    source = ScriptedSource(REJECTED.replace(TEXT, sound, 1))
    swept(source, store, redact=redactor(parse_policy("contact_channel_address=mask")))
    kept = [inflate(body) if key.endswith(".gz") else body for key, body in store.objects.items()]
    assert sorted(text.count(b'"***"') for text in kept) == [1, 1]
    assert not any(b"+15550100" in text for text in kept)


# Giving up


def pages(count: int, first_url: str = FIRST_URL) -> list[bytes]:
    record = ("FN1", "ended", TWO)
    urls = [f"{first_url}&Page={number}" for number in range(1, count)]
    return [listed([record], url) for url in [*urls, None]]


def test_a_listing_of_too_many_pages_is_given_up_and_what_it_showed_is_kept() -> None:
    source = ScriptedSource(*pages(10))
    done = swept(source, max_pages=3)
    assert (done.complete, done.counts.pages, done.counts.lines) == (False, 3, 1)
    assert len(source.urls) == 3


def test_a_listing_of_exactly_the_most_pages_is_complete() -> None:
    done = swept(ScriptedSource(*pages(3)), max_pages=3)
    assert (done.complete, done.filled_pages) == (True, 3)


def test_empty_pages_do_not_make_a_listing_too_long() -> None:
    empty = [listed([], next_url(number)) for number in range(1, 10)]
    done = swept(ScriptedSource(*empty, listed([("FN1", "ended", TWO)])), max_pages=2)
    assert (done.complete, done.filled_pages, done.counts.pages) == (True, 1, 10)


def test_a_listing_of_one_second_is_never_given_up_for_its_pages() -> None:
    second = Span(TWO, TWO + timedelta(seconds=1))
    source = ScriptedSource(*pages(10, executions_url(BASE_URL, FLOW, second)))
    assert swept(source, span=second, max_pages=3).complete


def test_a_listing_is_given_up_at_the_deadline_but_not_before_its_first_page() -> None:
    clock, source = VirtualClock(), ScriptedSource(*pages(10))
    source.on_get = lambda: clock.advance(1)
    sweeper = Sweeper(source, MemoryStore(), clock, LogCache())
    done = sweep(sweeper, FLOW, Order(SPAN), Watermarks(), deadline=2.5)
    assert (done.complete, done.counts.pages) == (False, 3)


# What an arrival means


def test_an_unseen_execution_before_the_head_is_a_late_arrival() -> None:
    page = listed([("FN1", "active", at(1)), ("FN2", "ended", at(2)), ("FN3", "ended", at(3))])
    watch = Watermarks(listed_before=at(3))
    assert swept(ScriptedSource(page), watch=watch).counts.late_arrivals == 2


def test_the_end_of_a_known_execution_is_no_late_arrival() -> None:
    store, watch = MemoryStore(), Watermarks(listed_before=at(3))
    swept(ScriptedSource(listed([("FN1", "active", at(1))])), store)
    end = ScriptedSource(listed([("FN1", "ended", at(1))]))
    assert swept(end, store, watch=watch).counts.late_arrivals == 0


def test_what_is_active_at_its_last_listing_is_unfinished() -> None:
    page = [
        ("FN1", "active", at(0)),
        ("FN2", "ended", at(1)),
        ("FN3", "active", at(2)),
        ("FN3", "ended", at(2)),
        ("FN4", "active", at(10)),
    ]
    watch = Watermarks(last=Span(at(0), at(10)))
    assert swept(ScriptedSource(listed(page)), watch=watch).counts.unfinished == 1
