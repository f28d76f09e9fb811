"""Format and parse the name of every object that an export writes below its prefix.

`part_keys.py` has the names of compacted days. No other module of the product spells a folder or an
ending; `tests/architecture` checks that. The names are public (docs/data-contract.md), and readers
use them in globs.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from studio_export.errors import CorruptLogError
from studio_export.model import FLOW_SID_PATTERN

T = TypeVar("T")

EXECUTIONS = "executions/"
REJECTED = "rejected/"
STEPS = "steps/"
CONTEXTS = "contexts/"
FLOW_REVISIONS = "flow-revisions/"
DONE = "done/"
PROBE = "doctor/write-once.txt"

LINES = ".jsonl.gz"
DAY_PATTERN = r"(?P<day>\d{4}-\d{2}-\d{2})"
_PARENT = rf"dt={DAY_PATTERN}/(?P<flow_sid>{FLOW_SID_PATTERN})-T(?P<hour>\d\d)-(?P<number>\d{{5}})"
_LOG_KEY = re.compile(rf"{EXECUTIONS}{_PARENT}{re.escape(LINES)}")
_CHILD_KEY = re.compile(rf"(?:{STEPS}|{CONTEXTS}){_PARENT}-(?P<child>\d{{5}})" + re.escape(LINES))
_DONE_KEY = re.compile(rf"{DONE}[a-z-]+/{_PARENT}\.json")
_ANY_DAY = re.compile(rf"[a-z-]+/dt={DAY_PATTERN}/.*")


class LogKey(NamedTuple):
    """The parts of a log object's name, such as `2026-11-23`, a Flow Sid, `14` and 3."""

    day: str
    flow_sid: str
    hour: str
    number: int


def hour_name(day: str, hour: str) -> str:
    """Return the name of an hour: `2026-11-23T14`."""
    return f"{day}T{hour}"


def flow_day_prefix(flow_sid: str, day: str) -> str:
    return f"{logs_folder(day)}{flow_sid}-"


def log_prefix(flow_sid: str, hour: str) -> str:
    """Return the prefix of one log; `hour` is `2026-11-23T14`."""
    day, _, hh = hour.partition("T")
    return f"{flow_day_prefix(flow_sid, day)}T{hh}-"


def log_key(flow_sid: str, hour: str, number: int) -> str:
    return f"{log_prefix(flow_sid, hour)}{number:05}{LINES}"


def logs_folder(day: str = "") -> str:
    """Return the folder of a day's logs; without a day, the prefix of all days."""
    return day_folder(EXECUTIONS, day) if day else days_prefix(EXECUTIONS)


def parse_log_key(key: str) -> LogKey | None:
    """Parse a log object's name; return None for any other key."""
    match = _LOG_KEY.fullmatch(key)
    return _log_key_of(match) if match else None


def log_lengths(keys: Iterable[str]) -> Mapping[str, int]:
    """Count the objects of each hour's log, from the keys of one Flow's day.

    Raises:
        CorruptLogError: a number is missing.
    """
    return _lengths(keys, _hour_and_number)


def _hour_and_number(key: str) -> tuple[str, int] | None:
    log = parse_log_key(key)
    return (log.hour, log.number) if log else None


def _lengths(keys: Iterable[str], parse: Callable[[str], tuple[T, int] | None]) -> Counter[T]:
    """Count the objects of each chain; `parse` returns a key's chain and its number there."""
    counts: Counter[T] = Counter()
    for key in sorted(keys):
        if parsed := parse(key):
            chain, number = parsed
            if number != counts[chain]:
                raise CorruptLogError(f"an object is missing before {key}")
            counts[chain] += 1
    return counts


class ChildKey(NamedTuple):
    parent: LogKey
    number: int


def child_prefix(folder: str, parent: LogKey) -> str:
    return f"{folder}{_parent_name(parent)}-"


def days_prefix(folder: str) -> str:
    return f"{folder}dt="


def day_folder(folder: str, day: str) -> str:
    return f"{days_prefix(folder)}{day}/"


def child_key(folder: str, parent: LogKey, number: int) -> str:
    return f"{child_prefix(folder, parent)}{number:05}{LINES}"


def parse_child_key(key: str) -> ChildKey | None:
    match = _CHILD_KEY.fullmatch(key)
    return ChildKey(_log_key_of(match), int(match["child"])) if match else None


def child_lengths(keys: Iterable[str]) -> Counter[LogKey]:
    """Count the children of each parent, from the keys of one dataset.

    Raises:
        CorruptLogError: a number is missing.
    """
    return _lengths(keys, parse_child_key)


def done_folder(folder: str, day: str = "") -> str:
    return f"{DONE}{day_folder(folder, day) if day else folder}"


def done_key(folder: str, parent: LogKey) -> str:
    """Name the mark of a parent whose children are all written."""
    return f"{DONE}{folder}{_parent_name(parent)}.json"


def parse_done_key(key: str) -> LogKey | None:
    match = _DONE_KEY.fullmatch(key)
    return _log_key_of(match) if match else None


def revisions_prefix(flow_sid: str) -> str:
    return f"{FLOW_REVISIONS}{flow_sid}-"


def revision_key(flow_sid: str, revision: int) -> str:
    return f"{revisions_prefix(flow_sid)}{revision:05}{LINES}"


def _parent_name(parent: LogKey) -> str:
    return f"dt={parent.day}/{parent.flow_sid}-T{parent.hour}-{parent.number:05}"


def _log_key_of(match: re.Match[str]) -> LogKey:
    return LogKey(match["day"], match["flow_sid"], match["hour"], int(match["number"]))


def rejected_key(text: bytes) -> str:
    """Name a record without a usable sid or date: the same bytes get the same name."""
    return f"{REJECTED}{hashlib.sha256(text).hexdigest()}.json"


def day_of(key: str) -> str | None:
    """Return the day of a key's partition; None outside a partition."""
    match = _ANY_DAY.fullmatch(key)
    return match["day"] if match else None


def holds_lines(key: str) -> bool:
    """Whether the object holds lines, or one rejected record."""
    return key.endswith((LINES, ".json")) and "/_" not in key


def is_compressed(key: str) -> bool:
    return key.endswith(".gz")
