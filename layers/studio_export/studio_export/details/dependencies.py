"""What the work on every object of `executions/` depends on."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio_export.details.dataset import Dataset
from studio_export.details.manners import Manners
from studio_export.details.revisions import Revisions
from studio_export.ports import Clock, DatedStore, Source


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Safe to use from several threads.

    Attributes:
        datasets: by folder.
    """

    source: Source
    store: DatedStore
    clock: Clock
    datasets: Mapping[str, Dataset]
    revisions: Revisions
    manners: Manners
