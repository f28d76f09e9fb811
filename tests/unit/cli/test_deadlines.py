from datetime import UTC, datetime, timedelta

import pytest

from studio_export.export.ages import DAY, DEFAULT_AGES, HOUR, MINUTE
from studio_export_cli.verify.deadlines import Schedule

_CREATED = datetime(2026, 11, 23, 14, tzinfo=UTC)
_SCHEDULE = Schedule(DEFAULT_AGES, patience_seconds=HOUR)


def _due_after_seconds(ended_age: int) -> float | None:
    ended = _CREATED + timedelta(seconds=ended_age)
    due = _SCHEDULE.ended_line_due(_CREATED, ended)
    return (due - _CREATED).total_seconds() if due else None


@pytest.mark.parametrize(
    ("ended_age", "sweep", "grain"),
    [
        (0, 2 * MINUTE, 1),
        (2 * MINUTE, 2 * MINUTE, 1),
        (2 * MINUTE + 1, 15 * MINUTE, 15 * MINUTE // 2),
        (5 * HOUR, 8 * HOUR, 4 * HOUR),
        (3 * DAY, 3 * DAY, 6 * HOUR),
        (28 * DAY + 1, 29 * DAY, 6 * HOUR),
    ],
)
def test_a_final_line_is_due_after_the_next_sweep_its_grain_and_the_patience(
    ended_age: int, sweep: int, grain: int
) -> None:
    assert _due_after_seconds(ended_age) == sweep + grain + HOUR


def test_what_ended_after_its_last_sweep_is_never_due() -> None:
    assert _due_after_seconds(29 * DAY + 1) is None


def test_what_does_not_say_when_it_ended_cannot_be_judged() -> None:
    assert _SCHEDULE.ended_line_due(_CREATED, None) is None


def test_a_first_line_may_wait_for_what_the_api_shows_two_hours_late() -> None:
    due = _SCHEDULE.first_line_due(_CREATED)
    assert due == _CREATED + timedelta(hours=2 + 1 + 1)


def test_a_scale_that_ends_early_is_judged_by_its_last_age() -> None:
    short = Schedule((2 * MINUTE, HOUR), patience_seconds=0)
    assert short.first_line_due(_CREATED) == _CREATED + timedelta(hours=1, minutes=30)
