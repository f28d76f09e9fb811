import pytest

from studio_export.errors import ConfigurationError
from studio_export.fleet_settings import FleetSettings, read_fleet


def test_by_default_one_worker_runs_every_quarter_of_an_hour() -> None:
    assert read_fleet({}) == FleetSettings(workers=1, period_seconds=900)


def test_workers_and_schedule_are_variables() -> None:
    assert read_fleet({"WORKERS": "16", "SCHEDULE_MINUTES": "60"}) == FleetSettings(16, 3600)


@pytest.mark.parametrize("text", ["0", "17", "two"])
def test_the_number_of_workers_is_limited(text: str) -> None:
    with pytest.raises(ConfigurationError, match="WORKERS"):
        read_fleet({"WORKERS": text})
