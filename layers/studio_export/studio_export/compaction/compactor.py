"""Compact the days of a dataset that are due, until a deadline. A failed day stops no other."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from studio_export.compaction.compact_day import Compaction, CompactionResult, Fetch
from studio_export.compaction.dataset import Dataset
from studio_export.compaction.days import (
    Parts,
    Stage,
    is_day,
    is_due,
    parts_by_day,
    stage_of,
)
from studio_export.compaction.executions import Executions
from studio_export.details.backlog import forgotten_from
from studio_export.errors import AccessDeniedError, ConfigurationError, StudioExportError
from studio_export.log import part_keys as names
from studio_export.log.keys import day_of
from studio_export.ports import Clock, Store


def _ignore_progress(_day: str, _objects: int) -> None:
    """Ignore the progress."""


@dataclass(frozen=True, slots=True)
class Day:
    """The outcome of one day of a dataset.

    Attributes:
        folder: of the dataset: `executions/`.
        done: None if it failed, or is too young.
        error: None if it did not fail.
    """

    folder: str
    day: str
    stage: Stage
    done: CompactionResult | None = None
    error: StudioExportError | None = None


@dataclass(frozen=True, slots=True)
class Compactor:
    """The compactor of a dataset, and its dependencies.

    Attributes:
        concurrency: how many objects are read at once.
        progress: called with a day and how many of its objects were read.
    """

    store: Store
    clock: Clock
    concurrency: int = 8
    progress: Callable[[str, int], None] = _ignore_progress
    dataset: Dataset = field(default_factory=Executions)

    def due(self, days: Iterable[str]) -> list[str]:
        """Return those of the days that a scheduled run compacts.

        Raises:
            StudioExportError: the parts could not be listed.
        """
        parts, now = self.there(), self.clock.now()
        return [day for day in days if is_due(day, parts.get(day, Parts()), now)]

    def there(self, day: str = "") -> dict[str, Parts]:
        """Return the parts in every form, by day; or those of one day."""
        prefixes = names.part_prefixes(self.dataset.folder, day)
        return parts_by_day(key for prefix in prefixes for key in self.store.list(prefix))

    def exported(self) -> Iterator[str]:
        """Yield the day of each object that is read to compact all days."""
        days = (day_of(key) or "" for key in self.dataset.objects(self.store))
        return filter(is_day, days)

    def run(self, days: Sequence[str], deadline: float = float("inf")) -> Iterator[Day]:
        """Compact each day that is old enough, until `deadline`; yield its outcome.

        Raises:
            AccessDeniedError, ConfigurationError: every other day would fail too.
        """
        with _fetching(self.store, self.concurrency) as fetch:
            compaction = Compaction(self.store, self.dataset, fetch, self.progress)
            for day in days:
                if self.clock.monotonic() >= deadline:
                    return
                yield self._day(day, compaction)

    def _day(self, day: str, compaction: Compaction) -> Day:
        folder, now = self.dataset.folder, self.clock.now()
        stage, wait = stage_of(day, now), now < forgotten_from(day)
        if stage is Stage.YOUNG:
            return Day(folder, day, stage)
        try:
            done = compaction.compact(day, complete=stage is Stage.COMPLETE, wait=wait)
        except (AccessDeniedError, ConfigurationError):
            raise
        except StudioExportError as error:
            return Day(folder, day, stage, error=error)
        return Day(folder, day, Stage.WAITING if wait and done.absent else stage, done)


@contextmanager
def _fetching(store: Store, concurrency: int) -> Iterator[Fetch]:
    if concurrency == 1:
        yield lambda keys: map(store.get, keys)
        return
    with ThreadPoolExecutor(concurrency, thread_name_prefix="fetch") as executor:
        yield lambda keys: executor.map(store.get, keys)
