"""The state of each Flow by its checkpoint, and the count of its lines by the objects."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio_export.export import ages
from studio_export.log.keys import EXECUTIONS, hour_name, parse_log_key
from studio_export.log.reader import decode, reading
from studio_export.model import Hints, Lease, Span, StoredCheckpoint
from studio_export.ports import Store
from studio_export.twilio.record import ENDED
from studio_export_cli.destination import Destination
from studio_export_cli.status import coverage


@dataclass(frozen=True, slots=True)
class LineCounts:
    """`hours` are the first and the last hour that have lines, such as `2026-11-23T14`."""

    objects: int
    hours: tuple[str, str]
    lines: int
    ended: int


@dataclass(frozen=True, slots=True)
class FlowStatus:
    """The state of a Flow at `now`.

    Attributes:
        grace_seconds: a listing that has been due for longer is late.
        counted: None if the lines were not counted, or there are none.
    """

    stored: StoredCheckpoint
    now: datetime
    grace_seconds: int
    counted: LineCounts | None = None

    @property
    def flow_sid(self) -> str:
        return self.stored.flow_sid

    @property
    def cursors(self) -> Mapping[int, datetime]:
        return self.stored.checkpoint.cursors

    @property
    def holes(self) -> tuple[Span, ...]:
        """The spans of creation time that no run could list yet."""
        return self.stored.checkpoint.holes

    @property
    def watched(self) -> int | None:
        """How many Executions had not ended when last listed; None if unknown, or too many."""
        hints = self._hints
        return None if hints is None or self.too_many_active else len(hints.watched)

    @property
    def too_many_active(self) -> bool:
        """Whether more Executions were active than a checkpoint holds."""
        return self._hints is not None and self._hints.dropped_until > 0

    @property
    def filter_works(self) -> bool | None:
        """Whether Twilio honours the status filter; None if no run has needed it."""
        hints = self._hints
        if hints is None or not (hints.ignored_until or hints.ask_from):
            return None
        return not hints.ignored_until

    @property
    def _hints(self) -> Hints | None:
        return self.stored.checkpoint.hints

    @property
    def lease(self) -> Lease | None:
        """The lease, if it has not expired."""
        lease = self.stored.lease
        return lease if lease and lease.until > self.now else None

    @property
    def late(self) -> dict[int, Span]:
        """The late ages, and the range that each should have listed."""
        cursors = self.cursors
        return coverage.late(cursors, self.now, self.grace_seconds) if cursors else {}

    @property
    def ok(self) -> bool:
        return bool(self.cursors) and not (self.late or self.holes or self.stored.fault)

    @property
    def last_run(self) -> datetime | None:
        """The `now` of the last run that listed the head; the cursor is the head's age behind."""
        head = min(self.cursors, default=None)
        return None if head is None else self.cursors[head] + timedelta(seconds=head)

    @property
    def head_lag_seconds(self) -> int | None:
        head = min(self.cursors, default=None)
        return None if head is None else Span(self.cursors[head], self.now).seconds

    @property
    def headroom_seconds(self) -> int | None:
        """The time until Twilio deletes the oldest Execution that was never listed."""
        lag = self.head_lag_seconds
        return None if lag is None else max(0, ages.RETENTION - lag)

    @property
    def final_headroom_seconds(self) -> int | None:
        """The time until Twilio deletes the oldest Execution whose listing is late."""
        if not self.cursors:
            return None
        oldest = min((span.start for span in self.late.values()), default=self.now)
        return max(0, ages.RETENTION - Span(oldest, self.now).seconds)

    def behind_seconds(self, age: int) -> int:
        """Return how far the listing at this age is behind the Executions that have this age."""
        return max(0, Span(self.cursors[age], ages.instant_at_age(self.now, age)).seconds)


def statuses(
    destination: Destination,
    now: datetime,
    *,
    grace_seconds: int,
    count: bool,
    flow_sids: tuple[str, ...] = (),
) -> list[FlowStatus]:
    """Return every Flow that has a checkpoint, or with `count` an object, in order of their Sids.

    Raises:
        CorruptLogError: an object is unreadable (only with `count`).
        StudioExportError: the store or the checkpoints raised it.
    """
    stored = {item.flow_sid: item for item in destination.checkpoints.items()}
    counted = _line_counts(destination.store, flow_sids) if count else {}
    sids = flow_sids or sorted({*stored, *counted})
    return [
        FlowStatus(stored.get(sid, StoredCheckpoint(sid)), now, grace_seconds, counted.get(sid))
        for sid in sids
    ]


def _line_counts(store: Store, flow_sids: tuple[str, ...]) -> dict[str, LineCounts]:
    keys: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for key in store.list(EXECUTIONS):
        log = parse_log_key(key)
        if log and (not flow_sids or log.flow_sid in flow_sids):
            keys[log.flow_sid].append((hour_name(log.day, log.hour), key))
    return {sid: _count(store, of_flow) for sid, of_flow in keys.items()}


def _count(store: Store, keys: list[tuple[str, str]]) -> LineCounts:
    hours = [hour for hour, _ in keys]
    lines = ended = 0
    for _, key in keys:
        finals = _finals(store, key)
        lines, ended = lines + len(finals), ended + sum(finals)
    return LineCounts(len(keys), (min(hours), max(hours)), lines, ended)


def _finals(store: Store, key: str) -> list[bool]:
    """Return whether each line of an object is final."""
    with reading(key):
        return [status == ENDED for _, status in decode(store.get(key))]
