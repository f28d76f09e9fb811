"""An export's days as the product's compactor leaves them, in each state that a reader may meet."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from studio_export.compaction.compact_day import Compaction
from studio_export.compaction.executions import Executions
from studio_export_cli.stores.directory import DirectoryStore
from tests.consumers.edge_values import EdgeValuesExport

COMPLETE = ("2026-11-19", "2026-11-20")
IN_TWO_PARTS = "2026-11-22"  # complete too
NOT_COMPACTED = "2026-11-21"
HALF_COMPACTED = "2026-11-23"  # most of its final lines are in the logs alone


def compacted_days(export: EdgeValuesExport, to: Path) -> Path:
    """Compact the export's days; only what the compactor wrote remains below `to`."""
    store = DirectoryStore(to)
    _copy(export, sorted(export.early), to)
    for day in (IN_TWO_PARTS, HALF_COMPACTED):
        _compact(store, day, complete=False)
    _copy(export, sorted({*export.objects()} - export.early), to)
    for day in (*COMPLETE, IN_TWO_PARTS):
        _compact(store, day, complete=True)
    shutil.rmtree(to / "executions")
    shutil.rmtree(to / ".tmp")
    return to


def _compact(store: DirectoryStore, day: str, *, complete: bool) -> None:
    compaction = Compaction(
        store, Executions(), lambda keys: map(store.get, keys), lambda _day, _objects: None
    )
    compaction.compact(day, complete=complete)


def _copy(export: EdgeValuesExport, names: Iterable[str], to: Path) -> None:
    for name in names:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(export.root / name, to / name)
