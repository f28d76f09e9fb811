"""The names of a log's objects."""

from datetime import datetime

import pytest

from studio_export.errors import CorruptLogError
from studio_export.log.hour_log import HourLog, hour_of
from studio_export.log.keys import log_lengths
from studio_export.twilio.record import Record
from tests.unit.log.logs import FIVE_PAST, FLOW, HOUR, PREFIX, key


def test_a_key_is_the_data_contracts_to_the_letter() -> None:
    flow_sid = "FW0123456789abcdef0123456789abcdef"
    wanted = "executions/dt=2026-11-23/FW0123456789abcdef0123456789abcdef-T14-00003.jsonl.gz"
    assert HourLog(flow_sid, HOUR).key(3) == wanted


@pytest.mark.parametrize(
    "created", [FIVE_PAST, FIVE_PAST.replace(minute=59, second=59, microsecond=999_999)]
)
def test_a_record_belongs_to_the_utc_hour_of_its_creation(created: datetime) -> None:
    assert hour_of(Record("FN1", "active", created, b"{}")) == HOUR


def test_numbers_are_counted_by_hour_from_the_keys_of_a_day() -> None:
    day = f"executions/dt=2026-11-23/{FLOW}-"
    keys = [f"{day}T14-00001.jsonl.gz", f"{day}T14-00000.jsonl.gz", f"{day}T09-00000.jsonl.gz"]
    assert dict(log_lengths(keys)) == {"09": 1, "14": 2}
    assert log_lengths([])["14"] == 0


def test_a_key_of_another_shape_is_none_of_ours() -> None:
    assert not log_lengths(
        [f"{PREFIX}00000.jsonl.gz.tmp", f"{PREFIX}0.jsonl.gz", f"{PREFIX}_SUCCESS"]
    )


@pytest.mark.parametrize("present", [[1], [0, 2], [0, 1, 3, 4]])
def test_a_gap_in_the_numbers_is_a_corrupt_log(present: list[int]) -> None:
    with pytest.raises(CorruptLogError, match="missing before executions/dt="):
        log_lengths(map(key, present))
