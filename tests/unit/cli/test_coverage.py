from datetime import UTC, date, datetime, timedelta

import pytest

from studio_export.export.ages import DAY, DEFAULT_AGES, HOUR
from studio_export_cli.status.coverage import coverage, late

_NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)


def _cursors_after_run(ago: timedelta) -> dict[int, datetime]:
    return {age: _NOW - ago - timedelta(seconds=age) for age in DEFAULT_AGES}


def test_after_a_run_nothing_is_late_and_every_day_is_complete() -> None:
    cursors = _cursors_after_run(timedelta(0))
    assert late(cursors, _NOW, 0) == {}
    assert set(coverage(cursors, _NOW, 0).values()) == {1.0}


@pytest.mark.parametrize("quiet", [timedelta(minutes=15), timedelta(minutes=60)])
def test_between_two_runs_nothing_is_late(quiet: timedelta) -> None:
    assert late(_cursors_after_run(quiet), _NOW, HOUR) == {}
    assert set(coverage(_cursors_after_run(quiet), _NOW, HOUR).values()) == {1.0}


def test_an_age_is_late_if_its_sweep_has_been_due_for_longer_than_the_grace_period() -> None:
    # The minimum range of a day's age is 6 hours; of the head, a second.
    assert set(late(_cursors_after_run(timedelta(hours=6.9)), _NOW, HOUR)) == {
        age for age in DEFAULT_AGES if age < 12 * HOUR
    }
    assert set(late(_cursors_after_run(timedelta(hours=7.1)), _NOW, HOUR)) == set(DEFAULT_AGES)


def test_days_are_of_creation_and_end_today() -> None:
    days = list(coverage(_cursors_after_run(timedelta(0)), _NOW, 0))
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 26), date(2026, 11, 24), 30)


def test_a_day_counts_only_the_ages_that_are_due() -> None:
    cursors = _cursors_after_run(timedelta(0)) | {120: _NOW - timedelta(days=10)}
    share = coverage(cursors, _NOW, 0)[date(2026, 11, 20)]
    due = sum(age + min(age // 2, 6 * HOUR) <= 3.6 * DAY for age in DEFAULT_AGES)
    assert share == pytest.approx(1 - 1 / due, abs=0.03)


def test_a_day_that_has_just_begun_has_no_share() -> None:
    midnight = _NOW.replace(hour=0, minute=1)
    cursors = {age: midnight - timedelta(seconds=age) for age in DEFAULT_AGES}
    assert coverage(cursors, midnight, HOUR)[date(2026, 11, 24)] is None
