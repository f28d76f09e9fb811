"""Sweep one span of one Flow: list it to the last page, append what the logs lack, hour by hour.

The order is the protocol: list, read the log, put the next number. Whoever moves a cursor does it
after this returned.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from studio_export.errors import ConfigurationError, StudioExportError
from studio_export.log import keys
from studio_export.log.cache import LogCache
from studio_export.log.hour_log import AppendResult, append, hour_of
from studio_export.model import Counts, Span
from studio_export.ports import Clock, Source, Store
from studio_export.privacy.redaction import Redact, unchanged
from studio_export.twilio import listing
from studio_export.twilio.record import ENDED, Record

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """What every sweep needs. Safe to use from several threads.

    `buffer_bytes` of pages wait in memory for more of their hour, which makes fewer and larger
    objects. A listing of more than `most_pages` is given up, unless its span cannot be narrower.
    `redact` applies the privacy policy: nothing behind it sees what the policy hides.
    """

    source: Source
    store: Store
    clock: Clock
    logs: LogCache
    buffer_bytes: int = 8_000_000
    max_pages: int = 16
    redact: Redact = unchanged


@dataclass(frozen=True, slots=True)
class Watermarks:
    """Instants that tell what a record's arrival means; None where they mean nothing.

    `listed_before`: what was created before it has been listed, so a new Sid there came late.
    `last`: what was created in it is listed for the last time.
    """

    listed_before: datetime | None = None
    last: Span | None = None


@dataclass(frozen=True, slots=True)
class SweepResult:
    """`complete`: the listing came to its last page, and all of it is in the logs.

    `failure` is what ended the listing; what its pages held before is in the logs.

    `filled_pages` had records in them. How wide a span may be is judged by these alone: an API
    that ends each listing with an empty page would else hold every span at its narrowest.
    """

    counts: Counts
    complete: bool
    filled_pages: int = 0
    failure: StudioExportError | None = None


def sweep(  # noqa: PLR0913  the scheduler fills them in
    sweeper: Sweeper,
    flow_sid: str,
    span: Span,
    watermarks: Watermarks,
    deadline: float,
    *,
    exact: bool = False,
) -> SweepResult:
    """Export what was created in `span` (and a second before it, unless `exact`).

    A listing that fails is no exception: what it showed before is appended, and the result says
    what failed.

    Raises:
        StoreError, CorruptLogError, AccessDeniedError: as the store raises them. Each says in
            `counts` what was done before.
    """
    counts, filled_pages = Counts(), 0
    failure: StudioExportError | None = None
    complete = False
    buffer: list[Record] = []
    buffered_bytes = 0
    try:
        for listed in _pages(sweeper, flow_sid, span, deadline, exact=exact):
            if isinstance(listed, StudioExportError):
                failure = listed
                counts += failure.counts
                break
            page = sweeper.redact(listed.page)
            counts += Counts(pages=1, throttles=listed.throttles)
            counts += Counts(rejected=_reject(sweeper.store, page.rejected))
            filled_pages += bool(page.records)
            buffer += page.records
            buffered_bytes += listed.body_bytes
            complete = listed.last
            if buffered_bytes >= sweeper.buffer_bytes:
                for done in _append_all(sweeper, flow_sid, buffer, watermarks):
                    counts += done
                buffer, buffered_bytes = [], 0
            if not complete and _too_long(sweeper, span, filled_pages, deadline):
                break
        for done in _append_all(sweeper, flow_sid, buffer, watermarks):
            counts += done
    except StudioExportError as error:
        error.counts += counts
        raise
    return SweepResult(counts, complete, filled_pages, failure)


def _pages(
    sweeper: Sweeper, flow_sid: str, span: Span, deadline: float, *, exact: bool
) -> Iterator[listing.ListedPage | StudioExportError]:
    """The pages of the listing; if it fails, its error is the last."""
    tolerance = timedelta() if exact else listing.TOLERANCE
    try:
        yield from listing.executions(sweeper.source, flow_sid, span, deadline, tolerance)
    except ConfigurationError:
        raise
    except StudioExportError as error:
        yield error


def _too_long(sweeper: Sweeper, span: Span, filled_pages: int, deadline: float) -> bool:
    too_many = filled_pages >= sweeper.max_pages and span.seconds > 1
    return too_many or sweeper.clock.monotonic() >= deadline


def _reject(store: Store, texts: list[bytes]) -> int:
    """Put aside what has no usable `sid` or `date_created`; the same bytes only once."""
    return sum(store.put_if_absent(keys.rejected_key(text), text, {}) for text in texts)


def _append_all(
    sweeper: Sweeper, flow_sid: str, records: list[Record], watch: Watermarks
) -> Iterator[Counts]:
    """What was done, hour by hour."""
    hours = _by_hour(records)
    days: defaultdict[str, list[str]] = defaultdict(list)
    for hour in sorted(hours):
        days[hour[:10]].append(hour)
    for day, its_hours in days.items():
        length = keys.log_lengths(sweeper.store.list(keys.flow_day_prefix(flow_sid, day)))
        for hour in its_hours:
            log = sweeper.logs.get(flow_sid, hour)
            with log.lock:
                done = append(sweeper.store, log, length.get(hour[11:], 0), hours[hour])
            yield _counted(done, watch.listed_before)
            sweeper.logs.trim()
    yield Counts(unfinished=_unfinished(records, watch.last))


def _by_hour(records: list[Record]) -> dict[str, list[Record]]:
    """The records of each hour, in their order.

    They come in runs of one hour, and to see that a run goes on is quicker than to spell its hour:
    0.1 us instead of 1.1 a record.
    """
    hours: defaultdict[str, list[Record]] = defaultdict(list)
    start = stop = datetime.min.replace(tzinfo=UTC)
    run: list[Record] = []
    for record in records:
        created = record.created
        if not start <= created < stop:
            start = created.replace(minute=0, second=0, microsecond=0)
            stop = start + _HOUR
            run = hours[hour_of(record)]
        run.append(record)
    return hours


def _counted(done: AppendResult, listed_before: datetime | None) -> Counts:
    late = sum(map(listed_before.__gt__, done.created)) if listed_before else 0
    return Counts(
        lines=done.lines,
        ended=done.ended,
        objects=done.objects,
        conflicts=done.conflicts,
        late_arrivals=late,
    )


def _unfinished(records: list[Record], last: Span | None) -> int:
    if last is None:
        return 0
    sids = {record.sid for record in records if last.start <= record.created < last.stop}
    ended = {record.sid for record in records if record.status == ENDED}
    return len(sids - ended)
