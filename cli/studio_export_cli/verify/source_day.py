"""List a day of a Flow at the source: each Execution once, around what cannot be listed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    DeadlineExceededError,
    FlowNotFoundError,
    StudioExportError,
    UnavailableError,
)
from studio_export.instants import parse_instant
from studio_export.log.reader import read_fields
from studio_export.model import Span
from studio_export.ports import Clock, Source
from studio_export.twilio import listing
from studio_export.twilio.record import ENDED, Record

_MAX_PAGES = 16  # as in a sweep
_MIN_PAGED_SECONDS = 60
_MAX_FAILED_LISTINGS = 64  # as in a run
_MAX_FRUITLESS = 12
_LISTING_SECONDS = 3600.0

# A narrower span is refused, unknown or throttled too.
_FINAL = (AccessDeniedError, ConfigurationError, DeadlineExceededError, FlowNotFoundError)


@dataclass(frozen=True, slots=True)
class Listed:
    """An Execution. `ended` is None while it is active, and if Twilio does not report it."""

    status: str | None
    created: datetime
    ended: datetime | None


@dataclass(slots=True)
class SourceDay:
    """The list.

    Attributes:
        rejected: records without a usable Sid or date.
        unlisted: the spans that cannot be listed, and why.
    """

    executions: dict[str, Listed] = field(default_factory=dict)
    rejected: set[bytes] = field(default_factory=set)
    unlisted: list[tuple[Span, StudioExportError]] = field(default_factory=list)


def list_day(source: Source, clock: Clock, flow_sid: str, span: Span) -> SourceDay:
    """List every Execution created in `span`.

    A listing that has too many pages, or that fails, is repeated in halves. What fails in one
    second is left out, and is in `unlisted`.

    Raises:
        StudioExportError: a narrower span cannot help, or Twilio answered nothing at all.
    """
    return _DayListing(source, clock, flow_sid, span).run()


class _DayListing:
    """The listings of one day. Used once."""

    def __init__(self, source: Source, clock: Clock, flow_sid: str, span: Span) -> None:
        self._source = source
        self._clock = clock
        self._flow_sid = flow_sid
        self._span = span
        self._day = SourceDay()
        self._answered = False
        self._failed = 0
        self._fruitless = 0

    def run(self) -> SourceDay:
        self._list(self._span)
        outages = [each for _, each in self._day.unlisted if isinstance(each, UnavailableError)]
        if outages and not self._answered:
            raise outages[0]
        return self._day

    def _list(self, span: Span) -> None:
        failure = self._try(span, listing.TOLERANCE)
        if isinstance(failure, StudioExportError) and span.seconds <= 1:
            failure = self._try(span, timedelta())  # the second before it may be what fails
        if not failure:
            return
        if isinstance(failure, StudioExportError) and not self._may_narrow(span):
            self._day.unlisted.append((span, failure))
            return
        for half in span.halves():
            self._list(half)

    def _may_narrow(self, span: Span) -> bool:
        bounded = self._failed < _MAX_FAILED_LISTINGS and self._fruitless < _MAX_FRUITLESS
        return bounded and span.seconds > 1

    def _try(self, span: Span, tolerance: timedelta) -> "StudioExportError | bool":
        """List the span; return what failed, or True if it has too many pages, or False."""
        deadline = self._clock.monotonic() + _LISTING_SECONDS
        pages = 0
        try:
            for each in listing.executions(self._source, self._flow_sid, span, deadline, tolerance):
                pages += 1
                if pages > _MAX_PAGES and span.seconds > _MIN_PAGED_SECONDS:
                    return True
                self._answered, self._fruitless = True, 0
                self._day.rejected.update(each.page.rejected)
                self._add(each.page.records)
        except _FINAL:
            raise
        except StudioExportError as error:
            self._failed += 1
            self._fruitless += not pages
            return error
        return False

    def _add(self, records: list[Record]) -> None:
        for record in records:
            if self._span.start <= record.created < self._span.stop:
                updated = read_fields(bytes(record.text)).date_updated
                ended = parse_instant(updated) if record.status == ENDED else None
                listed = Listed(record.status, record.created, ended)
                self._day.executions[record.sid] = listed
