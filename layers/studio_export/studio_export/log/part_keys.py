"""Format and parse the names of compacted days: parts, their Parquet copies and their markers.

The names are public, as those in `keys.py` are.
"""

import re
from enum import StrEnum
from typing import NamedTuple

from studio_export.log.keys import (
    CONTEXTS,
    DAY_PATTERN,
    EXECUTIONS,
    LINES,
    STEPS,
    day_folder,
)

# Where the days of a dataset lie, by the folder of the dataset.
_PARTS = {EXECUTIONS: "daily", STEPS: "daily-steps", CONTEXTS: "daily-contexts"}
COMPACTED = tuple(_PARTS)


class Kind(StrEnum):
    """What an object of a compacted day is."""

    LINES = "lines"
    PARQUET = "parquet"  # a row for each line
    FLAT = "flat"  # a row for each Step
    COMPLETE = "complete"


_SUFFIXES = {Kind.LINES: "/", Kind.PARQUET: "-parquet/", Kind.FLAT: "-flat-parquet/"}
_ENDINGS = {Kind.LINES: LINES, Kind.PARQUET: ".parquet", Kind.FLAT: ".parquet"}
_PART_KEY = re.compile(
    rf"(?P<folder>[a-z-]+/)dt={DAY_PATTERN}/"
    r"(?:(?P<number>\d{5})(?P<ending>\.[a-z.]+)|_complete-(?P<complete>\d{5})\.json)"
)


class PartKey(NamedTuple):
    """The parts of the name of an object of a compacted day.

    Attributes:
        folder: of the dataset: `executions/`.
        number: the part's number, or how many parts a marker counts.
    """

    folder: str
    day: str
    number: int
    kind: Kind


def copies_of(folder: str) -> tuple[Kind, ...]:
    """Return the forms in which a dataset, `steps/` or the like, has Parquet."""
    return (Kind.PARQUET, Kind.FLAT) if folder == STEPS else (Kind.PARQUET,)


def parts_folder(folder: str, kind: Kind = Kind.LINES) -> str:
    """Return the folder of a dataset's compacted days. It holds no other format."""
    return _PARTS[folder] + _SUFFIXES[kind]


def part_prefix(folder: str, day: str) -> str:
    return day_folder(parts_folder(folder), day)


def part_key(folder: str, day: str, number: int, kind: Kind = Kind.LINES) -> str:
    return f"{day_folder(parts_folder(folder, kind), day)}{number:05}{_ENDINGS[kind]}"


def complete_key(folder: str, day: str, parts: int) -> str:
    """Name the marker of a complete day; readers skip names that begin with `_`."""
    return f"{part_prefix(folder, day)}_complete-{parts:05}.json"


def part_prefixes(folder: str, day: str = "") -> list[str]:
    """Return the prefixes of a day's parts, or of all parts, in every form."""
    kinds = (Kind.LINES, *copies_of(folder))
    return [f"{parts_folder(folder, kind)}dt={day}" for kind in kinds]


_FOLDERS = {
    parts_folder(folder, kind): (folder, kind)
    for folder in COMPACTED
    for kind in (Kind.LINES, *copies_of(folder))
}


def parse_part_key(key: str) -> PartKey | None:
    """Parse the name of an object of a compacted day; return None for any other key."""
    match = _PART_KEY.fullmatch(key)
    if not match or match["folder"] not in _FOLDERS:
        return None
    folder, kind = _FOLDERS[match["folder"]]
    if match["ending"] == _ENDINGS[kind]:
        return PartKey(folder, match["day"], int(match["number"]), kind)
    if match["complete"] and kind is Kind.LINES:
        return PartKey(folder, match["day"], int(match["complete"]), Kind.COMPLETE)
    return None
