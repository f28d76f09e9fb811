"""Scenarios: small histories of a Flow, each of which isolates one mechanism."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.faults import Fault, Kind
from studio_export.export.freshness import DEFAULT_FRESHNESS, Freshness

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Life:
    """An Execution, in seconds: creation after the start, duration, and how long it is hidden."""

    created: int
    lasts_seconds: int | None
    hidden_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """`run_times` are seconds after the start; `ages` are in seconds.

    `settled_seconds`: how old an Execution is at the end when it must be there as it ended; the
    last run is that long after the last of them.
    """

    name: str
    executions: tuple[Life, ...]
    run_times: tuple[int, ...]
    ages: tuple[int, ...]
    lookback_seconds: int = DAY
    studio_faults: tuple[Fault, ...] = ()
    lease: bool = True
    warm_sids: int = 50_000
    buffer_bytes: int = 8_000_000
    max_pages: int = 16
    concurrency: int = 1
    freshness: Freshness = DEFAULT_FRESHNESS
    detail_folders: tuple[str, ...] = ()

    @property
    def settled_seconds(self) -> int:
        return settled_seconds(self.ages)

    @property
    def skew_seconds(self) -> int:
        """How far the Studio's clock is ahead of ours: by its own, an Execution is that much older.

        So where it is behind, the last sweep comes that much earlier in an Execution's life.
        """
        faults = (fault for fault in self.studio_faults if fault.kind is Kind.CLOCK_SKEW)
        return next((int(fault.number()) for fault in faults), 0)


def settled_seconds(ages: Sequence[int]) -> int:
    """Return the age by which the last sweep must have listed an Execution."""
    last = ages[-1]
    return last + (min(last // 2, 6 * HOUR) if len(ages) > 1 else 1) + 60


def every(seconds: int, until: int, start: int = 0) -> tuple[int, ...]:
    return tuple(range(start, until + 1, seconds))


def _pages_of(rows: int, *more: Fault) -> tuple[Fault, ...]:
    return (Fault(Kind.PAGE_SIZE, value=rows), *more)


_MIXED = (
    Life(created=-1800, lasts_seconds=30),
    Life(created=-60, lasts_seconds=120),
    Life(created=200, lasts_seconds=10),
    Life(created=900, lasts_seconds=1500),
    Life(created=1799, lasts_seconds=400),  # the last second of an hour (the start is at half past)
    Life(created=1800, lasts_seconds=60),  # and the first of the next
    Life(created=2400, lasts_seconds=None),
)

ONE_AGE = Scenario(
    "one age only",
    executions=_MIXED,
    ages=(10 * MINUTE,),
    run_times=every(8 * MINUTE, 64 * MINUTE),
)
TWO_AGES = Scenario(
    "two ages",
    executions=_MIXED,
    ages=(2 * MINUTE, 30 * MINUTE),
    run_times=every(12 * MINUTE, 96 * MINUTE),
)
NO_LEASE = replace(
    TWO_AGES, name="no lease", run_times=every(15 * MINUTE, 90 * MINUTE), lease=False
)
OFFSET_TOKENS = Scenario(
    "offset tokens",
    executions=_MIXED,
    ages=(5 * MINUTE,),
    run_times=every(40 * MINUTE, 80 * MINUTE),
    studio_faults=_pages_of(2, Fault(Kind.OFFSET_TOKENS), Fault(Kind.REPEATED_ROWS)),
)
LATE_VISIBILITY = Scenario(
    "late visibility",
    executions=(
        Life(created=100, lasts_seconds=30, hidden_seconds=25 * MINUTE),
        Life(created=300, lasts_seconds=2000, hidden_seconds=10 * MINUTE),
        Life(created=301, lasts_seconds=10),
        Life(created=1700, lasts_seconds=60, hidden_seconds=29 * MINUTE),
    ),
    ages=(2 * MINUTE, 30 * MINUTE),
    run_times=every(15 * MINUTE, 90 * MINUTE),
)
EXPIRY_WALL = Scenario(
    "the expiry wall",
    executions=(
        Life(created=-30 * DAY + 20 * HOUR, lasts_seconds=60),
        Life(created=-29 * DAY - 10 * HOUR, lasts_seconds=10 * DAY),
        Life(created=-29 * DAY + 3 * HOUR, lasts_seconds=29 * DAY - 4 * HOUR),
        Life(created=-28 * DAY, lasts_seconds=27 * DAY),
    ),
    ages=(2 * MINUTE, 29 * DAY),
    run_times=every(6 * HOUR, 36 * HOUR),
    lookback_seconds=30 * DAY,
)
BURST = Scenario(
    "burst in a second",
    executions=tuple(Life(created=700, lasts_seconds=5 + each) for each in range(9)),
    ages=(10 * MINUTE,),
    run_times=every(15 * MINUTE, 30 * MINUTE),
    lookback_seconds=HOUR,
    studio_faults=_pages_of(3),
    max_pages=2,
)
BACKFILL = Scenario(
    "a backfill in steps",
    executions=tuple(
        Life(created=-20 * HOUR + each * 90 * MINUTE, lasts_seconds=600) for each in range(12)
    ),
    ages=(2 * MINUTE, 2 * HOUR),
    run_times=every(30 * MINUTE, 60 * MINUTE),
    lookback_seconds=DAY,
    studio_faults=_pages_of(2),
    max_pages=3,
)
COLD_READS = replace(
    TWO_AGES, name="logs read anew", run_times=every(20 * MINUTE, 80 * MINUTE), warm_sids=0
)
PAGE_BY_PAGE = replace(
    ONE_AGE,
    name="an object a page",
    run_times=every(25 * MINUTE, 75 * MINUTE),
    studio_faults=_pages_of(2, Fault(Kind.REPEATED_ROWS)),
    buffer_bytes=1,
)
# Larger, for overlaps: many hours, many logs, an early line and its end between two invocations.
CROWD = Scenario(
    "two invocations meet",
    executions=tuple(
        Life(created=-5 * HOUR + each * 17 * MINUTE, lasts_seconds=20 + each % 4 * 1200)
        for each in range(22)
    ),
    ages=(2 * MINUTE, 20 * MINUTE, HOUR),
    run_times=(0, 15 * MINUTE, 45 * MINUTE, 90 * MINUTE),
    lookback_seconds=6 * HOUR,
    studio_faults=_pages_of(4),
    max_pages=3,
    lease=False,
)

# A put of the first run, which saw it active, may land under that of the second, which saw it end.
ZOMBIE = Scenario(
    "late put after process death",
    executions=(Life(created=0, lasts_seconds=10 * MINUTE),),
    ages=(2 * MINUTE, 30 * MINUTE),
    run_times=(3 * MINUTE, 50 * MINUTE),
    lookback_seconds=2 * HOUR,
    lease=False,
)
# A page is expected to hold one Execution, so the watched ones have to be asked for.
WATCHED = Scenario(
    "watched Executions",
    executions=(
        Life(created=-1800, lasts_seconds=30),
        Life(created=60, lasts_seconds=70 * MINUTE),
        Life(created=60, lasts_seconds=2 * HOUR),  # another in the same second
        Life(created=1799, lasts_seconds=80 * MINUTE),
        Life(created=1900, lasts_seconds=10, hidden_seconds=50 * MINUTE),
        Life(created=2400, lasts_seconds=None),
    ),
    ages=(2 * MINUTE, 6 * HOUR),
    run_times=(*every(25 * MINUTE, 150 * MINUTE), 10 * HOUR),
    freshness=Freshness(requests_an_hour=None, page_rows=1),
)
FILTER_LOST = replace(
    WATCHED,
    name="the status filter is ignored, after some answers",
    studio_faults=(Fault(Kind.STATUS_IGNORED, first=14),),
)
FILTER_UNKNOWN = replace(
    WATCHED,
    name="the status filter matches nothing",
    studio_faults=(Fault(Kind.STATUS_UNKNOWN),),
)
SIDE_BY_SIDE = replace(BACKFILL, name="a backfill side by side", concurrency=3)

SCENARIOS = (
    ONE_AGE,
    TWO_AGES,
    NO_LEASE,
    OFFSET_TOKENS,
    LATE_VISIBILITY,
    EXPIRY_WALL,
    BURST,
    BACKFILL,
    COLD_READS,
    PAGE_BY_PAGE,
    CROWD,
    SIDE_BY_SIDE,
    ZOMBIE,
    WATCHED,
    FILTER_LOST,
    FILTER_UNKNOWN,
)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
