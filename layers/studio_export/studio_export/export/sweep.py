"""Sweep one span of one Flow: list its pages, and append what the logs may not have.

The order is the protocol: list, read the log, put the next number. The scheduler moves a cursor
only after `sweep` has returned.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from studio_export.errors import ConfigurationError, StudioExportError
from studio_export.export.appends import Appends
from studio_export.export.hints import Shown
from studio_export.export.known import Unknown
from studio_export.export.order import Order, SweepResult, Watermarks
from studio_export.export.sweeper import Sweeper
from studio_export.instants import to_epoch
from studio_export.summary import Counts
from studio_export.twilio import listing
from studio_export.twilio.record import ACTIVE, ENDED, Record


def sweep(
    sweeper: Sweeper, flow_sid: str, order: Order, watermarks: Watermarks, deadline: float
) -> SweepResult:
    """Export the records created in the order's range, and in the second before it unless exact.

    If the listing fails, the pages read before are appended, and its error is in the result.

    Raises:
        StoreError, CorruptLogError, AccessDeniedError, ConfigurationError: as the ports do. The
            error's `counts` hold what was done before it.
    """
    appended, filled_pages = Appends(sweeper, flow_sid, order, watermarks), 0
    failure: StudioExportError | None = None
    reached: datetime | None = None
    complete = False
    buffer: list[Record] = []
    buffered_bytes = 0
    seen = _Seen()
    try:
        for listed in _pages(sweeper, flow_sid, order, deadline):
            if isinstance(listed, StudioExportError):
                failure = listed
                appended.counts += failure.counts
                break
            page = sweeper.redact(listed.page)
            appended.counts += Counts(pages=1, throttles=listed.throttles)
            appended.reject(page.rejected)
            filled_pages += bool(page.records)
            reached = page.records[-1].created if page.records else reached
            if order.known:
                seen.add(page.records)
            buffer += page.records
            buffered_bytes += listed.body_bytes
            complete = listed.last
            if buffered_bytes >= sweeper.buffer_bytes:
                appended.append(Unknown(buffer))
                appended.count_unfinished(buffer)
                buffer, buffered_bytes = [], 0
            if not complete and _must_give_up(sweeper, order, filled_pages, deadline):
                break
        shown = seen.shown()
        unknown = Unknown(buffer)
        if complete and order.known:
            unknown = order.known.unknown(buffer, shown, order.listed)
        appended.append(unknown)
        appended.count_unfinished(buffer)
    except StudioExportError as error:
        error.counts += appended.counts
        raise
    return SweepResult(
        appended.counts,
        complete,
        filled_pages,
        reached,
        failure,
        shown,
        appended.final_lag_seconds,
    )


def ask(sweeper: Sweeper, flow_sid: str, order: Order, deadline: float) -> SweepResult:
    """Ask who is active, of the Executions created in the order's range; append nothing."""
    counts, seen = Counts(), _Seen()
    failure: StudioExportError | None = None
    complete = ignored = False
    for listed in _pages(sweeper, flow_sid, order, deadline):
        if isinstance(listed, StudioExportError):
            failure = listed
            counts += failure.counts
            break
        counts += Counts(pages=1, throttles=listed.throttles)
        seen.add(listed.page.records)
        ignored = any(record.status == ENDED for record in listed.page.records)
        complete = listed.last and not ignored
        if ignored or sweeper.clock.monotonic() >= deadline:
            break
    return SweepResult(
        counts,
        complete,
        counts.pages,
        failure=failure,
        shown=seen.shown(),
        filter_ignored=ignored,
    )


def _pages(
    sweeper: Sweeper, flow_sid: str, order: Order, deadline: float
) -> Iterator[listing.ListedPage | StudioExportError]:
    """Yield the pages of a listing; if it fails, yield its error last."""
    tolerance = timedelta() if order.exact else listing.TOLERANCE
    status = ACTIVE if order.asks else None
    try:
        yield from listing.executions(
            sweeper.source, flow_sid, order.listed, deadline, tolerance, status
        )
    except ConfigurationError:
        raise
    except StudioExportError as error:
        yield error


def _must_give_up(sweeper: Sweeper, order: Order, filled_pages: int, deadline: float) -> bool:
    max_pages = min(order.max_pages or sweeper.max_pages, sweeper.max_pages)
    too_many = filled_pages >= max_pages and order.listed.seconds > 1
    return too_many or sweeper.clock.monotonic() >= deadline


class _Seen:
    """The Executions of a listing, each once: a page may repeat one."""

    def __init__(self) -> None:
        self._created: dict[str, datetime] = {}
        self._active: set[str] = set()

    def add(self, records: Sequence[Record]) -> None:
        self._created |= {record.sid: record.created for record in records}
        if self._active:  # otherwise no page can show the end of one
            self._active -= {record.sid for record in records if record.status == ENDED}
        self._active |= {record.sid for record in records if record.status != ENDED}

    def shown(self) -> Shown:
        return Shown(
            tuple(sorted(self._created.values())),
            tuple(sorted(to_epoch(self._created[sid]) for sid in self._active)),
        )
