"""Search the objects of an export for a contact. Nothing is deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from studio_export.log.keys import (
    CONTEXTS,
    EXECUTIONS,
    REJECTED,
    day_of,
    holds_lines,
    is_compressed,
    parse_child_key,
    parse_log_key,
)
from studio_export.log.part_keys import (
    COMPACTED,
    Kind,
    copies_of,
    parse_part_key,
    parts_folder,
)
from studio_export.log.reader import inflate
from studio_export.model import KEPT_DAYS
from studio_export.ports import Store
from studio_export_cli.find_contact.contact import Contact, Mention

# Steps contain no contact.
_SEARCHED = (*(EXECUTIONS, CONTEXTS, parts_folder(EXECUTIONS), parts_folder(CONTEXTS), REJECTED),)


@dataclass(frozen=True, slots=True)
class SearchedObject:
    """An object, and its lines that contain the contact. `error`: why it is unreadable."""

    key: str
    mentions: tuple[Mention, ...] = ()
    error: str = ""

    @property
    def not_before(self) -> date | None:
        """The first day on which it can be deleted: until then, the exporter reads its log."""
        child = parse_child_key(self.key)
        log = child.parent if child else parse_log_key(self.key)
        return date.fromisoformat(log.day) + timedelta(days=KEPT_DAYS) if log else None


@dataclass(frozen=True, slots=True)
class Findings:
    """The objects that contain the contact.

    Attributes:
        objects: they have at least one line that contains it.
        unreadable: they could not be searched.
        parquet: the keys of Parquet copies of the days in `objects`; they are not read.
        objects_read: how many objects were searched.
    """

    objects: tuple[SearchedObject, ...]
    unreadable: tuple[SearchedObject, ...]
    parquet: tuple[str, ...]
    objects_read: int


def keys(store: Store) -> list[str]:
    """List all objects that may contain the contact, and the Parquet copies of all days."""
    copies = [parts_folder(each, kind) for each in COMPACTED for kind in copies_of(each)]
    folders = (*_SEARCHED, *copies)
    return [key for folder in folders for key in store.list(folder)]


def readable(all_keys: Sequence[str]) -> list[str]:
    return [key for key in all_keys if holds_lines(key)]


def search(store: Store, key: str, contact: Contact) -> SearchedObject:
    """Search one object.

    Raises:
        StudioExportError: the store raised it.
    """
    body = store.get(key)
    try:
        lines = inflate(body) if is_compressed(key) else body
    except ValueError as error:
        return SearchedObject(key, error=str(error))
    return SearchedObject(key, tuple(contact.mentions(lines)))


def collect(all_keys: Sequence[str], searched: Sequence[SearchedObject]) -> Findings:
    objects = tuple(each for each in searched if each.mentions)
    days = {day_of(each.key) for each in objects} - {None}
    parquet = [key for key in all_keys if _is_copy(key)]
    return Findings(
        objects,
        tuple(each for each in searched if each.error),
        tuple(key for key in parquet if day_of(key) in days),
        len(searched),
    )


def _is_copy(key: str) -> bool:
    part = parse_part_key(key)
    return part is not None and part.kind in {Kind.PARQUET, Kind.FLAT}
