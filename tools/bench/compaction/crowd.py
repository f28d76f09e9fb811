"""A day of many large Executions, for what compaction holds in memory."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from studio_export.log.codec import encode
from studio_export.log.hour_log import HourLog
from studio_export.twilio.record import ENDED, Record

_DAY = datetime(2026, 10, 1, tzinfo=UTC)
_FLOW = "FW" + "0" * 32
_LINES_AN_OBJECT = 1000


def crowd(to: Path, executions: int, line_bytes: int, hours: int) -> None:
    chance = random.Random(executions)
    for hour in range(hours):
        log = HourLog(_FLOW, f"{_DAY:%Y-%m-%d}T{hour:02}")
        count = executions // hours
        for number, first in enumerate(range(0, count, _LINES_AN_OBJECT)):
            lines = range(first, min(count, first + _LINES_AN_OBJECT))
            records = [_record(chance, hour, line, line_bytes) for line in lines]
            path = to / log.key(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode(records).body)


def _record(chance: random.Random, hour: int, number: int, line_bytes: int) -> Record:
    sid = f"FN{chance.getrandbits(128):032x}"
    created = _DAY + timedelta(hours=hour, seconds=number % 3600)
    fields: dict[str, object] = {
        "sid": sid,
        "flow_sid": _FLOW,
        "status": ENDED,
        "date_created": created.isoformat(),
        "date_updated": (created + timedelta(seconds=90)).isoformat(),
    }
    # A third of the bytes is new in each line, about what a Context of answers and numbers has.
    room = line_bytes - len(json.dumps(fields)) - 30
    fields["context"] = {"a": chance.randbytes(room // 6).hex(), "b": "x" * (room - room // 6 * 2)}
    return Record(sid, ENDED, created, json.dumps(fields).encode())
