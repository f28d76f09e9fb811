"""Compact a day by the product's compactor, without its pool of threads."""

from studio_export.compaction.compact_day import Compaction
from studio_export.compaction.dataset import Dataset
from studio_export_cli.stores.directory import DirectoryStore


def compact(store: DirectoryStore, dataset: Dataset, day: str, *, complete: bool) -> None:
    compaction = Compaction(
        store, dataset, lambda keys: map(store.get, keys), lambda _day, _objects: None
    )
    compaction.compact(day, complete=complete)
