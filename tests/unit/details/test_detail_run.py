"""One run of the jobs: politely, in time, and to an end where Twilio or the store is down."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from studio_export.details.backlog import Undone
from studio_export.details.detail_run import DetailRun, Job
from studio_export.details.manners import Manners
from studio_export.details.result import ParentResult
from studio_export.errors import StoreUnusableError, StudioExportError, UnavailableError
from studio_export.log import keys
from studio_export.log.keys import LogKey
from studio_export.summary import DetailCounts
from studio_export.workers import InlinePool, Task
from tools.devkit.fakes.clock import VirtualClock

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
DEADLINE = 800.0
DONE = ParentResult(DetailCounts(lines=1), done=True, answered=frozenset({keys.STEPS}))
UNANSWERED = ParentResult(DetailCounts(failed=1), error=UnavailableError("503"))


class CountingPool(InlinePool[Job, ParentResult]):
    """Counts how many jobs are under way at most."""

    def __init__(self) -> None:
        super().__init__()
        self.most = 0

    def start(self, task: Task[Job, ParentResult]) -> None:
        super().start(task)
        self.most = max(self.most, len(self._started))


class Jobs:
    """Runs jobs; `results` returns the result of the next attempt."""

    def __init__(self, number: int, results: Callable[[], ParentResult], at_once: int = 2) -> None:
        self.clock = VirtualClock(NOW)
        self.manners = Manners(at_once, lambda: 0.5)
        self.attempts: list[str] = []
        self.waits: list[float] = []
        self.pool = CountingPool()
        self._results = results
        jobs = [self._job(hour) for hour in range(number)]
        self.run = DetailRun(jobs, self.clock, self.manners, self._wait, DEADLINE)

    def end(self) -> list[str]:
        """Run to the end; return the hours that are left."""
        self.run.run(self.pool)
        return [job.undone.parent.hour for job in self.run.left]

    def _job(self, hour: int) -> Job:
        parent = LogKey("2026-11-23", "FW" + "1" * 32, f"{hour:02}", 0)

        def run(_deadline: float, _without: frozenset[str]) -> ParentResult:
            self.attempts.append(parent.hour)
            return self._results()

        return Job(Undone(parent, "", NOW, (keys.STEPS,)), run)

    def _wait(self, _reason: str, seconds: float) -> None:
        self.waits.append(seconds)


def test_all_jobs_are_done_so_many_at_once() -> None:
    jobs = Jobs(5, lambda: DONE)
    assert jobs.end() == []
    assert jobs.attempts == ["00", "01", "02", "03", "04"]
    assert jobs.pool.most == 2


def test_after_a_throttle_the_job_goes_on_after_a_rest() -> None:
    results = iter([DONE, "throttled", DONE, DONE])

    def result() -> ParentResult:
        each = next(results)
        if isinstance(each, ParentResult):
            return each
        jobs.manners.note_throttles(1, jobs.clock.monotonic())
        return ParentResult(DetailCounts(throttles=1), interrupted=True)

    jobs = Jobs(3, result, at_once=1)
    assert jobs.end() == []
    assert jobs.attempts == ["00", "01", "01", "02"]
    assert jobs.waits == [30.0]


def test_without_time_for_the_rest_the_work_is_left() -> None:
    def result() -> ParentResult:
        jobs.clock.advance(DEADLINE - 20)
        jobs.manners.note_throttles(1, jobs.clock.monotonic())
        return ParentResult(DetailCounts(), interrupted=True)

    jobs = Jobs(2, result, at_once=1)
    assert jobs.end() == ["00", "01"]
    assert (jobs.attempts, jobs.waits) == (["00"], [])


def test_no_job_starts_after_the_deadline() -> None:
    def result() -> ParentResult:
        jobs.clock.advance(DEADLINE)
        return DONE

    jobs = Jobs(3, result, at_once=1)
    assert jobs.end() == ["01", "02"]


def test_twenty_failures_in_a_row_end_the_run() -> None:
    jobs = Jobs(30, lambda: UNANSWERED, at_once=1)
    assert len(jobs.end()) == 30
    assert len(jobs.attempts) == 20


def test_an_answer_begins_the_count_of_failures_anew() -> None:
    results = iter([*[UNANSWERED] * 19, DONE, *[UNANSWERED] * 10])
    jobs = Jobs(30, lambda: next(results), at_once=1)
    jobs.end()
    assert len(jobs.attempts) == 30


def test_neighbouring_objects_that_fail_keep_no_other_back() -> None:
    def result() -> ParentResult:
        fails = int(jobs.attempts[-1]) < 10
        return ParentResult(DetailCounts(failed=5), error=UNANSWERED.error) if fails else DONE

    jobs = Jobs(24, result, at_once=1)
    assert sorted(jobs.end()) == [f"{hour:02}" for hour in range(10)]


@pytest.mark.parametrize(
    ("error", "attempts"), [(StoreUnusableError("full"), 1), (StudioExportError("other"), 3)]
)
def test_only_a_store_that_cannot_be_used_ends_the_run(
    error: StudioExportError, attempts: int
) -> None:
    jobs = Jobs(3, lambda: ParentResult(DetailCounts(), error=error), at_once=1)
    assert len(jobs.end()) == 3
    assert len(jobs.attempts) == attempts
    found = jobs.run.summary(NOW)
    assert found.error
    assert found.error.kind is type(error)
