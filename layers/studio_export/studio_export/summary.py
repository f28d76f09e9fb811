"""What a run or a replay did: counts, failures and the summary of each Flow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from studio_export.shard import ALL_FLOWS, Shard


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
class DetailCounts:
    """What was written of Steps and Contexts. Counts add up.

    Attributes:
        lines: Executions that got a line, in each dataset.
        objects: objects written, without marks.
        steps: the Steps in these lines.
        deleted: lines without content, because Twilio has deleted the Execution before its time.
        expired: lines without content, because 30 days were over before it could be read.
        open_ended: lines whose newest Step does not lead to the end of the Flow.
        failed: Executions that stay due because of an error.
        throttles: 429 responses.
    """

    lines: int = 0
    objects: int = 0
    steps: int = 0
    deleted: int = 0
    expired: int = 0
    open_ended: int = 0
    failed: int = 0
    throttles: int = 0

    def __add__(self, other: "DetailCounts") -> "DetailCounts":
        return DetailCounts(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


@dataclass(frozen=True, slots=True)
class DetailSummary:
    """What a run did for Steps and Contexts, and what is left of the days that it looked at.

    Attributes:
        objects_left: objects of `executions/` whose children are not all written, though these
            were due.
        objects_young: objects that were written less than ten minutes ago: a later run takes them.
        lag_seconds: the time since the oldest object that is left was written; 0 if none is left.
        headroom_seconds: the time until Twilio deletes the oldest of its Executions; None if none
            is left.
        error: the first error; None if there was none.
        refused: whether Twilio refused the key.
    """

    counts: DetailCounts = DetailCounts()
    objects_left: int = 0
    objects_young: int = 0
    lag_seconds: int = 0
    headroom_seconds: int | None = None
    error: Failure | None = None
    refused: bool = False


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
        hole_seconds: the seconds of creation time that Twilio could not list.
        watched: how many Executions may still end; None in a replay, or without hints.
        final_lag_seconds: the longest time from the end of a watched Execution to its final line,
            of the lines of this run; None if there is none.
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
    watched: int | None = None
    final_lag_seconds: int | None = None
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
        is_replay: whether a range was exported again, and not what was due.
        shard: the share of the Flows that it exported.
        details: None if Executions alone are exported.
        flow_names: the friendly names of Flows that this run listed, by Sid. A person may read
            them; what Lambda returns, logs and measures has Sids alone.
    """

    flows: tuple[FlowSummary, ...]
    stopped: Failure | None = None
    out_of_time: bool = False
    listing: Counts = Counts()
    listing_failures: tuple[Failure, ...] = ()
    is_replay: bool = False
    shard: Shard = ALL_FLOWS
    details: DetailSummary | None = None
    flow_names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def totals(self) -> Counts:
        return sum((flow.counts for flow in self.flows), self.listing)

    @property
    def succeeded(self) -> bool:
        """Whether it reached its end and served at least one Flow, if the account has any.

        A shard without Flows does not succeed: it says nothing of the other shards, and would hide
        for ever that they fail.
        """
        without_flows = not self.flows and self.shard == ALL_FLOWS
        served = without_flows or any(flow.served for flow in self.flows)
        return served and not (self.stopped or self.out_of_time)

    @property
    def complete(self) -> bool:
        """Whether no work is left, for this run or another."""
        return not (self.stopped or self.out_of_time or self.listing_failures) and all(
            not (flow.error or flow.leased or flow.still_due) for flow in self.flows
        )
