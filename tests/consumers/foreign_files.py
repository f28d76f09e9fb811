"""Files among the objects that are not the export's: a Mac, a NAS or a sync program left them."""

import shutil
from pathlib import Path

from tests.consumers.edge_values import NastyExport

_APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "
_COPIES = (
    "{} (1).jsonl.gz",
    "{} 2.jsonl.gz",
    "{}.sync-conflict-20261124-101010-ABCDEFG.jsonl.gz",
    ".{}.jsonl.gz",
    "._{}-copy.jsonl.gz",
)
_OTHERS = (".DS_Store", "desktop.ini", "._.DS_Store")


def foreign_files(export: NastyExport, to: Path, names: tuple[str, ...] | None = None) -> Path:
    """Write below `to` what may lie beside the objects; each copy would double its lines.

    Args:
        export: whose objects have copies.
        to: the folder; its files have the places that they would have in the export.
        names: the objects beside which the files lie; the first of each day if None.
    """
    for name in names or _first_of_each_day(export):
        source, place = export.root / name, to / name
        stem = place.name.removesuffix(".jsonl.gz")
        place.parent.mkdir(parents=True)
        for copy in _COPIES:
            shutil.copyfile(source, place.with_name(copy.format(stem)))
        for other in (f"._{place.name}", *_OTHERS):
            place.with_name(other).write_bytes(_APPLE_DOUBLE)
        folder = place.parent.with_name(f"{place.parent.name} (1)")
        folder.mkdir()
        shutil.copyfile(source, folder / place.name)
    return to


def _first_of_each_day(export: NastyExport) -> tuple[str, ...]:
    return tuple({name.rpartition("/")[0]: name for name in reversed(export.objects())}.values())
