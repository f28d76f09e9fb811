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
class Hints:
    """What earlier listings showed of the Executions created before the head cursor.

    A hint says where to look next, and which records need no comparison with the logs. Logs only
    grow, so what an old hint says was exported still is. Losing hints costs requests, not lines.

    Attributes:
        watched: the creation times of Executions that had not ended, in epoch seconds, ascending.
            Executions created in one second repeat it.
        totals: how many Executions were created each day, by days since 1970, where it is known.
        ask_from: when Twilio may be asked again who is active, in epoch seconds.
        ignored_until: Twilio ignored the status filter, and is not asked before, in epoch seconds;
            0 once it was honoured.
        unanswered: how many runs in a row got no answer to a question or an errand.
        narrow_until: the head's wide listing failed, and is not tried before, in epoch seconds.
        dropped_until: too many were active to watch, so there are no hints before, in epoch
            seconds.
    """

    watched: tuple[int, ...] = ()
    totals: Mapping[int, int] = field(default_factory=dict)
    ask_from: int = 0
    ignored_until: int = 0
    unanswered: int = 0
    narrow_until: int = 0
    dropped_until: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far each age, in seconds, of a Flow has been swept.

    Attributes:
        cursors: every Execution created before this instant was listed at this age or later.
        spans: how many seconds of creation time the next listing may span, some pages; a hint.
        holes: seconds that Twilio's list could not show, ascending and apart; a hint.
        hints: None if they were lost, or belong to another head cursor.
    """

    cursors: Mapping[int, datetime] = field(default_factory=dict)
    spans: Mapping[int, int] = field(default_factory=dict)
    holes: tuple[Span, ...] = ()
    hints: Hints | None = None

    @property
    def head(self) -> datetime:
        """The cursor of the first age: everything created before it was listed."""
        return self.cursors[min(self.cursors)]


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
class Replay:
    """A range to sweep again.

    Attributes:
        flow_sids: empty for every Flow that is exported.
        starts: where the range of a Flow begins, if some of it was swept already.
        details: look again for what its Executions lack of Steps, Contexts and Flow revisions; the
            range itself is not swept.
    """

    span: Span
    flow_sids: tuple[str, ...] = ()
    starts: Mapping[str, datetime] = field(default_factory=dict)
    details: bool = False

    def start_of(self, flow_sid: str) -> datetime:
        return self.starts.get(flow_sid, self.span.start)
