"""Run the jobs of one run: several objects at once, politely, until the deadline."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from studio_export.details.backlog import Undone
from studio_export.details.manners import Manners
from studio_export.details.parent_work import MAX_UNANSWERED_OF_PARENT
from studio_export.details.refusals import Refusals
from studio_export.details.result import ParentResult
from studio_export.errors import (
    ConfigurationError,
    StoreUnusableError,
    StudioExportError,
    UnavailableError,
    failure_of,
)
from studio_export.ports import Clock
from studio_export.summary import DetailCounts, DetailSummary
from studio_export.workers import Task, WorkerPool

_MAX_UNANSWERED = 20  # failures in a row, of several objects: Twilio is down


class Job(NamedTuple):
    """The work on one object; `run` takes the deadline, and the datasets to leave out."""

    undone: Undone
    run: Callable[[float, frozenset[str]], ParentResult]


class DetailRun:
    """One run. An instance is used once.

    Attributes:
        left: the jobs that are not done.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        clock: Clock,
        manners: Manners,
        on_wait: Callable[[str, float], None],
        deadline: float,
    ) -> None:
        self._clock = clock
        self._manners = manners
        self._on_wait = on_wait
        self._deadline = deadline
        self._waiting = deque(jobs)
        self._counts = DetailCounts()
        self._error: StudioExportError | None = None
        self._stopped = False
        self._refusals = Refusals()
        self._unanswered = 0
        self.left: list[Job] = []

    def run(self, pool: WorkerPool[Job, ParentResult]) -> None:
        """Do the jobs in order; each is done, left, or goes on after a rest."""
        under_way = 0
        while True:
            while self._may_start(under_way):
                job = self._waiting.popleft()
                without = self._refusals.of(job.undone)
                if without.issuperset(job.undone.folders):
                    self.left.append(job)
                    continue
                pool.start(Task(job, partial(job.run, self._deadline, without)))
                under_way += 1
            if under_way:
                job, outcome = pool.next_done()
                under_way -= 1
                self._record(job, outcome)
            elif not self._rest():
                break
        self.left += self._waiting

    def summary(self, now: datetime) -> DetailSummary:
        undone = [job.undone for job in self.left]
        written = min((each.written for each in undone), default=now)
        headroom = min((each.headroom(now) for each in undone), default=None)
        error = self._error
        return DetailSummary(
            self._counts,
            objects_left=len(undone),
            lag_seconds=int((now - written).total_seconds()),
            headroom_seconds=None if headroom is None else int(headroom.total_seconds()),
            error=failure_of(error) if error else None,
            refused=self._refusals.any,
        )

    def _may_start(self, under_way: int) -> bool:
        now = self._clock.monotonic()
        if not self._may_go_on(now):
            return False
        return under_way < self._manners.at_once and not self._manners.is_resting(now)

    def _rest(self) -> bool:
        """Wait while Twilio is to be left alone; return False if there is no more to start."""
        now = self._clock.monotonic()
        seconds = self._manners.rests_until - now
        if not self._may_go_on(max(now, self._manners.rests_until)):
            return False
        if seconds > 0:  # else the rest has ended by itself
            self._on_wait("HTTP 429: Steps and Contexts wait", seconds)
            self._clock.sleep(seconds)
        return True

    def _may_go_on(self, instant: float) -> bool:
        """Whether there is a job to start at that instant, and time for it."""
        return bool(self._waiting) and not self._stopped and instant < self._deadline

    def _record(self, job: Job, outcome: ParentResult | BaseException) -> None:
        if isinstance(outcome, BaseException):
            raise outcome
        self._counts += outcome.counts
        error = outcome.error
        self._error = self._error or error
        self._refusals.note(job.undone.parent.flow_sid, outcome)
        if isinstance(error, StoreUnusableError | ConfigurationError):
            self._error, self._stopped = error, True
        self._note_unanswered(outcome)
        if outcome.interrupted and self._manners.is_resting(self._clock.monotonic()):
            self._waiting.appendleft(job)
        elif not outcome.done:
            self.left.append(job)

    def _note_unanswered(self, outcome: ParentResult) -> None:
        """Stop after failures in a row; before that, go on far from the object that failed.

        What Twilio cannot read lies together, in neighbouring hours or days.
        """
        if outcome.answered:
            self._unanswered = 0
        elif isinstance(outcome.error, UnavailableError):
            self._unanswered += min(outcome.counts.failed or 1, MAX_UNANSWERED_OF_PARENT)
            self._stopped = self._stopped or self._unanswered >= _MAX_UNANSWERED
            self._waiting.rotate(len(self._waiting) // 2)
