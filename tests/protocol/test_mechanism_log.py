"""The number as the fence, and the lock within a process, each without other protection."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

from studio_export.export.order import Order, Watermarks
from studio_export.export.sweep import sweep
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.log.hour_log import HourLog, append
from studio_export.log.reader import decode
from studio_export.model import Span
from studio_export.twilio.record import Record
from tests.unit.doubles import ScriptedSource, listed
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

FLOW = "FW" + "0" * 32
HOUR = "2026-11-23T14"
TWO = datetime(2026, 11, 23, 14, tzinfo=UTC)
SPAN = Span(TWO, TWO + timedelta(hours=1))


def record(sid: str) -> Record:
    return Record(sid, "ended", TWO, f'{{"sid":"{sid}","status":"ended"}}'.encode())


def sids(store: MemoryStore) -> list[str]:
    """Return the Sids of all lines, in the order of the objects, whose numbers must have no gap."""
    numbers = [int(key[-14:-9]) for key in sorted(store.objects)]
    assert numbers == list(range(len(numbers)))
    return [sid for key in sorted(store.objects) for sid, _ in decode(store.objects[key])]


def test_the_number_fences_off_a_writer_with_a_stale_listing() -> None:
    store = MemoryStore()
    append(store, HourLog(FLOW, HOUR), 0, [record("FN1")])

    # A zombie: it listed the log before that append, and wakes up after it.
    done = append(store, HourLog(FLOW, HOUR), 0, [record("FN1"), record("FN2")])

    assert sids(store) == ["FN1", "FN2"]
    assert done.conflicts == 1


class InterruptedStore(MemoryStore):
    """Runs `interrupt` once, between the first read of an object and its return."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        super().__init__()
        self.interrupt: Callable[[], None] | None = interrupt

    def get(self, key: str) -> bytes:
        body = super().get(key)
        interrupt, self.interrupt = self.interrupt, None
        if interrupt:
            interrupt()
        return body


def test_threads_that_share_a_warm_log_append_one_at_a_time() -> None:
    logs = LogCache()

    def export(sid: str) -> None:
        source = ScriptedSource(listed([(sid, "ended", TWO)]))
        sweep(Sweeper(source, store, VirtualClock(), logs), FLOW, Order(SPAN), Watermarks(), 1e6)

    def start_other() -> None:
        other.start()
        other.join(timeout=0.2)  # with the lock it waits; without, it reads the whole log

    other = Thread(target=export, args=("FN3",))
    store = InterruptedStore(start_other)
    elsewhere = HourLog(FLOW, HOUR)  # of another process
    append(store, elsewhere, 0, [record("FN1")])
    append(store, elsewhere, 1, [record("FN2")])

    export("FN4")
    other.join()

    assert sorted(sids(store)) == ["FN1", "FN2", "FN3", "FN4"]
