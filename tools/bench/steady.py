"""Count the requests of a steady day, and compare with the formula of the docs."""

from datetime import timedelta

from simulator.source import StudioSource
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export.export import ages
from studio_export.export.freshness import DEFAULT_FRESHNESS
from tools.bench.figure import Figure
from tools.bench.lives import NOW, RUN_INTERVAL, Counts, Life
from tools.bench.pages import PAGE_RECORDS
from tools.devkit.fakes.clock import VirtualClock

_DAY = timedelta(days=1)
_RETENTION_DAYS = ages.RETENTION // ages.DAY
_SETTLING = timedelta(hours=12)  # twice the widest range of an age


def formula(executions_a_day: int, flows: int = 1) -> float:
    """Requests a day, at most.

    An age is listed when its range is as wide as its minimum, or a run if that is wider; a page
    holds a thousand. Ranges that touch and fit one page are listed as one, so it is often less. A
    Flow's questions and errands take their budget at most.
    """
    scale = ages.thin(ages.DEFAULT_AGES)
    head = min(scale)
    watch = 24 * (DEFAULT_FRESHNESS.requests_an_hour or 0)
    per_second = executions_a_day / flows / ages.DAY
    widths = [max(RUN_INTERVAL.total_seconds(), ages.min_range_seconds(age, head)) for age in scale]
    listed = sum(ages.DAY / width * (1 + width * per_second // PAGE_RECORDS) for width in widths)
    return flows * (listed + watch)


def day(executions_a_day: int, flows: int, duration: timedelta = _DAY) -> Counts:
    """Count a part of a day of an account that is older than 30 days."""
    clock = VirtualClock(NOW)
    studio = Studio(clock.now)
    days = _RETENTION_DAYS + (_SETTLING + duration) / _DAY
    span = NOW - timedelta(days=_RETENTION_DAYS), NOW + _SETTLING + duration
    for _ in range(flows):
        fill(studio.add_flow(), round(executions_a_day * days / flows), *span)
    sids = tuple(flow.sid for flow in studio.account.flows)
    source = StudioSource(studio, clock=clock)
    return Life(clock, source, sids, settling=_SETTLING).live(duration)


def figures() -> list[Figure]:
    executions = 10_000
    requests = day(executions, 1).requests
    name = "list requests a day for 10,000 Executions a day"
    return [Figure(name, round(formula(executions)), "", rounds=[requests])]
