"""The work of `compact`: which days, and each day's parts as JSON lines, then as Parquet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from studio_export.compaction.compactor import Compactor, Day
from studio_export.compaction.days import Parts, Stage, stage_of
from studio_export.errors import AccessDeniedError, ConfigurationError, StudioExportError
from studio_export_cli.compact.parquet import Arrow, write_missing
from studio_export_cli.compact.progress import shown


@dataclass(frozen=True, slots=True)
class Result:
    """A day, and how many of its parts were written as Parquet. `error` is what failed of it."""

    day: Day
    columns: int = 0
    error: StudioExportError | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A day that would be compacted, and how many objects its logs have."""

    day: str
    stage: Stage
    objects: int


@dataclass(frozen=True, slots=True)
class Compacting:
    """`library` is None where Parquet is not wanted, or cannot be had."""

    compactor: Compactor
    library: Arrow | None
    place: str

    def plan(self, asked: Sequence[str] | None) -> list[Planned]:
        """Nothing is read but names.

        Raises:
            ConfigurationError: nothing is exported there.
        """
        objects, now = self._exported(), self.compactor.clock.now()
        days = self._chosen(asked, objects)
        return [Planned(day, stage_of(day, now), objects[day]) for day in days]

    def run(self, asked: Sequence[str] | None) -> list[Result]:
        """As `plan`, and do it.

        Raises:
            ConfigurationError: nothing is exported there.
            AccessDeniedError: AWS refuses; no other day could do better.
        """
        objects = self._exported()
        days = self._chosen(asked, objects)
        with shown({day: objects[day] for day in days}) as heard:
            return list(self._work(replace(self.compactor, progress=heard), days))

    def _exported(self) -> Counter[str]:
        """How many objects each exported day has."""
        objects = Counter(self.compactor.exported())
        if not objects:
            raise ConfigurationError(f"nothing is exported to {self.place}")
        return objects

    def _chosen(self, asked: Sequence[str] | None, exported: Counter[str]) -> list[str]:
        if asked is not None:
            return [day for day in asked if day in exported]
        there = self.compactor.there()
        select_new = {day for day, parts in there.items() if self.library and parts.without_parquet}
        return sorted({*self.compactor.due(exported), *select_new} & exported.keys())

    def _work(self, compactor: Compactor, days: Sequence[str]) -> Iterator[Result]:
        for day in compactor.run(days):
            if not (self.library and day.done):
                yield Result(day, error=day.error)
                continue
            try:
                parts = compactor.there(day.day).get(day.day, Parts())
                yield Result(day, write_missing(self.library, compactor.store, day.day, parts))
            except (AccessDeniedError, ConfigurationError):
                raise
            except StudioExportError as error:
                yield Result(day, error=error)
