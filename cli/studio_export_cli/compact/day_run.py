"""Choose the days to compact; write the parts of each as JSON lines, then as Parquet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from studio_export.compaction.compactor import Compactor, Day
from studio_export.compaction.days import Parts, Stage, stage_of
from studio_export.errors import AccessDeniedError, ConfigurationError, StudioExportError
from studio_export_cli.compact.parquet import Arrow, write_missing
from studio_export_cli.destination import nothing_exported
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.progress import show_progress


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a day. `parquet` is how many of its parts were written as Parquet."""

    day: Day
    parquet: int = 0
    error: StudioExportError | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A day to compact, and how many objects its logs have."""

    day: str
    stage: Stage
    objects: int


@dataclass(frozen=True, slots=True)
class DayCompaction:
    """`library` is None if Parquet is not wanted or not installed. `dataset` is for messages."""

    compactor: Compactor
    library: Arrow | None
    dataset: str
    heartbeat: Heartbeat

    def plan(self, requested: Sequence[str] | None) -> list[Planned]:
        """Choose the days by the names of objects alone.

        Raises:
            ConfigurationError: nothing is exported there.
        """
        objects, now = self._exported(), self.compactor.clock.now()
        days = self._chosen(requested, objects)
        return [Planned(day, stage_of(day, now), objects[day]) for day in days]

    def run(self, requested: Sequence[str] | None) -> list[Result]:
        """Choose the days as `plan` does, and compact them.

        Raises:
            ConfigurationError: nothing is exported there.
            AccessDeniedError: AWS refuses access, and would for every other day.
        """
        objects = self._exported()
        days = self._chosen(requested, objects)
        total = max(1, sum(objects[day] for day in days))
        read: dict[str, int] = {}
        with show_progress(self.heartbeat) as progress:

            def on_read(day: str, count: int) -> None:
                read[day] = count
                text = f"{day}: {count:,} of {objects[day]:,} objects"
                progress.update("Compact", sum(read.values()) / total, text)

            return list(self._work(replace(self.compactor, progress=on_read), days))

    def _exported(self) -> Counter[str]:
        """Count the objects of each exported day."""
        objects = Counter(self.compactor.exported())
        if not objects:
            raise nothing_exported(self.dataset)
        return objects

    def _chosen(self, requested: Sequence[str] | None, exported: Counter[str]) -> list[str]:
        if requested is not None:
            return [day for day in requested if day in exported]
        there = self.compactor.there()
        incomplete = {day for day, parts in there.items() if self.library and parts.without_parquet}
        return sorted({*self.compactor.due(exported), *incomplete} & exported.keys())

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
