"""List a span at the source: each Execution once, over any number of pages."""

from dataclasses import dataclass, field
from datetime import datetime

from studio_export.errors import InvalidPageError
from studio_export.instants import parse_instant
from studio_export.log.reader import read_fields
from studio_export.model import Span
from studio_export.ports import Source
from studio_export.twilio import listing
from studio_export.twilio.record import ENDED, Record

_MAX_PAGES = 16  # as in a sweep
_MIN_SPAN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """An Execution. `ended` is None while it is active, and if Twilio does not report it."""

    status: str | None
    created: datetime
    ended: datetime | None


@dataclass(slots=True)
class SourceDay:
    """The list. `rejected` counts records without a usable Sid or date."""

    executions: dict[str, Listed] = field(default_factory=dict)
    rejected: int = 0

    def add(self, other: "SourceDay") -> None:
        self.executions |= other.executions
        self.rejected += other.rejected


def list_day(source: Source, flow_sid: str, span: Span, deadline: float) -> SourceDay:
    """List every Execution created in `span`.

    A listing that has too many pages, or that fails after its first page, is repeated in halves.

    Raises:
        InvalidPageError: a page is unreadable, or belongs to another listing.
        StudioExportError: the source raised it.
    """
    day, pages = SourceDay(), 0
    try:
        for each in listing.executions(source, flow_sid, span, deadline):
            pages += 1
            if pages > _MAX_PAGES and span.seconds > _MIN_SPAN_SECONDS:
                break
            day.rejected += len(each.page.rejected)
            _add(day, each.page.records, span)
        else:
            return day
    except InvalidPageError:
        if pages == 0 or span.seconds <= _MIN_SPAN_SECONDS:
            raise
    first, second = span.halves()
    day = list_day(source, flow_sid, first, deadline)
    day.add(list_day(source, flow_sid, second, deadline))
    return day


def _add(day: SourceDay, records: list[Record], span: Span) -> None:
    for record in records:
        if span.start <= record.created < span.stop:
            updated = read_fields(bytes(record.text)).date_updated
            ended = parse_instant(updated) if record.status == ENDED else None
            day.executions[record.sid] = Listed(record.status, record.created, ended)
