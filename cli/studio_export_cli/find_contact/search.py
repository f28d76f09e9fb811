"""Where the lines of a contact lie: a plan for who has to erase them. It deletes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from studio_export.log.keys import (
    DAILY,
    DAILY_PARQUET,
    EXECUTIONS,
    REJECTED,
    day_of,
    holds_lines,
    is_compressed,
    parse_log_key,
)
from studio_export.log.reader import inflate
from studio_export.model import KEPT_DAYS
from studio_export.ports import Store
from studio_export_cli.find_contact.contact import Contact, Mention
from studio_export_cli.output import many


@dataclass(frozen=True, slots=True)
class Found:
    """An object, its lines that name the contact, or why it could not be read."""

    key: str
    mentions: tuple[Mention, ...] = ()
    fault: str = ""

    @property
    def deletable_from(self) -> date | None:
        """Until then the exporter may read it: without it, its log is damaged."""
        log = parse_log_key(self.key)
        return date.fromisoformat(log.day) + timedelta(days=KEPT_DAYS) if log else None


@dataclass(frozen=True, slots=True)
class Plan:
    """`columns` are the Parquet copies of the days that have a line; they are not read."""

    found: tuple[Found, ...]
    unreadable: tuple[Found, ...]
    columns: tuple[str, ...]
    objects_read: int


def keys(store: Store) -> list[str]:
    """All objects that may hold a line."""
    return [
        key for part in (EXECUTIONS, DAILY, DAILY_PARQUET, REJECTED) for key in store.list(part)
    ]


def search(store: Store, key: str, contact: Contact) -> Found:
    """Raises: StudioExportError, as the store does."""
    body = store.get(key)
    try:
        lines = inflate(body) if is_compressed(key) else body
    except ValueError as error:
        return Found(key, fault=str(error))
    return Found(key, tuple(contact.mentions(lines)))


def readable(all_keys: Sequence[str]) -> list[str]:
    return [key for key in all_keys if holds_lines(key)]


def plan(all_keys: Sequence[str], searched: Sequence[Found]) -> Plan:
    found = tuple(each for each in searched if each.mentions)
    days = {day_of(each.key) for each in found} - {None}
    columns = [key for key in all_keys if key.startswith(DAILY_PARQUET)]
    return Plan(
        found,
        tuple(each for each in searched if each.fault),
        tuple(key for key in columns if day_of(key) in days),
        len(searched),
    )


def lines(plan: Plan) -> Iterator[str]:
    for each in plan.found:
        numbers = ", ".join(str(mention.line) for mention in each.mentions)
        fields = sorted({field for mention in each.mentions for field in mention.fields})
        which = "line" if len(each.mentions) == 1 else "lines"
        until = f", not before {each.deletable_from}" if each.deletable_from else ""
        yield f"{each.key}  {which} {numbers}  ({', '.join(fields)}{until})"
    for key in plan.columns:
        yield f"{key}  (has the rows of that day)"
    yield _total(plan)
    if plan.found:
        yield "Nothing was deleted. docs/command.md, 'erase', has the procedure."


def _total(plan: Plan) -> str:
    mentions = [mention for each in plan.found for mention in each.mentions]
    sids = {mention.sid for mention in mentions if mention.sid}
    return (
        f"{many(len(mentions), 'line')} of {many(len(sids), 'Execution')}"
        f" in {len(plan.found):,} of {many(plan.objects_read, 'object')}"
    )


def as_json(plan: Plan) -> dict[str, Any]:
    return {
        "objects": [
            {
                "key": each.key,
                "not_before": each.deletable_from and each.deletable_from.isoformat(),
                "lines": [
                    {"line": mention.line, "sid": mention.sid, "fields": list(mention.fields)}
                    for mention in each.mentions
                ],
            }
            for each in plan.found
        ],
        "parquet": list(plan.columns),
        "unreadable": [each.key for each in plan.unreadable],
        "objects_read": plan.objects_read,
    }
