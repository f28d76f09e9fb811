"""What the source lists of a span, each Execution once, however many pages that takes."""

from dataclasses import dataclass, field
from datetime import datetime

from studio_export.errors import InvalidPageError
from studio_export.instants import parse_instant
from studio_export.log.reader import read_fields
from studio_export.model import Span
from studio_export.ports import Source
from studio_export.twilio import listing
from studio_export.twilio.record import ENDED, Record

_MOST_PAGES = 16  # as many as a sweep lists at once
_NARROWEST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """`ended` is when it ended, as far as Twilio says so; None while it is active."""

    status: str | None
    created: datetime
    ended: datetime | None


@dataclass(slots=True)
class SourceDay:
    """`rejected` are records without a usable sid or date."""

    executions: dict[str, Listed] = field(default_factory=dict)
    rejected: int = 0

    def add(self, other: "SourceDay") -> None:
        self.executions |= other.executions
        self.rejected += other.rejected


def listed(source: Source, flow_sid: str, span: Span, deadline: float) -> SourceDay:
    """Everything that was created in `span`.

    A listing of too many pages, or one that fails on its way, is made again in two halves.

    Raises:
        InvalidPageError: a page is unreadable, or not of the listing that asked for it.
        StudioExportError: as the source raises it.
    """
    day, pages = SourceDay(), 0
    try:
        for each in listing.executions(source, flow_sid, span, deadline):
            pages += 1
            if pages > _MOST_PAGES and span.seconds > _NARROWEST_SECONDS:
                break
            day.rejected += len(each.page.rejected)
            _add(day, each.page.records, span)
        else:
            return day
    except InvalidPageError:
        if pages == 0 or span.seconds <= _NARROWEST_SECONDS:
            raise
    first, second = span.halves()
    day = listed(source, flow_sid, first, deadline)
    day.add(listed(source, flow_sid, second, deadline))
    return day


def _add(day: SourceDay, records: list[Record], span: Span) -> None:
    for record in records:
        if span.start <= record.created < span.stop:
            updated = read_fields(bytes(record.text)).date_updated
            ended = parse_instant(updated) if record.status == ENDED else None
            day.executions[record.sid] = Listed(record.status, record.created, ended)
