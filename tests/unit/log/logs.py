"""One log of the hour from 14:00, as its tests write and read it."""

from datetime import UTC, datetime

from studio_export.log.codec import encode
from studio_export.log.hour_log import HourLog
from studio_export.log.reader import decode
from studio_export.twilio.record import Record
from tools.devkit.fakes.store import MemoryStore

FLOW = "FW" + "0" * 32
HOUR = "2026-11-23T14"
PREFIX = f"executions/dt=2026-11-23/{FLOW}-T14-"
FIVE_PAST = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def record(sid: str, status: str | None = "active") -> Record:
    return Record(sid, status, FIVE_PAST, f'{{"sid":"{sid}","status":"{status}"}}'.encode())


def log() -> HourLog:
    return HourLog(FLOW, HOUR)


def key(number: int) -> str:
    return f"{PREFIX}{number:05}.jsonl.gz"


def lines(store: MemoryStore) -> list[list[tuple[str, str | None]]]:
    return [decode(store.objects[each]) for each in sorted(store.objects)]


def put(store: MemoryStore, number: int, *records: Record) -> None:
    assert store.put_if_absent(key(number), encode(records).body, {})
