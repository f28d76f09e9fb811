"""Files among the objects that are not the export's: a Mac, a NAS or a sync program left them."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

_APPLE_DOUBLE = b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        "
_COPIES = (
    "{} (1).jsonl.gz",
    "{} 2.jsonl.gz",
    "{}.sync-conflict-20261124-101010-ABCDEFG.jsonl.gz",
    ".{}.jsonl.gz",
    "._{}-copy.jsonl.gz",
)
_OTHERS = (".DS_Store", "desktop.ini", "._.DS_Store")


def foreign_files(roots: Iterable[Path], to: Path) -> Path:
    """Write below `to` what may lie beside the objects of these exports.

    Each copy of an object doubles its rows where it is read.
    """
    for source, name in _first_of_each_folder(roots):
        place = to / name
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


def _first_of_each_folder(roots: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    for root in roots:
        for folder in root.glob("*/dt=*"):
            first = min(folder.glob("*.jsonl.gz"))
            yield first, first.relative_to(root)
