"""A command that shows nothing else says every ten seconds what it waits for."""

import pytest

from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import interruptible
from studio_export_cli.progress import show_progress


class _Run:
    """A command that runs on a clock of its own; `written` is its stderr."""

    def __init__(self, limit: str = "it gives up") -> None:
        self.now = 100.0
        self.written: list[str] = []
        self.heartbeat = Heartbeat(limit, self.written.append, lambda: self.now)

    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now += 1
            self.heartbeat.beat()


@pytest.fixture
def run() -> _Run:
    return _Run()


def test_a_wait_of_a_minute_is_named_every_ten_seconds(run: _Run) -> None:
    run.heartbeat.on_wait("Twilio throttles: HTTP 429", 60)
    run.wait(30)
    assert run.written == [
        f"studio-export: waiting: Twilio throttles: HTTP 429; the next request in {left}s;"
        " it gives up"
        for left in (50, 40, 30)
    ]


def test_many_short_waits_are_named_once_in_ten_seconds(run: _Run) -> None:
    for _ in range(40):
        run.heartbeat.on_wait("Twilio fails: HTTP 503", 0.2)
        run.wait(1)
    assert len(run.written) == 4
    assert all("waiting: Twilio fails: HTTP 503; asking again" in line for line in run.written)


def test_what_is_over_is_no_longer_named(run: _Run) -> None:
    run.heartbeat.on_wait("Twilio throttles", 1)
    run.wait(10)
    run.heartbeat.on_progress("Search objects", "3 of 40")
    run.wait(10)
    assert run.written[1:] == ["studio-export: still working. Search objects  3 of 40"]


def test_progress_that_is_shown_is_a_word_too(run: _Run) -> None:
    for _ in range(5):
        run.wait(9)
        run.heartbeat.write("Compare days  1 of 2")
    assert set(run.written) == {"Compare days  1 of 2"}


def test_a_new_piece_of_work_does_not_report_the_pause_before_it(run: _Run) -> None:
    run.heartbeat.on_wait("Twilio throttles", 1)
    run.now += 900
    with show_progress(run.heartbeat):
        run.heartbeat.beat()
    assert run.written == []


def test_work_that_hangs_without_any_report_is_named() -> None:
    run = _Run(limit="")

    def hang() -> None:
        while not run.written:
            run.now += 1

    interruptible(hang, run.heartbeat.beat)
    assert run.written == ["studio-export: still working"]
