from datetime import UTC, datetime, timedelta

import pytest

from studio_export.export.ages import DAY, DEFAULT_AGES, HOUR, MINUTE
from studio_export_cli.verify.deadlines import Deadlines

_CREATED = datetime(2026, 11, 23, 14, tzinfo=UTC)
_DEADLINES = Deadlines(DEFAULT_AGES, grace_seconds=HOUR)


def _due_after_seconds(ended_age: int) -> float | None:
    ended = _CREATED + timedelta(seconds=ended_age)
    due = _DEADLINES.final_line_due(_CREATED, ended)
    return (due - _CREATED).total_seconds() if due else None


@pytest.mark.parametrize(
    ("ended_age", "sweep", "min_range"),
    [
        (0, 2 * MINUTE, 1),
        (2 * MINUTE, 2 * MINUTE, 1),
        (2 * MINUTE + 1, 15 * MINUTE, 15 * MINUTE // 2),
        (5 * HOUR, 8 * HOUR, 4 * HOUR),
        (3 * DAY, 3 * DAY, 6 * HOUR),
        (28 * DAY + 1, 29 * DAY, 6 * HOUR),
    ],
)
def test_a_final_line_is_due_after_the_next_sweep_its_min_range_and_the_grace_period(
    ended_age: int, sweep: int, min_range: int
) -> None:
    assert _due_after_seconds(ended_age) == sweep + min_range + HOUR


def test_what_ended_after_its_last_sweep_is_never_due() -> None:
    assert _due_after_seconds(29 * DAY + 1) is None


def test_without_an_end_there_is_no_deadline() -> None:
    assert _DEADLINES.final_line_due(_CREATED, None) is None


def test_a_first_line_may_be_two_hours_late_as_the_api_may_be() -> None:
    due = _DEADLINES.first_line_due(_CREATED)
    assert due == _CREATED + timedelta(hours=2 + 1 + 1)


def test_a_short_scale_counts_by_its_last_age() -> None:
    short = Deadlines((2 * MINUTE, HOUR), grace_seconds=0)
    assert short.first_line_due(_CREATED) == _CREATED + timedelta(hours=1, minutes=30)
