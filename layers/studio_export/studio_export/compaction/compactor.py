"""Compact the days that are due, until a deadline. A failed day stops no other."""

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

# No day is started with less time. A day that is cut off is safe to start again.
_MAX_DAY_SECONDS = 300.0


def _ignore_progress(_day: str, _objects: int) -> None:
    """Ignore the progress."""


@dataclass(frozen=True, slots=True)
class Day:
    """The outcome of one day.

    Attributes:
        done: None if it failed, or is too young.
        error: None if it did not fail.
    """

    day: str
    stage: Stage
    done: CompactionResult | None = None
    error: StudioExportError | None = None


@dataclass(frozen=True, slots=True)
class CompactionSummary:
    """The outcome of a run.

    Attributes:
        left: how many days there was no time for; the next run takes them.
    """

    days: Sequence[Day]
    left: int


@dataclass(frozen=True, slots=True)
class Compactor:
    """The compactor and its dependencies.

    Attributes:
        concurrency: how many objects are read at once.
        progress: called with a day and how many of its objects were read.
    """

    store: Store
    clock: Clock
    concurrency: int = 8
    progress: Callable[[str, int], None] = _ignore_progress

    def due(self, days: Iterable[str]) -> list[str]:
        """Return those of the days that a scheduled run compacts.

        Raises:
            StudioExportError: the parts could not be listed.
        """
        parts, now = self.there(), self.clock.now()
        return [day for day in days if is_due(day, parts.get(day, Parts()), now)]

    def there(self, day: str = "") -> dict[str, Parts]:
        """Return the parts in `daily/` and `daily-parquet/`, by day; or those of one day."""
        prefixes = names.part_prefixes(day)
        return parts_by_day(key for prefix in prefixes for key in self.store.list(prefix))

    def exported(self) -> Iterator[str]:
        """Yield the day of each log object, ascending."""
        days = (names.day_of(key) or "" for key in self.store.list(names.logs_folder()))
        return filter(is_day, days)

    def run(self, days: Sequence[str], deadline: float = float("inf")) -> Iterator[Day]:
        """Compact each day that is old enough, until `deadline`; yield its outcome.

        Raises:
            AccessDeniedError, ConfigurationError: every other day would fail too.
        """
        with _fetching(self.store, self.concurrency) as fetch:
            for day in days:
                if self.clock.monotonic() >= deadline:
                    return
                yield self._day(day, fetch)

    def summary(
        self, requested: Sequence[str] | None, remaining_seconds: float
    ) -> CompactionSummary:
        """Compact the requested days, else the recent days that are due.

        Raises:
            StudioExportError: as `due` and `run`.
        """
        deadline = self.clock.monotonic() + remaining_seconds - _MAX_DAY_SECONDS
        days = self.due(recent_days(self.clock.now())) if requested is None else requested
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
