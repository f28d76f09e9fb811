"""The values that the export works with: frozen, without behaviour beyond their own arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of `date_created`: whole UTC seconds, `start` in it, `stop` not."""

    start: datetime
    stop: datetime

    @property
    def seconds(self) -> int:
        return int((self.stop - self.start) / timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far each age of a Flow has been swept. Both maps are keyed by the age in seconds.

    `cursors`: everything created before it was listed at this age or later.
    `spans`: how many seconds of creation time are expected to fit one page there; a hint.
    """

    cursors: Mapping[int, datetime] = field(default_factory=dict)
    spans: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of a 200 answer, and how many times 429 came before it."""

    body: bytes
    throttles: int = 0
