"""A command that shows nothing else says every ten seconds what it waits for."""

import pytest

from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.progress import show_progress


class _Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> _Time:
    return _Time()


@pytest.fixture
def written() -> list[str]:
    return []


@pytest.fixture
def heartbeat(time: _Time, written: list[str]) -> Heartbeat:
    return Heartbeat("it gives up", written.append, time)


def _pass(heartbeat: Heartbeat, time: _Time, seconds: int) -> None:
    for _ in range(seconds):
        time.now += 1
        heartbeat.beat()


def test_a_wait_of_a_minute_is_named_every_ten_seconds(
    heartbeat: Heartbeat, time: _Time, written: list[str]
) -> None:
    heartbeat.on_wait("Twilio throttles: HTTP 429", 60)
    _pass(heartbeat, time, 30)
    assert written == [
        f"studio-export: waiting: Twilio throttles: HTTP 429; the next request in {left}s;"
        " it gives up"
        for left in (50, 40, 30)
    ]


def test_many_short_waits_are_named_once_in_ten_seconds(
    heartbeat: Heartbeat, time: _Time, written: list[str]
) -> None:
    for _ in range(40):
        heartbeat.on_wait("Twilio fails: HTTP 503", 0.2)
        _pass(heartbeat, time, 1)
    assert len(written) == 4
    assert all("waiting: Twilio fails: HTTP 503; asking again" in line for line in written)


def test_what_is_over_is_no_longer_named(
    heartbeat: Heartbeat, time: _Time, written: list[str]
) -> None:
    heartbeat.on_wait("Twilio throttles", 1)
    _pass(heartbeat, time, 10)
    heartbeat.on_progress("Search objects", "3 of 40")
    _pass(heartbeat, time, 10)
    assert written[1:] == ["studio-export: still working. Search objects  3 of 40"]


def test_progress_that_is_shown_is_a_word_too(
    heartbeat: Heartbeat, time: _Time, written: list[str]
) -> None:
    for _ in range(5):
        _pass(heartbeat, time, 9)
        heartbeat.write("Compare days  1 of 2")
    assert set(written) == {"Compare days  1 of 2"}


def test_a_new_piece_of_work_does_not_report_the_pause_before_it(
    heartbeat: Heartbeat, time: _Time, written: list[str]
) -> None:
    heartbeat.on_wait("Twilio throttles", 1)
    time.now += 900
    with show_progress(heartbeat):
        heartbeat.beat()
    assert written == []


def test_work_that_hangs_without_any_report_is_named(time: _Time, written: list[str]) -> None:
    heartbeat = Heartbeat("", written.append, time)

    def hang() -> None:
        while not written:
            time.now += 1

    interruptible(hang, heartbeat.beat)
    assert written == ["studio-export: still working"]
