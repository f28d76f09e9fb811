"""Bring objects of an export to another folder."""

import shutil
from collections.abc import Iterable
from pathlib import Path


def copy_objects(names: Iterable[str], root: Path, to: Path) -> None:
    for name in names:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, to / name)
