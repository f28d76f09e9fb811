"""The simulated world of compaction: a day of two Flows, compactors that die, an exporter."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from studio_export.compaction import days
from studio_export.compaction.compactor import Compactor, Day
from studio_export.errors import CorruptLogError, StudioExportError
from studio_export.log.hour_log import HourLog, append
from studio_export.log.keys import log_lengths, part_key
from studio_export.twilio.record import ENDED, Record
from tests.protocol.fault_injection import FaultInjector, FaultyStore, Killed, Plan, undisturbed
from tests.protocol.faults import Fault
from tests.protocol.interleaving import take_turn
from tests.protocol.oracle import BrokenPromiseError, check_unchanged
from tests.protocol.trace_table import format_trace
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

DAY = "2026-11-01"
_MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
_FLOWS = ("FW" + "0" * 32, "FW" + "1" * 32)

# When it may be compacted, and when its logs are at rest.
RIPE, AT_REST = days.ripe(DAY), days.complete_from(DAY)

# Executions of each hour and Flow that end within two days, later, or never.
_EARLY, _LATE, _NEVER = ("FNa", "FNb"), ("FNc",), ("FNd",)
_HOURS = (3, 17)


def records(sids: tuple[str, ...], status: str, flow: str, hour: int) -> list[Record]:
    """Records whose creation order is neither that of their Sids nor that of their log."""
    made = []
    for number, name in enumerate(sids):
        sid = f"{name}{flow[-1]}{hour}"
        created = _MIDNIGHT + timedelta(hours=hour, minutes=30 - number, seconds=int(flow[-1]))
        text = json.dumps({"sid": sid, "status": status, "date_created": created.isoformat()})
        made.append(Record(sid, status, created, text.encode()))
    return made


@dataclass
class CompactionWorld:
    plan: Plan = undisturbed
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(RIPE))
    store: MemoryStore = field(default_factory=MemoryStore)
    outcomes: list[Day] = field(default_factory=list)
    _objects: dict[str, bytes] = field(default_factory=dict)

    @property
    def ios(self) -> int:
        return self.injector.number

    def __post_init__(self) -> None:
        self.injector = FaultInjector(
            self.clock, undisturbed, self._watch, self._overtake, take_turn
        )
        self.export(_EARLY, ENDED)
        self.export((*_LATE, *_NEVER), "active")
        self.injector.plan = self.plan
        self.injector.number = 0
        self.injector.trace.clear()

    def live(self) -> None:
        """Compact two days after the day, and again once its logs are at rest."""
        self.compact("p1")
        self.export_late()
        self.clock.advance((AT_REST - self.clock.now()).total_seconds() + 1)
        self.compact("p3")
        self.rest()

    def export_late(self) -> None:
        self.export(_LATE, ENDED)

    def export(self, sids: tuple[str, ...], status: str, process: str = "p2") -> None:
        """Append as a sweep does, and again after each death."""
        for flow in _FLOWS:
            for hour in _HOURS:
                while not self._append(HourLog(flow, f"{DAY}T{hour:02}"), sids, status, process):
                    pass

    def _append(self, log: HourLog, sids: tuple[str, ...], status: str, process: str) -> bool:
        store = FaultyStore(self.injector, process, self.store)
        try:
            length = log_lengths(store.list(log.prefix))[log.hour[11:]]
            append(store, log, length, records(sids, status, log.flow_sid, int(log.hour[11:])))
        except (StudioExportError, Killed):
            return False
        return True

    def compact(self, process: str, injector: FaultInjector | None = None) -> bool:
        """Run one compaction; return whether its process is still alive."""
        store = FaultyStore(injector or self.injector, process, self.store)
        compactor = Compactor(store, self.clock, concurrency=1)
        try:
            self.outcomes += compactor.run(compactor.due([DAY]))
        except Killed:
            return False
        except StudioExportError:
            return True  # the run failed with a clear error; the next run continues
        if any(isinstance(day.error, CorruptLogError) for day in self.outcomes):
            raise BrokenPromiseError(
                f"no log is corrupt, but the compactor reports one: {self.outcomes}"
            )
        return True

    def rest(self) -> None:
        """Apply late effects, run without faults, and check that no row is missing."""
        self.injector.settle()
        self.injector.plan = undisturbed
        self.compact("p4")
        self._watch("rest")
        there = Compactor(self.store, self.clock).there()[DAY]
        if not there.all_there:
            raise BrokenPromiseError("at rest the day is not marked complete")
        if sorted(self.rows()) != sorted(self.final_lines()):
            raise BrokenPromiseError("at rest the rows differ from the final lines of the logs")

    def rows(self) -> list[bytes]:
        """Rows of all parts, as a reader of the folder finds them."""
        return [line for key in self._keys("daily/", ".jsonl.gz") for line in self._lines(key)]

    def final_lines(self) -> list[bytes]:
        lines = [line for key in self._keys("executions/") for line in self._lines(key)]
        return [line for line in lines if json.loads(line)["status"] == ENDED]

    def _keys(self, prefix: str, suffix: str = "") -> list[str]:
        return [key for key in self.store.list(prefix) if key.endswith(suffix)]

    def _lines(self, key: str) -> list[bytes]:
        return gzip.decompress(self.store.objects[key]).splitlines()

    def _watch(self, _name: str) -> None:
        try:
            self._check()
        except BrokenPromiseError as error:
            error.add_note(format_trace(self.injector.trace))
            raise

    def _check(self) -> None:
        now = self.store.objects
        check_unchanged(self._objects, now)
        if len(now) == len(self._objects):
            return
        self._objects = dict(now)
        rows, final = self.rows(), self.final_lines()
        sids = [json.loads(row)["sid"] for row in rows]
        if len(set(sids)) != len(sids):
            raise BrokenPromiseError("a row is duplicated")
        if not set(rows) <= set(final):
            raise BrokenPromiseError("a row is not a final line of the logs")
        self._check_parts(rows, final)

    def _check_parts(self, rows: list[bytes], final: list[bytes]) -> None:
        parts = self._keys("daily/", ".jsonl.gz")
        if parts != [part_key(DAY, number) for number in range(len(parts))]:
            raise BrokenPromiseError(f"a part is missing: {parts}")
        for part in parts:
            created = [json.loads(line)["date_created"] for line in self._lines(part)]
            if not created or created != sorted(created):
                raise BrokenPromiseError(f"{part} is empty, or not sorted")
        for key in self._keys("daily/", ".json"):
            marker = json.loads(self.store.objects[key])
            if self.clock.now() < AT_REST or sorted(rows) != sorted(final):
                raise BrokenPromiseError(f"{key} marks the day complete, but rows are missing")
            if (marker["parts"], marker["lines"]) != (len(parts), len(rows)):
                raise BrokenPromiseError(f"{key} counts wrong: {marker}")

    def _overtake(self) -> None:
        """Run another compactor without faults while this one hangs."""
        quiet = FaultInjector(self.clock, undisturbed, self._watch, lambda: None)
        self.compact("another", quiet)
        self.injector.trace += quiet.trace


def live_compaction(faults: Mapping[int, Fault]) -> CompactionWorld:
    """Run the compactions of the day with these faults, by the number of the I/O."""
    world = CompactionWorld(lambda number, _: faults.get(number))
    world.live()
    return world


def undisturbed_calls() -> list[str]:
    """Return the names of the calls of the compactions without a fault."""
    return [call.name for call in live_compaction({}).injector.trace]
