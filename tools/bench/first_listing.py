"""Count what a new Flow's first run asks for; it lists the whole range first.

python -m tools.bench.first_listing      a minute; two tables
"""

from datetime import datetime, timedelta

from simulator.source import StudioSource
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export.export import ages
from studio_export.export.exporter import Exporter
from studio_export.export.sweeper import Sweeper
from studio_export.log.cache import LogCache
from tools.bench.lives import NOW, CountingSource, CountingStore, Counts
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock

_MONTH, _HOUR = timedelta(seconds=ages.RETENTION), timedelta(hours=1)
_SIZES = (0, 1000, 1900, 3000, 5000, 20_000, 60_000, 300_000)
_IN_FLIGHT = (1, 4, 16)
_DAYS, _AN_HOUR = 4, (100, 500, 1500, 4000, 10_000)


def requests(executions: int, in_one_hour: int, concurrency: int) -> int:
    """Return how many pages the first run of a Flow asks for.

    Its Executions are created at random instants of 30 days, and `in_one_hour` of them in the hour
    in the middle. None is created at the ends, where the clock decides what is listed.
    """
    studio = Studio(lambda: NOW)
    flow = studio.add_flow()
    fill(flow, executions - in_one_hour, NOW - _MONTH + _HOUR, NOW - 2 * _HOUR)
    fill(flow, in_one_hour, NOW - _MONTH / 2, NOW - _MONTH / 2 + _HOUR)
    return _run(studio, NOW, _MONTH, concurrency).requests


def busy(an_hour: int) -> Counts:
    """Return what the first run of a busy Flow asks for, whose range begins within an hour."""
    now = NOW + timedelta(minutes=37)
    studio = Studio(lambda: now)
    fill(studio.add_flow(), an_hour * 24 * _DAYS, now - timedelta(days=_DAYS), now)
    return _run(studio, now, timedelta(days=_DAYS), 1)


def _run(studio: Studio, now: datetime, lookback: timedelta, concurrency: int) -> Counts:
    counts = Counts()
    source = CountingSource(StudioSource(studio), counts)
    sweeper = Sweeper(source, CountingStore(counts), VirtualClock(now), LogCache())
    sids = tuple(flow.sid for flow in studio.account.flows)
    lookback_seconds = int(lookback.total_seconds())
    exporter = Exporter(
        sweeper, MemoryCheckpoints(), sids, ages.DEFAULT_AGES, lookback_seconds, concurrency
    )
    if not exporter.export(None, "bench", 1e6).complete:
        raise RuntimeError("the run is not complete")
    return counts


def main() -> None:
    print("| Executions in 30 days | requests with 1, 4 and 16 in flight |")
    print("|---|---|")
    for executions in _SIZES:
        counted = [requests(executions, 0, concurrency) for concurrency in _IN_FLIGHT]
        print(f"| {executions:,} | {', '.join(map(str, counted))} |", flush=True)
    counted = [requests(60_000, 30_000, concurrency) for concurrency in _IN_FLIGHT]
    print(f"| 60,000, half of them in one hour | {', '.join(map(str, counted))} |")
    print(f"\n| Executions an hour, for {_DAYS} days | requests | lists of S3 | objects |")
    print("|---|---|---|---|")
    for an_hour in _AN_HOUR:
        spent = busy(an_hour)
        print(f"| {an_hour:,} | {spent.requests} | {spent.lists} | {spent.puts} |", flush=True)


if __name__ == "__main__":
    main()
