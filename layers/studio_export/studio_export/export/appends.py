"""Append a listing's records to their logs, by hour, and count what was written.

The order is the protocol: read the log, then put the next number.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from studio_export.export.known import Unknown
from studio_export.export.order import Order, Watermarks
from studio_export.export.sweeper import Sweeper
from studio_export.instants import parse_instant, to_epoch
from studio_export.log import keys
from studio_export.log.commit import Proposal, put_once
from studio_export.log.hour_log import AppendResult, append, hour_of
from studio_export.log.reader import read_fields
from studio_export.summary import Counts
from studio_export.twilio.record import ENDED, Record

_HOUR = timedelta(hours=1)


class Appends:
    """The appends of one sweep, and what they add up to."""

    def __init__(
        self, sweeper: Sweeper, flow_sid: str, order: Order, watermarks: Watermarks
    ) -> None:
        self._sweeper = sweeper
        self._flow_sid = flow_sid
        self._watched = frozenset(order.known.watched if order.known else ())
        self._watermarks = watermarks
        self.counts = Counts()
        self.final_lag_seconds: int | None = None

    def append(self, unknown: Unknown) -> None:
        """Append the records to their logs; each hour counts as soon as it is written."""
        sweeper = self._sweeper
        hours = by_hour(unknown.records)
        days: defaultdict[str, list[str]] = defaultdict(list)
        for hour in sorted(hours):
            days[hour[:10]].append(hour)
        for day, its_hours in days.items():
            length: Mapping[str, int] = {}
            if not unknown.empty_hours.issuperset(its_hours):
                prefix = keys.flow_day_prefix(self._flow_sid, day)
                length = keys.log_lengths(sweeper.store.list(prefix))
            for hour in its_hours:
                log = sweeper.logs.get(self._flow_sid, hour)
                with log.lock:
                    done = append(sweeper.store, log, length.get(hour[11:], 0), hours[hour])
                self.counts += _counts_of(done, self._watermarks.listed_before)
                self._measure_lag(done.records)
                sweeper.logs.trim()

    def reject(self, texts: Iterable[bytes]) -> None:
        """Store rejected records, each text once."""
        store = self._sweeper.store
        new = sum(put_once(store, Proposal(keys.rejected_key(text), text, {})) for text in texts)
        self.counts += Counts(rejected=new)

    def count_unfinished(self, records: Sequence[Record]) -> None:
        """Count the Executions of a listing that were still active at their last sweep."""
        last = self._watermarks.last
        if last is None:
            return
        sids = {record.sid for record in records if last.start <= record.created < last.stop}
        ended = {record.sid for record in records if record.status == ENDED}
        self.counts += Counts(unfinished=len(sids - ended))

    def _measure_lag(self, records: Sequence[Record]) -> None:
        if not self._watched:
            return
        now = self._sweeper.clock.now()
        for record in records:
            if record.status == ENDED and to_epoch(record.created) in self._watched:
                ended = parse_instant(read_fields(bytes(record.text)).date_updated)
                lag = int((now - ended).total_seconds()) if ended else 0
                self.final_lag_seconds = max(lag, self.final_lag_seconds or 0)


def by_hour(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Group the records by hour, in their order.

    Neighbouring records mostly share an hour. Comparing with its bounds takes 0.1 us a record;
    formatting the hour takes 1.1 us.
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


def _counts_of(done: AppendResult, listed_before: datetime | None) -> Counts:
    late = sum(map(listed_before.__gt__, done.created)) if listed_before else 0
    return Counts(
        lines=done.lines,
        ended=done.ended,
        objects=done.objects,
        conflicts=done.conflicts,
        doubts=done.doubts,
        late_arrivals=late,
    )
