"""Run an exporter in virtual time on a simulated Studio, and count its calls."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta

from studio_export.export import ages
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.model import Checkpoint, Replay, Reply, Span
from studio_export.ports import Source
from tools.devkit.fakes.checkpoints import Item
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore
from tools.devkit.operations.operation import CountedCheckpoints

NOW = datetime(2026, 11, 23, tzinfo=UTC)
RUN_INTERVAL = timedelta(minutes=15)
_INVOCATION_SECONDS = 840.0


@dataclass(slots=True)
class Counts:
    """`cpu_seconds` are the exporter's, without those of the simulated Studio."""

    requests: int = 0
    lists: int = 0
    gets: int = 0
    puts: int = 0
    checkpoint_writes: int = 0
    cpu_seconds: float = 0.0

    def clear(self) -> None:
        for each in fields(self):
            setattr(self, each.name, each.default)


@dataclass(slots=True)
class CountingSource:
    inner: Source
    counts: Counts
    seconds: float = 0.0  # of CPU, spent in the Studio

    @property
    def base_url(self) -> str:
        return self.inner.base_url

    def get(self, url: str, deadline: float) -> Reply:
        self.counts.requests += 1
        begun = time.process_time()
        try:
            return self.inner.get(url, deadline)
        finally:
            self.seconds += time.process_time() - begun


class CountingStore(MemoryStore):
    def __init__(self, counts: Counts) -> None:
        super().__init__()
        self._counts = counts

    def list(self, prefix: str) -> list[str]:
        self._counts.lists += 1
        return super().list(prefix)

    def get(self, key: str) -> bytes:
        self._counts.gets += 1
        return super().get(key)

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        self._counts.puts += 1
        return super().put_if_absent(key, body, metadata)


@dataclass
class Life:
    """An exporter over `flow_sids`, whose history up to `NOW` is exported before it counts.

    Neither is `settling` counted, the runs in which it learns how much of a Flow fits a page, and
    the ages fall in step.
    """

    clock: VirtualClock  # at `NOW`
    source: Source
    flow_sids: tuple[str, ...]
    counts: Counts = field(default_factory=Counts)
    settling: timedelta = timedelta(0)

    def live(self, duration: timedelta) -> Counts:
        """Make the runs in one warm process, one request at a time."""
        source = CountingSource(self.source, self.counts)
        checkpoints = CountedCheckpoints()
        checkpoints.items |= {flow_sid: Item(_caught_up()) for flow_sid in self.flow_sids}
        sweeper = Sweeper(source, CountingStore(self.counts), self.clock, LogCache())
        scale = ages.DEFAULT_AGES
        exporter = Exporter(sweeper, checkpoints, self.flow_sids, scale, ages.RETENTION, 1)
        history = Replay(Span(NOW - timedelta(seconds=ages.RETENTION), NOW))
        exporter.export(history, "history", _INVOCATION_SECONDS)
        self._run(exporter, source, self.settling // RUN_INTERVAL)
        self.counts.clear()
        checkpoints.writes = 0
        self._run(exporter, source, duration // RUN_INTERVAL)
        self.counts.checkpoint_writes = checkpoints.writes
        return self.counts

    def _run(self, exporter: Exporter, source: CountingSource, runs: int) -> None:
        for _ in range(runs):
            self.clock.advance(RUN_INTERVAL.total_seconds())
            begun, studio = time.process_time(), source.seconds
            summary = exporter.export(None, "run", _INVOCATION_SECONDS)
            spent = time.process_time() - begun
            self.counts.cpu_seconds += spent - (source.seconds - studio)
            if not summary.complete:
                raise RuntimeError(f"a run is not complete: {summary}")


def _caught_up() -> Checkpoint:
    """Spread the ages as they are after a long life."""
    head = min(ages.DEFAULT_AGES)
    cursors = {
        age: ages.instant_at_age(NOW, age)
        - timedelta(seconds=ages.min_range_seconds(age, head) * (age % 7) // 7)
        for age in ages.DEFAULT_AGES
    }
    return Checkpoint(cursors, dict.fromkeys(cursors, ages.HOUR))
