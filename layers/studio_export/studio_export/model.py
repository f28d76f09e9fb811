"""The values of the export: frozen, with no behaviour but their own arithmetic."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeGuard

# Twilio deletes an Execution 30 days after its start.
RETENTION_SECONDS = 30 * 86_400
# The bucket keeps objects for at least 35 days: five days to repair an export from its logs.
KEPT_DAYS = 35

# Lower case, as Twilio writes it. Object keys are case-sensitive, so another case would begin a
# second log of the same Flow.
FLOW_SID_PATTERN = "FW[0-9a-f]{32}"


def is_flow_sid(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and re.fullmatch(FLOW_SID_PATTERN, text) is not None


@dataclass(frozen=True, slots=True)
class Span:
    """A range of `date_created` in whole UTC seconds, without its `stop`."""

    start: datetime
    stop: datetime

    @property
    def seconds(self) -> int:
        return int((self.stop - self.start) / timedelta(seconds=1))

    def halves(self) -> "tuple[Span, Span]":
        """Split the span in the middle, at a whole second."""
        middle = self.start + timedelta(seconds=self.seconds // 2)
        return Span(self.start, middle), Span(middle, self.stop)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far each age, in seconds, of a Flow has been swept.

    Attributes:
        cursors: every Execution created before this instant was listed at this age or later.
        spans: how many seconds of creation time are expected to fit one page; a hint.
        holes: seconds that Twilio's list could not show, ascending and apart; a hint.
    """

    cursors: Mapping[int, datetime] = field(default_factory=dict)
    spans: Mapping[int, int] = field(default_factory=dict)
    holes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Lease:
    """The owner of a Flow's lease, and when it expires."""

    owner: str
    until: datetime


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A Flow's checkpoint and lease as stored, read without taking the lease.

    Attributes:
        fault: why the checkpoint cannot be read; None if it can.
    """

    flow_sid: str
    checkpoint: Checkpoint = field(default_factory=Checkpoint)
    lease: Lease | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The body of a 200 response, and how many 429 responses came before it."""

    body: bytes
    throttles: int = 0


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key (`SK…`) and its secret, or an account Sid and its auth token.

    Attributes:
        privacy_key: the key of the `hmac` action; Twilio never sees it. None if none is set.
    """

    username: str
    password: str = field(repr=False)
    privacy_key: str | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Counts:
    """What sweeps did. Counts add up.

    Attributes:
        lines: records appended.
        ended: those of them that are final.
        objects: objects written.
        pages: pages fetched.
        conflicts: puts that lost against another writer.
        throttles: 429 responses.
        late_arrivals: new Executions in a range that was listed before.
        rejected: records without a usable `sid` or `date_created`.
        unfinished: Executions still active at their last sweep. Twilio deletes them before another
            sweep could see them end.
        holes_expired: seconds of holes that Twilio deleted before anything could list them.
        doubts: puts that failed without a usable response, and may have taken effect.
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
    holes_expired: int = 0
    doubts: int = 0

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
    """What a run or a replay did for one Flow, and what is left.

    Attributes:
        head_lag_seconds: everything created longer ago was listed; None in a replay, or if the
            checkpoint was not read.
        headroom_seconds: the time until Twilio deletes the oldest Execution still to be listed;
            None as above.
        overdue_seconds: how long the oldest remaining work has been due; 0 if none is left, None
            as above.
        still_due: how many ages have work left; in a replay, 1 if the range has.
        swept_to: a replay's progress: everything created earlier is done; None in a run.
        leased: another run holds the lease and does the work.
        hole_seconds: how many seconds of creation time could not be listed and were passed by.
        error: None if no person has to act.
    """

    flow_sid: str
    counts: Counts = Counts()
    head_lag_seconds: int | None = None
    headroom_seconds: int | None = None
    overdue_seconds: int | None = None
    still_due: int = 0
    swept_to: datetime | None = None
    leased: bool = False
    hole_seconds: int = 0
    error: Failure | None = None

    @property
    def served(self) -> bool:
        """Whether Twilio answered for this Flow, or nothing was due."""
        asked = self.counts.pages > 0 or not self.still_due
        done_but_for_holes = self.hole_seconds > 0 and not self.still_due
        return asked and not self.leased and (not self.error or done_but_for_holes)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run or a replay did.

    Attributes:
        stopped: the error that ended it early; None if it reached its end.
        out_of_time: the time was too short to list the account's Flows.
        listing: the counts of that listing.
        listing_failures: what of the list of Flows was unusable; the other Flows were exported.
    """

    flows: tuple[FlowSummary, ...]
    stopped: Failure | None = None
    out_of_time: bool = False
    listing: Counts = Counts()
    listing_failures: tuple[Failure, ...] = ()

    @property
    def totals(self) -> Counts:
        return sum((flow.counts for flow in self.flows), self.listing)

    @property
    def succeeded(self) -> bool:
        """Whether it reached its end and served at least one Flow, if there is any."""
        served = not self.flows or any(flow.served for flow in self.flows)
        return served and not (self.stopped or self.out_of_time)

    @property
    def complete(self) -> bool:
        """Whether no work is left, for this run or another."""
        return not (self.stopped or self.out_of_time or self.listing_failures) and all(
            not (flow.error or flow.leased or flow.still_due) for flow in self.flows
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """A range to sweep again.

    Attributes:
        flow_sids: empty for every Flow that is exported.
    """

    span: Span
    flow_sids: tuple[str, ...] = ()
