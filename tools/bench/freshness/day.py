"""Live one day of an account on virtual time, and count what it costs."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from simulator.account import Flow
from simulator.execution import Execution
from simulator.faults import Fault, Kind
from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.adapters import checkpoint_codec, hints_codec
from studio_export.export import ages
from studio_export.export.exporter import Exporter
from studio_export.export.freshness import Freshness
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.log.reader import decode
from studio_export.model import Checkpoint, Hints
from studio_export.twilio.record import ENDED
from tools.bench.freshness.cases import Case
from tools.bench.lives import RUN_INTERVAL, CountingSource, CountingStore, Counts
from tools.bench.prices import storage_dollars
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock

_START = datetime(2026, 11, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_INVOCATION_SECONDS = 840.0
_KB = 1024
_FOR_EVER = 1 << 40


@dataclass(slots=True)
class Day:
    """What one day cost.

    Attributes:
        finals: of each Execution that ended in it: its age at the end, and how long after the end
            its final line was written, in seconds.
    """

    counts: Counts = field(default_factory=Counts)
    write_units: int = 0
    item_bytes: int = 0
    finals: list[tuple[float, float]] = field(default_factory=list)

    def clear(self) -> None:
        self.counts.clear()
        self.write_units = self.item_bytes = 0
        self.finals.clear()

    def dollars(self) -> float:
        """S3 and DynamoDB only: compute depends on what else a run does."""
        counts = self.counts
        return storage_dollars(counts.lists + counts.puts, counts.gets, self.write_units)


class _Store(CountingStore):
    def __init__(self, day: Day, clock: VirtualClock, lives: Mapping[str, Execution]) -> None:
        super().__init__(day.counts)
        self._day, self._clock, self._lives = day, clock, lives
        self.counts_since: datetime | None = None

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        written = super().put_if_absent(key, body, metadata)
        if written and self.counts_since:
            self._note(body, self.counts_since)
        return written

    def _note(self, body: bytes, since: datetime) -> None:
        now = self._clock.now()
        for sid, status in decode(body):
            life = self._lives[sid]
            if status == ENDED and life.ends_at and life.ends_at >= since:
                age = (life.ends_at - life.created).total_seconds()
                self._day.finals.append((age, (now - life.ends_at).total_seconds()))


class _Checkpoints(MemoryCheckpoints):
    def __init__(self, day: Day, *, by_ages: bool) -> None:
        super().__init__()
        self._day = day
        self._by_ages = by_ages

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        checkpoint = super().acquire(flow_sid, owner, now, expires_at)
        if self._by_ages and checkpoint:
            checkpoint = replace(checkpoint, hints=Hints(dropped_until=_FOR_EVER))
        self._note(flow_sid, checkpoint or Checkpoint())
        return checkpoint

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        self._note(flow_sid, checkpoint)
        return super().save(flow_sid, owner, checkpoint, release=release)

    def _note(self, flow_sid: str, checkpoint: Checkpoint) -> None:
        size = _item_bytes(flow_sid, checkpoint)
        self._day.write_units += math.ceil(size / _KB)
        self._day.item_bytes = max(self._day.item_bytes, size)


def measure(case: Case) -> Day:
    """Live the hours of the case to warm up, and then those that count."""
    clock, day = VirtualClock(_START), Day()
    studio = Studio(clock.now)
    if case.ignored:
        studio.faults.on(Fault(Kind.STATUS_IGNORED))
    for number in range(case.flows):
        _fill(studio.add_flow(), case, random.Random(number))
    flows = studio.account.flows
    lives = {sid: life for flow in flows for sid, life in flow.by_sid.items()}
    store, checkpoints = _Store(day, clock, lives), _Checkpoints(day, by_ages=case.by_ages)
    source = CountingSource(StudioSource(studio, clock=clock), day.counts)
    logs = LogCache()
    runs = timedelta(hours=case.hours) // RUN_INTERVAL
    for run in range(2 * runs):
        if run == runs:
            store.counts_since = clock.now()
            day.clear()
        exporter = Exporter(
            Sweeper(source, store, clock, LogCache() if case.cold else logs),
            checkpoints,
            flow_sids=tuple(flow.sid for flow in flows),
            scale=ages.DEFAULT_AGES,
            lookback_seconds=ages.RETENTION,
            concurrency=1,
            freshness=Freshness(case.requests_an_hour),
        )
        summary = exporter.export(None, "run", _INVOCATION_SECONDS)
        if not summary.complete:
            raise RuntimeError(f"run {run} is not complete: {summary.totals}")
        clock.advance(RUN_INTERVAL.total_seconds())
    return day


def _fill(flow: Flow, case: Case, chance: random.Random) -> None:
    start = _START - case.history_days * _DAY
    days = case.history_days + 2 * case.hours / 24
    seconds = sorted(chance.choices(range(round(days * ages.DAY)), k=round(days * case.a_day)))
    for second in seconds:
        created = start + timedelta(seconds=second)
        lasts = case.lives.draw(chance)
        flow.add(created, None if lasts is None else created + timedelta(seconds=lasts))


def _item_bytes(flow_sid: str, checkpoint: Checkpoint) -> int:
    """Return the size of an item as DynamoDB counts it, nearly: names, values, overhead of maps."""
    maps = checkpoint_codec.maps_of(checkpoint)
    texts = [text for entries in maps.values() for entry in entries.items() for text in entry]
    hints = len(hints_codec.encode(checkpoint, flow_sid))
    return 200 + sum(map(len, texts)) + len(texts) // 2 + hints
