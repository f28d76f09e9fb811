"""429: how long to wait, and when to give up."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from studio_export.adapters.retry import retry_after_seconds
from studio_export.errors import ThrottledError
from studio_export.model import Reply
from tests.unit.adapters.scripted_server import RESET, answer, scripted_server
from tests.unit.adapters.twilio_client import FAR, OK, PAGE, PATH, QUERY, get, studio
from tools.devkit.fakes.clock import VirtualClock

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        (" 12 ", 12),
        ("Mon, 23 Nov 2026 14:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 14:00:30 -0000", 30),
        ("Mon, 23 Nov 2026 15:00:30 +0100", 30),
        ("Mon, 23 Nov 2026 13:00:00 GMT", 0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("\u0661", None),
        ("soon", None),
        ("Mon, 99 Nov 2026 14:00:30 GMT", None),
        ("Mon, 23 Nov 99999 14:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(
    value: str | None, seconds: float | None
) -> None:
    assert retry_after_seconds(value, NOW) == seconds


def test_429_understands_a_date(clock: VirtualClock) -> None:
    date = format_datetime(clock.now() + timedelta(seconds=9), usegmt=True)
    with scripted_server(answer(429, headers={"Retry-After": date}), OK) as server:
        get(server, clock)
    assert clock.naps == [9]


def test_429_waits_a_minute_at_most_before_it_asks_again(clock: VirtualClock) -> None:
    with scripted_server(answer(429, headers={"Retry-After": "86400"}), OK) as server:
        get(server, clock)
    assert clock.naps == [60]


@pytest.mark.parametrize(
    "value",
    ["0", "-5", "NaN", "1e9", "0.001", "", "Mon, 23 Nov 2026 13:00:00 GMT", "\u0660"],
    ids=["zero", "negative", "nan", "exponent", "fraction", "empty", "past", "other-digits"],
)
def test_retry_after_is_never_a_reason_to_wait_less_than_the_backoff(
    value: str, clock: VirtualClock
) -> None:
    throttled = answer(429, headers={"Retry-After": value})
    with scripted_server(*[throttled] * 4, OK) as server:
        get(server, clock)
    assert clock.naps == [1, 2, 4, 8]


def test_a_backoff_longer_than_retry_after_counts(clock: VirtualClock) -> None:
    throttled = answer(429, headers={"Retry-After": "3"})
    with scripted_server(*[throttled] * 4, OK) as server:
        get(server, clock)
    assert clock.naps == [3, 3, 4, 8]


def test_429_without_a_word_backs_off_up_to_a_limit(clock: VirtualClock) -> None:
    with scripted_server(*[answer(429)] * 8, OK) as server:
        assert get(server, clock).throttles == 8
    assert clock.naps == [1, 2, 4, 8, 16, 20, 20, 20]


def test_waits_have_full_jitter(clock: VirtualClock) -> None:
    draws = iter([0.25, 0.0])
    with scripted_server(answer(429), answer(500), OK) as server:
        get(server, clock, jitter=lambda: next(draws))
    assert clock.naps == [0.25, 0.0]


def test_429_up_to_the_deadline_is_work_still_due_and_no_sleep_goes_past_it(
    clock: VirtualClock,
) -> None:
    with scripted_server(*[answer(429, headers={"Retry-After": "10"})] * 9) as server:
        with pytest.raises(ThrottledError) as caught:
            studio(server, clock).get(server.url + PATH + QUERY, 35.0)

        assert caught.value.counts.throttles == 4
        assert len(server.requests) == 4
    assert clock.monotonic() == 30


def test_429_halves_the_requests_in_flight(clock: VirtualClock) -> None:
    with scripted_server(answer(429), OK) as server:
        source = studio(server, clock, concurrency=4)
        source.get(server.url + PATH, FAR)

        assert source._limit.limit == 2  # noqa: SLF001  (no other sign of it shows)


THROTTLED = answer(429, headers={"Retry-After": "60"})


def test_429_to_everything_is_given_up_after_a_quarter_of_an_hour(clock: VirtualClock) -> None:
    with scripted_server(*[THROTTLED] * 99) as server:
        source = studio(server, clock)
        with pytest.raises(ThrottledError, match="every request for 15 minutes: HTTP 429"):
            source.get(server.url + PATH, FAR)
        asked = len(server.requests)
        assert 780 < clock.monotonic() <= 900

        # The next request of the same account shares the limit: it is sent once.
        with pytest.raises(ThrottledError, match="15 minutes"):
            source.get(server.url + PATH, FAR)
        assert len(server.requests) == asked + 1
    assert clock.monotonic() <= 900


def test_any_other_answer_ends_a_throttled_period(clock: VirtualClock) -> None:
    with scripted_server(*[THROTTLED] * 10, answer(503), *[THROTTLED] * 10, OK) as server:
        assert get(server, clock).throttles == 20


def test_a_pause_in_which_nothing_is_asked_ends_a_throttled_period(clock: VirtualClock) -> None:
    with scripted_server(*[THROTTLED] * 14, OK) as server:
        source = studio(server, clock)
        with pytest.raises(ThrottledError):
            source.get(server.url + PATH, 700.0)
        clock.advance(300)

        assert source.get(server.url + PATH, FAR) == Reply(PAGE, throttles=2)


def test_every_wait_is_announced_with_its_reason_and_its_seconds(clock: VirtualClock) -> None:
    waits: list[tuple[str, float]] = []
    steps = (answer(429), answer(503), RESET, answer(200, b"<html>"), OK)
    with scripted_server(*steps) as server:
        get(server, clock, on_wait=lambda reason, seconds: waits.append((reason, seconds)))

    assert [seconds for _, seconds in waits] == clock.naps
    reasons = [reason.partition(" for ")[0] for reason, _ in waits]
    assert reasons == ["HTTP 429", "HTTP 503", "ProtocolError", "a page that is no JSON: HTTP 200"]
