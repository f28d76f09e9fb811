"""The use case: share a run or a replay out among the invocations of each account."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from studio_export.errors import InvalidEventError, StudioExportError
from studio_export.fleet.pieces import Piece, pieces_of_replay, pieces_of_run
from studio_export.model import Replay
from studio_export.shard import ALL_FLOWS
from studio_export.workers import Task, worker_pool

# From the end of a run's pieces to the next run; the template's time-outs leave as much.
_SPARE_SECONDS = 60
_MAX_THREADS = 8

ONLY_ACCOUNT = ""  # the name of the account where ACCOUNTS names none


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """The pieces of one account; `account` is empty for the only one."""

    account: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Planner:
    """What a plan depends on.

    Attributes:
        accounts: their names; one empty name if the settings name none.
        workers: how many pieces of an account are exported at once.
        period_seconds: the time from one scheduled run to the next.
        count_flows: returns how many Flows of an account are exported, or raises.
    """

    accounts: tuple[str, ...]
    workers: int
    period_seconds: int
    count_flows: Callable[[str], int]

    def plan(
        self, replay: Replay | None, began: datetime, account: str = ONLY_ACCOUNT
    ) -> list[AccountPlan]:
        """Plan a replay, or the scheduled run that began then, for one account or for all.

        Raises:
            InvalidEventError: the settings name no such account.
        """
        if account and account not in self.accounts:
            raise InvalidEventError(
                f"the event's 'account' is {account!r}, which ACCOUNTS does not name"
            )
        names = (account,) if account else self.accounts
        if replay is None:
            until = began + timedelta(seconds=self.period_seconds - _SPARE_SECONDS)
            names = self._rotate(names, began)
            return [AccountPlan(name, pieces_of_run(self.workers, until)) for name in names]
        if replay.flow_sids or replay.details:
            return [AccountPlan(name, pieces_of_replay(replay, 0, self.workers)) for name in names]
        return self._plan_by_count(replay, names)

    def _rotate(self, names: tuple[str, ...], began: datetime) -> tuple[str, ...]:
        """Begin each run with another account.

        A run without enough time must not always leave out the same accounts.
        """
        first = int(began.timestamp()) // self.period_seconds % len(names)
        return names[first:] + names[:first]

    def _plan_by_count(self, replay: Replay, names: tuple[str, ...]) -> list[AccountPlan]:
        plans: dict[str, AccountPlan] = {}
        with worker_pool(min(_MAX_THREADS, len(names))) as pool:
            for name in names:
                pool.start(Task(name, partial(self.count_flows, name)))
            for _ in names:
                name, count = pool.next_done()
                plans[name] = AccountPlan(name, self._pieces(replay, count))
        return [plans[name] for name in names]

    def _pieces(self, replay: Replay, count: int | BaseException) -> list[Piece]:
        if isinstance(count, StudioExportError):
            return [Piece(ALL_FLOWS, replay.span)]  # which meets the same error, and fails alone
        if isinstance(count, BaseException):
            raise count
        return pieces_of_replay(replay, count, self.workers)
