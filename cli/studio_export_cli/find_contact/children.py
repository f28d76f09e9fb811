"""Find the Steps and Contexts of the Executions that contain a contact, by their Sids.

They need not contain the contact themselves: a Context keeps the values that the settings name, and
yet it is about a person.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from studio_export.log.keys import (
    CONTEXTS,
    STEPS,
    LogKey,
    day_folder,
    day_of,
    parse_child_key,
    parse_log_key,
)
from studio_export.log.part_keys import Kind, parse_part_key, part_prefix
from studio_export.log.reader import execution_sids
from studio_export.ports import Store
from studio_export_cli.find_contact.contact import Mention
from studio_export_cli.find_contact.search import SearchedObject

_OF_EXECUTION = ("execution_sid",)


class _Hour(NamedTuple):
    flow_sid: str
    hour: str


@dataclass(slots=True)
class _Day:
    """The Executions of a day that were found.

    Attributes:
        placed: those of which `executions/` or `contexts/` has a line, and so their hour is known.
        hours: these hours.
    """

    sids: set[str] = field(default_factory=set)
    placed: set[str] = field(default_factory=set)
    hours: set[_Hour] = field(default_factory=set)

    def may_be_in(self, parent: LogKey) -> bool:
        """Whether one may have a line in a log; those of compacted days alone may be anywhere."""
        return self.sids != self.placed or _hour(parent) in self.hours


class Wanted(NamedTuple):
    """An object with Steps or Contexts, and the Executions to look for in it."""

    key: str
    sids: frozenset[str]


def children(store: Store, searched: Iterable[SearchedObject]) -> list[Wanted]:
    """List the objects that may hold the Steps and Contexts of the Executions that were found.

    Raises:
        StudioExportError: the store raised it.
    """
    wanted = []
    for day, found in sorted(_days(searched).items()):
        for folder in (STEPS, CONTEXTS):
            for key in store.list(day_folder(folder, day)):
                child = parse_child_key(key)
                if child and found.may_be_in(child.parent):
                    wanted.append(Wanted(key, frozenset(found.sids)))
            for key in store.list(part_prefix(folder, day)):
                part = parse_part_key(key)
                if part and part.kind is Kind.LINES:
                    wanted.append(Wanted(key, frozenset(found.sids)))
    return wanted


def search_children(store: Store, wanted: Wanted) -> SearchedObject:
    """Search one object for the lines of these Executions.

    Raises:
        StudioExportError: the store raised it.
    """
    body = store.get(wanted.key)
    try:
        sids = execution_sids(body)
    except ValueError as error:
        return SearchedObject(wanted.key, error=str(error))
    mentions = (
        Mention(number, sid, _OF_EXECUTION)
        for number, sid in enumerate(sids, 1)
        if sid in wanted.sids
    )
    return SearchedObject(wanted.key, tuple(mentions))


def merge(
    searched: Sequence[SearchedObject], of_executions: Iterable[SearchedObject]
) -> list[SearchedObject]:
    """Return each object once, with the lines that either search found in it."""
    by_key = {each.key: each for each in searched}
    for each in of_executions:
        first = by_key.get(each.key, each)
        lines = {mention.line: mention for mention in (*each.mentions, *first.mentions)}
        by_key[each.key] = replace(first, mentions=tuple(lines[n] for n in sorted(lines)))
    return list(by_key.values())


def _days(searched: Iterable[SearchedObject]) -> dict[str, _Day]:
    days: defaultdict[str, _Day] = defaultdict(_Day)
    for each in searched:
        day = day_of(each.key)
        sids = {mention.sid for mention in each.mentions if mention.sid}
        if not day or not sids:
            continue
        found = days[day]
        found.sids |= sids
        child = parse_child_key(each.key)
        if parent := child.parent if child else parse_log_key(each.key):
            found.placed |= sids
            found.hours.add(_hour(parent))
    return days


def _hour(parent: LogKey) -> _Hour:
    return _Hour(parent.flow_sid, parent.hour)
