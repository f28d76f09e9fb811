"""An export's days of Steps and Contexts, compacted, in each state that a reader may meet."""

import shutil
from dataclasses import replace
from pathlib import Path

from studio_export.compaction.details import Details
from studio_export.log.keys import CONTEXTS, EXECUTIONS, STEPS, day_of
from studio_export_cli.stores.directory import DirectoryStore
from tests.consumers.compacting import compact
from tests.consumers.objects import copy_objects
from tests.consumers.steps_export import StepsExport

COMPLETE = ("2026-11-19", "2026-11-20")
IN_TWO_PARTS = "2026-11-21"  # complete too
NOT_COMPACTED = "2026-11-22"
HALF_COMPACTED = "2026-11-23"  # one Flow's lines alone are in a part
IN_PARTS_ALONE = "2026-11-20"  # its objects of the datasets are gone
_DETAILS = (STEPS, CONTEXTS)


def compacted_steps(export: StepsExport, work: Path) -> StepsExport:
    """Return the export with compacted days beside its objects."""
    made, root = work / "compacted-steps", work / "steps-export"
    store = DirectoryStore(made)
    of_one_flow = [name for name in export.objects() if export.flows[0].sid in name]
    copy_objects(of_one_flow, export.root, made)
    for day in (IN_TWO_PARTS, HALF_COMPACTED):
        _compact(store, day, complete=False)
    copy_objects(export.objects(), export.root, made)
    for day in (*COMPLETE, IN_TWO_PARTS):
        _compact(store, day, complete=True)
    for folder in (EXECUTIONS, *_DETAILS, "flow-revisions", "done", ".tmp"):
        shutil.rmtree(made / folder)
    copy_objects(filter(_is_kept, export.objects()), export.root, root)
    return replace(export.with_files(made), root=root)


def _is_kept(name: str) -> bool:
    return not (name.startswith(_DETAILS) and day_of(name) == IN_PARTS_ALONE)


def _compact(store: DirectoryStore, day: str, *, complete: bool) -> None:
    for folder in _DETAILS:
        compact(store, Details(folder), day, complete=complete)
