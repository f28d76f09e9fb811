"""Compact many days: which, and until when. A day that fails stops no other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from studio_export.compaction.compact_day import CompactionResult, Fetch, compact
from studio_export.compaction.days import (
    Parts,
    Stage,
    is_day,
    is_due,
    parts_by_day,
    recent_days,
    stage_of,
)
from studio_export.errors import AccessDeniedError, ConfigurationError, StudioExportError
from studio_export.log import keys as names
from studio_export.ports import Clock, Store

# No day is begun with less time left. One that is cut off all the same is begun anew, and no harm.
_LONGEST_DAY_SECONDS = 300.0


def _ignore_progress(_day: str, _objects: int) -> None:
    """Nobody listens to the progress."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day's outcome: `done`, or else the `error`; neither, where there was nothing to do."""

    day: str
    stage: Stage
    done: CompactionResult | None = None
    error: StudioExportError | None = None


@dataclass(frozen=True, slots=True)
class CompactionSummary:
    """`left` are days that there was no time for: the next run takes them."""

    days: Sequence[Day]
    left: int


@dataclass(frozen=True, slots=True)
class Compactor:
    """`concurrency` is how many objects are read at once; `progress` hears how many were."""

    store: Store
    clock: Clock
    concurrency: int = 8
    progress: Callable[[str, int], None] = _ignore_progress

    def due(self, days: Iterable[str]) -> list[str]:
        """Those of the days that a run compacts which was not asked for one in particular.

        Raises:
            StudioExportError: the parts that are there could not be listed.
        """
        there, now = self.there(), self.clock.now()
        return [day for day in days if is_due(day, there.get(day, Parts()), now)]

    def there(self, day: str = "") -> dict[str, Parts]:
        """What `daily/` and `daily-parquet/` have, by day; or what they have of one."""
        prefixes = names.part_prefixes(day)
        return parts_by_day(key for prefix in prefixes for key in self.store.list(prefix))

    def exported(self) -> Iterator[str]:
        """The day of each object of a log, ascending."""
        days = (names.day_of(key) or "" for key in self.store.list(names.logs_folder()))
        return filter(is_day, days)

    def run(self, days: Sequence[str], deadline: float = float("inf")) -> Iterator[Day]:
        """Compact each day, old enough or not, and say what it came to; none after the deadline.

        Raises:
            AccessDeniedError, ConfigurationError: no other day could do better.
        """
        with _fetching(self.store, self.concurrency) as fetch:
            for day in days:
                if self.clock.monotonic() >= deadline:
                    return
                yield self._day(day, fetch)

    def summary(self, asked: Sequence[str] | None, remaining_seconds: float) -> CompactionSummary:
        """Compact the days that were asked for, else those of the last 35 that are due.

        Raises:
            StudioExportError: as `due` and `run`.
        """
        deadline = self.clock.monotonic() + remaining_seconds - _LONGEST_DAY_SECONDS
        days = self.due(recent_days(self.clock.now())) if asked is None else asked
        done = list(self.run(days, deadline))
        return CompactionSummary(done, len(days) - len(done))

    def _day(self, day: str, fetch: Fetch) -> Day:
        stage = stage_of(day, self.clock.now())
        if stage is Stage.YOUNG:
            return Day(day, stage)
        try:
            done = compact(
                self.store,
                day,
                complete=stage is Stage.COMPLETE,
                fetch=fetch,
                on_progress=lambda objects: self.progress(day, objects),
            )
        except (AccessDeniedError, ConfigurationError):
            raise
        except StudioExportError as error:
            return Day(day, stage, error=error)
        return Day(day, stage, done)


@contextmanager
def _fetching(store: Store, concurrency: int) -> Iterator[Fetch]:
    if concurrency == 1:
        yield lambda keys: map(store.get, keys)
        return
    with ThreadPoolExecutor(concurrency, thread_name_prefix="fetch") as executor:
        yield lambda keys: executor.map(store.get, keys)
