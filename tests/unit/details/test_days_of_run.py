"""Which days a scheduled run looks at for objects without children."""

from datetime import UTC, datetime, timedelta

import pytest

from studio_export.details import backlog

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 30, 60, 1440])
def test_every_day_is_looked_at_within_six_hours_or_at_each_run(minutes: int) -> None:
    period = timedelta(minutes=minutes)
    runs = max(1, timedelta(hours=6) // period)
    looked = [
        set(backlog.days_of_run(NOW + n * period, int(period.total_seconds()))) for n in range(runs)
    ]
    days = backlog.all_days(NOW)

    assert set(days) <= set().union(*looked)
    assert all({days[0], days[1]} <= each for each in looked)


@pytest.mark.parametrize(("minutes", "runs"), [(5, 24), (15, 24), (20, 18), (60, 6), (1440, 1)])
def test_an_older_day_is_looked_at_in_one_of_so_many_runs(minutes: int, runs: int) -> None:
    assert backlog.runs_between_looks(60 * minutes) == runs
