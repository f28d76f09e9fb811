"""Measure how late final lines come, and what that costs: `python -m tools.bench.freshness`.

Virtual time. Each row is a day of an account that is older than 30 days. Of its Executions 80 % end
within ten minutes, 15 % within a day, 4 % within 20 days, and 1 % never.
"""

import argparse
import json
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import Pool
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")  # no display needed

import matplotlib.pyplot as plt

from simulator.account import Execution, Flow
from simulator.faults import Fault, Kind
from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.adapters import checkpoint_codec, hints_codec
from studio_export.export import ages
from studio_export.export.exporter import Exporter
from studio_export.export.freshness import DEFAULT_FRESHNESS, Freshness
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from studio_export.log.reader import decode
from studio_export.model import Checkpoint, Hints, Reply
from studio_export.twilio.record import ENDED
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

_START = datetime(2026, 11, 1, tzinfo=UTC)
_RUN_SECONDS = 900
_DAY = timedelta(days=1)
_INVOCATION_SECONDS = 840.0
_MINUTE, _DAY_SECONDS = 60, 86_400
_RUNS_A_DAY = _DAY_SECONDS // _RUN_SECONDS
_WARM_UP_DAYS = 1
_KB = 1024
_HEAD = """\
| a day of | requests | LIST | GET | puts | write units | item, bytes | $ | lag p50 | p99 | worst |
|---|---|---|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True, slots=True)
class Lives:
    """Shares of Executions by how long they last, at least and at most, in seconds.

    The rest of the shares never ends.
    """

    shares: tuple[tuple[float, float, float], ...]

    def draw(self, chance: random.Random) -> float | None:
        left = chance.random()
        for share, least, most in self.shares:
            if left < share:
                return chance.uniform(least, most)
            left -= share
        return None


_MIXED = Lives(
    (
        (0.80, 1, 10 * _MINUTE),
        (0.15, 10 * _MINUTE, _DAY_SECONDS),
        (0.04, _DAY_SECONDS, 20 * _DAY_SECONDS),
    )
)
_HALF_WAIT = Lives(
    (
        (0.5, _DAY_SECONDS, 3 * _DAY_SECONDS),
        (0.4, 1, 10 * _MINUTE),
        (0.075, 10 * _MINUTE, _DAY_SECONDS),
        (0.02, _DAY_SECONDS, 20 * _DAY_SECONDS),
    )
)
_CALLS = Lives(((1.0, 5, 90),))
_REPLIES = Lives(((1.0, _DAY_SECONDS, 3 * _DAY_SECONDS),))


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    flows: int
    a_day: int
    lives: Lives = _MIXED
    ignored: bool = False
    requests_an_hour: int | None = DEFAULT_FRESHNESS.requests_an_hour
    cold: bool = False
    by_ages: bool = False


@dataclass(slots=True)
class Day:
    """What one day cost.

    Attributes:
        finals: of each Execution that ended in it: its age at the end, and how long after the end
            its final line was written, in seconds.
    """

    requests: int = 0
    lists: int = 0
    gets: int = 0
    puts: int = 0
    write_units: int = 0
    item_bytes: int = 0
    finals: list[tuple[float, float]] = field(default_factory=list)

    def dollars(self) -> float:
        """S3 and DynamoDB only: compute depends on what else a run does."""
        cost = json.loads(_PRICES.read_text())["dollars"]
        return float(
            (self.lists + self.puts) * cost["s3_put_or_list"]
            + self.gets * cost["s3_get"]
            + self.write_units * cost["dynamodb_write"]
        )


class _Source:
    def __init__(self, inner: StudioSource, day: Day) -> None:
        self._inner, self._day = inner, day

    @property
    def base_url(self) -> str:
        return self._inner.base_url

    def get(self, url: str, deadline: float) -> Reply:
        self._day.requests += 1
        return self._inner.get(url, deadline)


class _Store(MemoryStore):
    def __init__(self, day: Day, clock: VirtualClock, lives: Mapping[str, Execution]) -> None:
        super().__init__()
        self._day, self._clock, self._lives = day, clock, lives
        self._by_day: dict[str, list[str]] = {}
        self.counts_since: datetime | None = None

    def list(self, prefix: str) -> list[str]:
        self._day.lists += 1
        return sorted(k for k in self._by_day.get(prefix[:_PREFIX], []) if k.startswith(prefix))

    def get(self, key: str) -> bytes:
        self._day.gets += 1
        return super().get(key)

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        self._day.puts += 1
        written = super().put_if_absent(key, body, metadata)
        if written:
            self._by_day.setdefault(key[:_PREFIX], []).append(key)
            if self.counts_since:
                self._note(body, self.counts_since)
        return written

    def _note(self, body: bytes, since: datetime) -> None:
        now = self._clock.now()
        for sid, status in decode(body):
            life = self._lives[sid]
            if status == ENDED and life.ends_at and life.ends_at >= since:
                age = (life.ends_at - life.created).total_seconds()
                self._day.finals.append((age, (now - life.ends_at).total_seconds()))


_FOR_EVER = 1 << 40
_MARKS = {60: "1 min", 600: "10 min", 3600: "1 h", 21_600: "6 h", 86_400: "1 d", 604_800: "7 d"}
_PRICES = Path(__file__).with_name("prices.json")
_PREFIX = len("executions/dt=2026-11-23/") + 34


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
        size = item_bytes(flow_sid, checkpoint)
        self._day.write_units += math.ceil(size / _KB)
        self._day.item_bytes = max(self._day.item_bytes, size)


def item_bytes(flow_sid: str, checkpoint: Checkpoint) -> int:
    """Return the size of an item as DynamoDB counts it, nearly: names, values, overhead of maps."""
    maps = checkpoint_codec.maps_of(checkpoint)
    texts = [text for entries in maps.values() for entry in entries.items() for text in entry]
    return (
        200 + sum(map(len, texts)) + len(texts) // 2 + len(hints_codec.encode(checkpoint, flow_sid))
    )


def measure(case: Case) -> Day:
    clock, day = VirtualClock(_START), Day()
    studio = Studio(clock.now)
    if case.ignored:
        studio.faults.on(Fault(Kind.STATUS_IGNORED))
    for number in range(case.flows):
        _fill(studio.add_flow(), case, random.Random(number))
    flows = tuple(flow.sid for flow in studio.account.flows)
    lives = {sid: life for flow in studio.account.flows for sid, life in flow.by_sid.items()}
    store, checkpoints = _Store(day, clock, lives), _Checkpoints(day, by_ages=case.by_ages)
    source = _Source(StudioSource(studio, clock=clock), day)
    logs = LogCache()
    for run in range((_WARM_UP_DAYS + 1) * _RUNS_A_DAY):
        if run == _WARM_UP_DAYS * _RUNS_A_DAY:
            store.counts_since = clock.now()
            day.requests = day.lists = day.gets = day.puts = day.write_units = day.item_bytes = 0
            day.finals.clear()
        sweeper = Sweeper(source, store, clock, LogCache() if case.cold else logs)
        exporter = Exporter(
            sweeper,
            checkpoints,
            flows,
            ages.DEFAULT_AGES,
            ages.RETENTION,
            1,
            freshness=Freshness(case.requests_an_hour),
        )
        summary = exporter.export(None, "run", _INVOCATION_SECONDS)
        if not summary.complete:
            raise RuntimeError(f"run {run} is not complete: {summary.totals}")
        clock.advance(_RUN_SECONDS)
    return day


def _fill(flow: Flow, case: Case, chance: random.Random) -> None:
    start, days = _START - 30 * _DAY, 32
    seconds = sorted(chance.choices(range(days * _DAY_SECONDS), k=days * case.a_day))
    for second in seconds:
        created = start + timedelta(seconds=second)
        lasts = case.lives.draw(chance)
        flow.add(created, None if lasts is None else created + timedelta(seconds=lasts))


BY_AGES = Case("1 x 1,000, by the ages alone", 1, 1000, by_ages=True)
WITH_HINTS = Case("1 x 1,000", 1, 1000)
CASES = (
    Case("20 Flows x 20, by the ages alone, cold", 20, 20, cold=True, by_ages=True),
    Case("20 Flows x 20", 20, 20),
    Case("20 Flows x 20, cold", 20, 20, cold=True),
    BY_AGES,
    WITH_HINTS,
    Case("1 x 1,000, cold", 1, 1000, cold=True),
    Case("1 x 1,000, filter ignored", 1, 1000, ignored=True),
    Case("1 x 1,000, half wait 1 to 3 days", 1, 1000, _HALF_WAIT),
    Case("10 x 100", 10, 100),
    Case("10 x 300", 10, 300),
    Case("3 x 3,000", 3, 3000),
    Case("1 x 10,000 voice calls", 1, 10_000, _CALLS),
    Case("1 x 10,000, by the ages alone", 1, 10_000, by_ages=True),
    Case("1 x 10,000", 1, 10_000),
    *(
        Case(f"1 x 10,000, {budget} requests an hour", 1, 10_000, requests_an_hour=budget)
        for budget in (10, 15, 20)
    ),
    Case("1 x 10,000 that wait for days, filter ignored", 1, 10_000, _REPLIES, ignored=True),
    Case("1 x 10,000, always", 1, 10_000, requests_an_hour=None),
    Case("1 x 10,000, filter ignored", 1, 10_000, ignored=True),
)


def line(case: Case) -> str:
    day = measure(case)
    lags = sorted(lag for _, lag in day.finals)
    minutes = [lags[int((len(lags) - 1) * share)] / 60 for share in (0.5, 0.99, 1)] if lags else []
    late = " | ".join(f"{each:,.1f}" for each in minutes)
    return (
        f"| {case.name} | {day.requests / case.flows:,.0f} | {day.lists / case.flows:,.0f} |"
        f" {day.gets / case.flows:,.0f} | {day.puts / case.flows:,.0f} |"
        f" {day.write_units / case.flows:,.0f} | {day.item_bytes:,} |"
        f" {day.dollars():.4f} | {late} |"
    )


def draw(before: Day, after: Day, to: Path) -> None:
    """Draw how long after the end each final line came, by the age at the end."""
    figure, rows = plt.subplots(
        1, 2, figsize=(11, 4), sharex=True, sharey=True, layout="constrained"
    )
    for axes, day, title in zip(
        rows, (before, after), ("By the ages alone", "With hints"), strict=True
    ):
        axes.scatter(*zip(*day.finals, strict=True), s=7, color="#0072B2", alpha=0.5, linewidths=0)
        axes.set_title(f"{title}: worst {max(lag for _, lag in day.finals) / _MINUTE:,.0f} min")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(list(_MARKS), list(_MARKS.values()))
        axes.set_yticks(list(_MARKS), list(_MARKS.values()))
        axes.minorticks_off()
        axes.set_xlabel("age at the end of the Execution")
        axes.grid(color="#999999", alpha=0.2)
    rows[0].set_ylabel("time to its final line")
    figure.savefig(to, dpi=110, pil_kwargs={"optimize": True})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.freshness", description=__doc__)
    parser.add_argument("words", nargs="*", help="only the rows whose name contains them")
    parser.add_argument("--picture", type=Path, help="draw the lag by age, before and after, here")
    given = parser.parse_args()
    if given.picture:
        draw(measure(BY_AGES), measure(WITH_HINTS), given.picture)
        return
    words = " ".join(given.words)
    print(_HEAD, flush=True)
    with Pool() as pool:
        for row in pool.imap(line, [case for case in CASES if words in case.name]):
            print(row, flush=True)


if __name__ == "__main__":
    main()
