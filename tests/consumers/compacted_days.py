"""An export's days as the product's compactor leaves them, in each state that a reader may meet."""

import shutil
from pathlib import Path

from studio_export.compaction.executions import Executions
from studio_export_cli.stores.directory import DirectoryStore
from tests.consumers.compacting import compact
from tests.consumers.edge_values import EdgeValuesExport
from tests.consumers.objects import copy_objects

COMPLETE = ("2026-11-19", "2026-11-20")
IN_TWO_PARTS = "2026-11-22"  # complete too
NOT_COMPACTED = "2026-11-21"
HALF_COMPACTED = "2026-11-23"  # most of its final lines are in the logs alone


def compacted_days(export: EdgeValuesExport, to: Path) -> Path:
    """Compact the export's days; only what the compactor wrote remains below `to`."""
    store = DirectoryStore(to)
    copy_objects(export.early, export.root, to)
    for day in (IN_TWO_PARTS, HALF_COMPACTED):
        compact(store, Executions(), day, complete=False)
    copy_objects({*export.objects()} - export.early, export.root, to)
    for day in (*COMPLETE, IN_TWO_PARTS):
        compact(store, Executions(), day, complete=True)
    shutil.rmtree(to / "executions")
    shutil.rmtree(to / ".tmp")
    return to
