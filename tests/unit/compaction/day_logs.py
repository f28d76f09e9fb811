"""A day of logs, for the tests of what compacts it."""

import json
from datetime import UTC, datetime, timedelta

from studio_export.log.hour_log import HourLog, append
from studio_export.twilio.record import ENDED, Record
from tools.devkit.fakes.store import MemoryStore

DAY = "2026-11-01"
MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
FLOW, OTHER = "FW" + "0" * 32, "FW" + "1" * 32


def record(sid: str, minute: int = 0, status: str = ENDED, **more: object) -> Record:
    """Created in that minute of the day."""
    created = MIDNIGHT + timedelta(minutes=minute)
    fields = {"sid": sid, "status": status, "date_created": created.isoformat(), **more}
    return Record(sid, status, created, json.dumps(fields, separators=(",", ":")).encode())


def export(store: MemoryStore, *records: Record, flow_sid: str = FLOW) -> None:
    """Each record an object of its own, as a slow Flow makes them."""
    for each in records:
        log = HourLog(flow_sid, each.created.isoformat()[:13])
        length = len(store.list(log.prefix))
        append(store, log, length, [each])
