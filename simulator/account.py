"""A Twilio account without HTTP: Flows, and their Executions by creation."""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from simulator.definition import Channel, Definition
from simulator.execution import RETENTION, Execution, created_at
from simulator.oddities import Oddity
from simulator.path import Path, draw
from simulator.revision import Revision
from simulator.sample_flow import sample_flow
from simulator.sids import sid

_EXECUTIONS_A_REVISION = 10_000
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _NotEnded:
    """The Executions that had not ended at an instant, of the Flow's first `looked_at`.

    Attributes:
        inserted: how many had been added between others: one more shifts the first `looked_at`.
    """

    rows: Sequence[Execution] = ()
    looked_at: int = 0
    inserted: int = 0
    now: datetime = _NEVER


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
    _inserted: int = field(default=0, init=False, repr=False, compare=False)
    _not_ended: _NotEnded = field(default_factory=_NotEnded, init=False, repr=False, compare=False)

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
            insort(self.executions, execution, key=created_at)
            self._inserted += 1
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
        first = bisect_right(self.executions, now - RETENTION, key=created_at)
        return [each for each in self.executions[first:] if each.there(now)]

    def not_ended(self, now: datetime) -> Sequence[Execution]:
        """Return the Executions created until now that have not ended, oldest first.

        Those that had ended at the call before are not looked at again: of a month only few are
        left.
        """
        inserted, before = self._inserted, self._not_ended
        removed = before.looked_at > len(self.executions)
        if now < before.now or inserted != before.inserted or removed:
            before = _NotEnded()
        visible = bisect_right(self.executions, now, key=created_at)
        added = self.executions[before.looked_at : visible]
        rows = [each for each in (*before.rows, *added) if not each.ended(now)]
        self._not_ended = _NotEnded(rows, before.looked_at + len(added), inserted, now)
        return rows


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
