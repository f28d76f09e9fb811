"""The simulated world of compaction: a day of two Flows, compactors that die, an exporter.

It compacts the day of one dataset: `executions/`, or `steps/`, whose lines the exporter adds.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from studio_export.compaction import days
from studio_export.compaction.compaction_run import dataset_of
from studio_export.compaction.compactor import Compactor, Day
from studio_export.details.child_log import ChildLog
from studio_export.details.dataset import Fetched
from studio_export.errors import CorruptLogError, StudioExportError
from studio_export.log.hour_log import HourLog, append
from studio_export.log.keys import (
    EXECUTIONS,
    child_lengths,
    child_prefix,
    log_lengths,
    parse_log_key,
)
from studio_export.log.part_keys import part_key, parts_folder
from studio_export.log.reader import read_child, read_fields
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
    folder: str = EXECUTIONS
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
        self.export_children()
        self.injector.plan = self.plan
        self.injector.number = 0
        self.injector.trace.clear()

    def live(self) -> None:
        """Compact two days after the day, and again once its logs are at rest."""
        self.compact("p1")
        self.export(_LATE, ENDED)
        self.clock.advance((AT_REST - self.clock.now()).total_seconds() + 1)
        if self.folder != EXECUTIONS:
            self.compact("p3")  # it waits for the lines of what ended late
            self.export_children()
        self.compact("p3")
        self.rest()

    def export_late(self) -> None:
        self.export(_LATE, ENDED)
        self.export_children()

    def export_children(self, process: str = "p2") -> None:
        """Write the children that a dataset of details lacks, and again after each death."""
        if self.folder == EXECUTIONS:
            return
        for key in self._keys(EXECUTIONS):
            while not self._append_children(key, process):
                pass

    def _append_children(self, key: str, process: str) -> bool:
        store, parent = FaultyStore(self.injector, process, self.store), parse_log_key(key)
        assert parent
        sids = [
            fields.sid for fields in map(read_fields, self._lines(key)) if fields.status == ENDED
        ]
        log = ChildLog(self.folder, parent)
        try:
            length = child_lengths(store.list(child_prefix(self.folder, parent)))[parent]
            log.read(store, length)
            for sid in sids:  # each an object of its own, as a run that is short of time makes them
                log.append(store, {sid: Fetched(_child_line(sid))})
        except (StudioExportError, Killed):
            return False
        return True

    @property
    def _hours(self) -> tuple[int, ...]:
        # One hour has enough objects: a parent has children of its own.
        return _HOURS if self.folder == EXECUTIONS else _HOURS[:1]

    def export(self, sids: tuple[str, ...], status: str, process: str = "p2") -> None:
        """Append as a sweep does, and again after each death."""
        for flow in _FLOWS:
            for hour in self._hours:
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
        compactor = Compactor(store, self.clock, concurrency=1, dataset=dataset_of(self.folder))
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
        there = Compactor(self.store, self.clock, dataset=dataset_of(self.folder)).there()[DAY]
        if not there.all_there:
            raise BrokenPromiseError("at rest the day is not marked complete")
        if sorted(self.rows()) != sorted(self.final_lines()):
            raise BrokenPromiseError("at rest the rows differ from the final lines of the logs")

    def rows(self) -> list[bytes]:
        """Rows of all parts, as a reader of the folder finds them."""
        return [line for key in self._parts() for line in self._lines(key)]

    def final_lines(self) -> list[bytes]:
        lines = [line for key in self._keys(self.folder) for line in self._lines(key)]
        return lines if self.folder != EXECUTIONS else self._ended()

    def _ended(self) -> list[bytes]:
        lines = [line for key in self._keys(EXECUTIONS) for line in self._lines(key)]
        return [line for line in lines if json.loads(line)["status"] == ENDED]

    def _sid(self, line: bytes) -> str:
        is_child = self.folder != EXECUTIONS
        return read_child(line).execution_sid if is_child else read_fields(line).sid

    def _parts(self) -> list[str]:
        return self._keys(parts_folder(self.folder), ".jsonl.gz")

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
        sids = [self._sid(row) for row in rows]
        if len(set(sids)) != len(sids):
            raise BrokenPromiseError("a row is duplicated")
        if not set(rows) <= set(final):
            raise BrokenPromiseError("a row is not a final line of the logs")
        self._check_parts(rows, final)

    def _check_parts(self, rows: list[bytes], final: list[bytes]) -> None:
        parts = self._parts()
        if parts != [part_key(self.folder, DAY, number) for number in range(len(parts))]:
            raise BrokenPromiseError(f"a part is missing: {parts}")
        ended = {
            fields.sid: fields.date_created or "" for fields in map(read_fields, self._ended())
        }
        for part in parts:
            created = [ended[self._sid(line)] for line in self._lines(part)]
            if not created or created != sorted(created):
                raise BrokenPromiseError(f"{part} is empty, or not sorted")
        for key in self._keys(parts_folder(self.folder), ".json"):
            marker = json.loads(self.store.objects[key])
            whole = sorted(rows) == sorted(final) and {self._sid(row) for row in rows} == set(ended)
            if self.clock.now() < AT_REST or not whole:
                raise BrokenPromiseError(f"{key} marks the day complete, but rows are missing")
            if (marker["parts"], marker["lines"]) != (len(parts), len(rows)):
                raise BrokenPromiseError(f"{key} counts wrong: {marker}")

    def _overtake(self) -> None:
        """Run another compactor without faults while this one hangs."""
        quiet = FaultInjector(self.clock, undisturbed, self._watch, lambda: None)
        self.compact("another", quiet)
        self.injector.trace += quiet.trace


def _child_line(sid: str) -> bytes:
    return b'{"execution_sid":"%b","steps":[]}' % sid.encode()


def live_compaction(faults: Mapping[int, Fault], folder: str = EXECUTIONS) -> CompactionWorld:
    """Run the compactions of the day with these faults, by the number of the I/O."""
    world = CompactionWorld(lambda number, _: faults.get(number), folder=folder)
    world.live()
    return world


def undisturbed_calls(folder: str = EXECUTIONS) -> list[str]:
    """Return the names of the calls of the compactions without a fault."""
    return [call.name for call in live_compaction({}, folder).injector.trace]
