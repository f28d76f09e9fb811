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
class Lease:
    """Who works on a Flow, until when at most."""

    owner: str
    until: datetime


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """What lies there for a Flow, for whoever looks on. `fault`: why it cannot be read."""

    flow_sid: str
    checkpoint: Checkpoint = field(default_factory=Checkpoint)
    lease: Lease | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of a 200 answer, and how many times 429 came before it."""

    body: bytes
    throttles: int = 0


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key (`SK…`) and its secret, or an account Sid and its auth token.

    `privacy_key` lies beside them, and asks Twilio for nothing.
    """

    username: str
    password: str = field(repr=False)
    privacy_key: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Counts:
    """What sweeps did; they add up.

    `unfinished` are Executions that were still active at their last sweep: Twilio deletes them
    before another could see them end.
    """

    lines: int = 0
    ended: int = 0
    objects: int = 0
    pages: int = 0
    conflicts: int = 0
    throttles: int = 0
    late_arrivals: int = 0
    rejected: int = 0
    unfinished: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """What a person must look at.

    Attributes:
        kind: the class of the error, one of `errors.py`.
        message: the error's own text.
    """

    kind: type[Exception]
    message: str


@dataclass(frozen=True, slots=True)
class FlowSummary:
    """What a tick or a replay did for one Flow, and what it left.

    `head_lag_seconds`: how old the newest Execution may be that was not yet listed.
    `headroom_seconds`: until Twilio deletes the oldest Execution that still has to be listed.
    `overdue_seconds`: since when the first of what is left was due; 0 if nothing is left.
    `still_due`: how many ages (in a replay: whether the range) have work left.
    `swept_to`: a replay's progress; what was created before it is done.
    `leased`: another invocation holds the lease and does the work.
    """

    flow_sid: str
    counts: Counts = Counts()
    head_lag_seconds: int | None = None
    headroom_seconds: int | None = None
    overdue_seconds: int | None = None
    still_due: int = 0
    swept_to: datetime | None = None
    leased: bool = False
    error: Failure | None = None

    @property
    def served(self) -> bool:
        """Whether Twilio answered for it, or need not be asked."""
        asked = self.counts.pages > 0 or not self.still_due
        return asked and not (self.error or self.leased)


@dataclass(frozen=True, slots=True)
class Summary:
    """What an invocation did.

    `stopped` is what stopped it before its end, for a person to mend; `out_of_time` says that not
    even the Flows could be listed, and `listing` what was counted meanwhile.
    """

    flows: tuple[FlowSummary, ...]
    stopped: Failure | None = None
    out_of_time: bool = False
    listing: Counts = Counts()

    @property
    def totals(self) -> Counts:
        return sum((flow.counts for flow in self.flows), self.listing)

    @property
    def succeeded(self) -> bool:
        """Whether it came to its end, and served at least one Flow, if there are any."""
        served = not self.flows or any(flow.served for flow in self.flows)
        return served and not (self.stopped or self.out_of_time)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do, for this invocation or another."""
        return not (self.stopped or self.out_of_time) and all(
            not (flow.error or flow.leased or flow.still_due) for flow in self.flows
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """A range to sweep again. `flow_sids` is empty for every Flow that is exported."""

    span: Span
    flow_sids: tuple[str, ...] = ()
