"""Compact the days of every dataset, one dataset after another, until a deadline."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio_export.compaction.compactor import Compactor, Day
from studio_export.compaction.dataset import Dataset
from studio_export.compaction.days import recent_days
from studio_export.compaction.details import Details
from studio_export.compaction.executions import Executions
from studio_export.log.keys import EXECUTIONS

# No day is started with less time. A day that is cut off is safe to start again.
_MAX_DAY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class CompactionSummary:
    """The outcome of a run.

    Attributes:
        left: how many days of datasets there was no time for; the next run takes them.
    """

    days: Sequence[Day]
    left: int


@dataclass(frozen=True, slots=True)
class CompactionRun:
    """A run of the compaction.

    Attributes:
        compactors: one for each dataset; never empty.
    """

    compactors: Sequence[Compactor]

    def summary(
        self, requested: Sequence[str] | None, remaining_seconds: float
    ) -> CompactionSummary:
        """Compact the requested days, else the recent days that are due.

        Raises:
            StudioExportError: as `Compactor.due` and `Compactor.run`.
        """
        clock = self.compactors[0].clock
        deadline = clock.monotonic() + remaining_seconds - _MAX_DAY_SECONDS
        done: list[Day] = []
        left = 0
        for compactor in self.compactors:
            days = compactor.due(recent_days(clock.now())) if requested is None else requested
            outcomes = list(compactor.run(days, deadline))
            done += outcomes
            left += len(days) - len(outcomes)
        return CompactionSummary(done, left)


def dataset_of(folder: str) -> Dataset:
    """Return the dataset of a folder, `executions/` or the like."""
    return Executions() if folder == EXECUTIONS else Details(folder)
