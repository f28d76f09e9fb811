"""A Twilio account without HTTP: Flows, and their Executions by creation."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.definition import Channel, Definition
from simulator.oddities import Oddity
from simulator.path import Path, draw
from simulator.revision import Revision
from simulator.sample_flow import sample_flow
from simulator.sids import sid

RETENTION = timedelta(days=30)  # from the start of an Execution, ended or not
_CHANNELS = (Channel.CALL, Channel.MESSAGE, Channel.REQUEST)
_INITIATORS = {Channel.CALL: "CA", Channel.MESSAGE: "SM", Channel.REQUEST: "RQ"}
_EXECUTIONS_A_REVISION = 10_000


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


def _created(execution: Execution) -> datetime:
    return execution.created


@dataclass(slots=True)
class Flow:
    """One Flow; `executions` ascend by creation, then by arrival.

    A revision is published with it, and with each ten-thousandth Execution.

    Attributes:
        channel: how its Executions begin; None for each channel in turn.
    """

    serial: int
    sid: str
    account_sid: str
    name: str
    seed: str
    created: datetime
    channel: Channel | None = None
    executions: list[Execution] = field(default_factory=list)
    by_sid: dict[str, Execution] = field(default_factory=dict, repr=False)
    revisions: list[Revision] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        if not self.revisions:
            self.publish(self.created)

    @property
    def key(self) -> tuple[datetime, int]:
        return self.created, self.serial

    def publish(
        self, created: datetime, definition: Definition | None = None, *, published: bool = True
    ) -> Revision:
        """Add a revision, later than every other: published, or a draft.

        Executions created from then on run the newest published one.
        """
        number = len(self.revisions) + 1
        created = max([created, *(each.created for each in self.revisions)])
        revision = Revision(number, created, definition or sample_flow(number), published)
        self.revisions.append(revision)
        return revision

    def revision_at(self, now: datetime, *, published: bool = True) -> Revision | None:
        """Return the newest revision at this instant; `published` leaves drafts out."""
        for each in reversed(self.revisions):
            if each.created <= now and (each.published or not published):
                return each
        return None

    def add(  # noqa: PLR0913  the attributes of an Execution
        self,
        created: datetime,
        ends_at: datetime | None = None,
        *,
        visible_from: datetime | None = None,
        context_bytes: int = 0,
        oddity: Oddity | None = None,
        path: Path | None = None,
    ) -> Execution:
        """Add an Execution; without a path its Sid determines one, when it is asked for."""
        serial = len(self.by_sid)
        if serial and not serial % _EXECUTIONS_A_REVISION:
            self.publish(created)
        running = self.revision_at(created)
        execution = Execution(
            serial,
            sid("FN", self.sid, serial),
            created,
            ends_at,
            visible_from,
            None,
            context_bytes,
            oddity,
            running.number if running else 1,
            path,
            self.channel,
        )
        if self.executions and created < self.executions[-1].created:
            insort(self.executions, execution, key=_created)
        else:
            self.executions.append(execution)
        self.by_sid[execution.sid] = execution
        return execution

    def path(self, execution: Execution) -> Path:
        """Return the path through the Flow that the Execution takes until it ends."""
        if execution.path is not None:
            return execution.path
        return draw(self.definition(execution.revision), execution.channel, execution.sid)

    def definition(self, revision: int = 1) -> Definition:
        return self.revisions[revision - 1].definition

    def there(self, now: datetime) -> list[Execution]:
        """Return every Execution that the API should list at this instant, oldest first."""
        first = bisect_right(self.executions, now - RETENTION, key=_created)
        return [each for each in self.executions[first:] if each.there(now)]

    def between(
        self, start: datetime | None, stop: datetime | None, now: datetime
    ) -> tuple[int, int]:
        """Return the indexes of Executions created in `[start, stop)` that exist now."""
        low = bisect_right(self.executions, now - RETENTION, key=_created)
        high = bisect_right(self.executions, now, key=_created)
        if start is not None:
            low = max(low, bisect_left(self.executions, start, key=_created))
        if stop is not None:
            high = min(high, bisect_left(self.executions, stop, key=_created))
        return low, high


@dataclass(slots=True)
class Account:
    """`credentials` maps user names to passwords: API keys, and the account itself."""

    seed: str = "seed"
    credentials: dict[str, str] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.credentials:
            self.credentials = {sid("SK", self.seed, 0): "secret", self.sid: "token"}

    @property
    def api_key(self) -> tuple[str, str]:
        """The first credentials: an API key and its secret."""
        return next(iter(self.credentials.items()))

    @property
    def sid(self) -> str:
        return sid("AC", self.seed, 0)

    def add_flow(self, created: datetime, name: str | None = None) -> Flow:
        serial = len(self.flows)
        flow = Flow(
            serial=serial,
            sid=sid("FW", self.seed, serial),
            account_sid=self.sid,
            name=name or f"Flow {serial + 1}",
            seed=self.seed,
            created=created,
        )
        insort(self.flows, flow, key=lambda each: each.key)
        return flow

    def flow(self, flow_sid: str) -> Flow | None:
        return next((flow for flow in self.flows if flow.sid == flow_sid), None)
