"""Choose the days to compact; write the parts of each as JSON lines, then as Parquet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from studio_export.compaction.compactor import Compactor, Day
from studio_export.compaction.days import Parts, Stage, stage_of
from studio_export.errors import AccessDeniedError, ConfigurationError, StudioExportError
from studio_export_cli.compact.parquet import Arrow, missing_copies, write_missing
from studio_export_cli.destination import nothing_exported
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.progress import show_progress


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a day. `parquet` is how many Parquet objects were written."""

    day: Day
    parquet: int = 0
    error: StudioExportError | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A day of a dataset to compact, and how many objects are read for it."""

    folder: str
    day: str
    stage: Stage
    objects: int


class _Work(NamedTuple):
    """The days to compact of one dataset, and the objects of each of its exported days."""

    compactor: Compactor
    days: Sequence[str]
    objects: Counter[str]


@dataclass(frozen=True, slots=True)
class DayCompaction:
    """The compaction of an export.

    Attributes:
        compactors: one for each dataset, that of Executions first.
        library: None if Parquet is not wanted or not installed.
        name: of the export, for messages.
    """

    compactors: Sequence[Compactor]
    library: Arrow | None
    name: str
    heartbeat: Heartbeat

    def plan(self, requested: Sequence[str] | None) -> list[Planned]:
        """Choose the days by the names of objects alone.

        Raises:
            ConfigurationError: nothing is exported there.
        """
        return [
            Planned(
                compactor.dataset.folder,
                day,
                stage_of(day, compactor.clock.now()),
                objects[day],
            )
            for compactor, days, objects in self._work(requested)
            for day in days
        ]

    def run(self, requested: Sequence[str] | None) -> list[Result]:
        """Choose the days as `plan` does, and compact them.

        Raises:
            ConfigurationError: nothing is exported there.
            AccessDeniedError: AWS refuses access, and would for every other day.
        """
        work = self._work(requested)
        total = max(1, sum(objects[day] for _, days, objects in work for day in days))
        read: dict[tuple[str, str], int] = {}
        results: list[Result] = []
        with show_progress(self.heartbeat) as progress:
            for compactor, days, objects in work:
                folder = compactor.dataset.folder

                def on_read(
                    day: str, count: int, folder: str = folder, objects: Counter[str] = objects
                ) -> None:
                    read[folder, day] = count
                    text = f"{folder}{day}: {count:,} of {objects[day]:,} objects"
                    progress.update("Compact", sum(read.values()) / total, text)

                results += self._results(replace(compactor, progress=on_read), days)
        return results

    def _work(self, requested: Sequence[str] | None) -> list[_Work]:
        exported = [(each, Counter(each.exported())) for each in self.compactors]
        if not exported[0][1]:
            raise nothing_exported(self.name)
        return [
            _Work(compactor, self._chosen(compactor, requested, objects), objects)
            for compactor, objects in exported
            if objects
        ]

    def _chosen(
        self, compactor: Compactor, requested: Sequence[str] | None, exported: Counter[str]
    ) -> list[str]:
        if requested is not None:
            return [day for day in requested if day in exported]
        folder, there = compactor.dataset.folder, compactor.there()
        incomplete = {
            day for day, parts in there.items() if self.library and missing_copies(folder, parts)
        }
        return sorted({*compactor.due(exported), *incomplete} & exported.keys())

    def _results(self, compactor: Compactor, days: Sequence[str]) -> Iterator[Result]:
        folder, store = compactor.dataset.folder, compactor.store
        for day in compactor.run(days):
            if not (self.library and day.done):
                yield Result(day, error=day.error)
                continue
            try:
                parts = compactor.there(day.day).get(day.day, Parts())
                yield Result(day, write_missing(self.library, store, folder, day.day, parts))
            except (AccessDeniedError, ConfigurationError):
                raise
            except StudioExportError as error:
                yield Result(day, error=error)
