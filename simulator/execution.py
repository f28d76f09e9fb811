"""One Execution of the simulated account, and ranges of them by creation."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.definition import Channel
from simulator.oddities import Oddity
from simulator.path import Path

RETENTION = timedelta(days=30)  # from the start of an Execution, ended or not
_CHANNELS = (Channel.CALL, Channel.MESSAGE, Channel.REQUEST)
_INITIATORS = {Channel.CALL: "CA", Channel.MESSAGE: "SM", Channel.REQUEST: "RQ"}


@dataclass(slots=True)
class Execution:
    """One Execution; instants are aware UTC.

    Attributes:
        ends_at: None if it never ends.
        visible_from: None if it is listed from its creation on.
        context_bytes: the size of its context in a list; Twilio's lists have `{}`.
        revision: the number of the Flow's revision that it runs.
        path: None if its Sid determines it.
        given_channel: how it began; None for a channel in turn.
    """

    serial: int
    sid: str
    created: datetime
    ends_at: datetime | None = None
    visible_from: datetime | None = None
    deleted_at: datetime | None = None
    context_bytes: int = 0
    oddity: Oddity | None = None
    revision: int = 1
    path: Path | None = None
    given_channel: Channel | None = None
    rendered: tuple[object, str] | None = field(default=None, repr=False, compare=False)

    @property
    def key(self) -> tuple[datetime, int]:
        return self.created, self.serial

    @property
    def channel(self) -> Channel:
        return self.given_channel or _CHANNELS[self.serial % 3]

    @property
    def initiated_by(self) -> str:
        number = self.sid[2:]
        return f"{_INITIATORS[self.channel]}{number[16:]}{number[:16]}"

    def ended(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now

    def there(self, now: datetime) -> bool:
        """Return whether the API shows it at this instant."""
        return (
            self.created <= now
            and (self.visible_from is None or self.visible_from <= now)
            and (self.deleted_at is None or now < self.deleted_at)
            and now < self.created + RETENTION
        )


def created_at(execution: Execution) -> datetime:
    return execution.created


def between(
    rows: Sequence[Execution], start: datetime | None, stop: datetime | None, now: datetime
) -> tuple[int, int]:
    """Return the indexes of the ascending rows created in `[start, stop)` that exist now."""
    low = bisect_right(rows, now - RETENTION, key=created_at)
    high = bisect_right(rows, now, key=created_at)
    if start is not None:
        low = max(low, bisect_left(rows, start, key=created_at))
    if stop is not None:
        high = min(high, bisect_left(rows, stop, key=created_at))
    return low, high
