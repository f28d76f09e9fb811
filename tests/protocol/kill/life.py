"""One life: Flows whose handler processes are killed; the dataset is checked after each run."""

import random
from collections import deque
from datetime import UTC, datetime, timedelta

from simulator.clock import VirtualClock
from simulator.server import StudioServer
from simulator.studio import Studio
from studio_export.detail_settings import read_details
from tests.protocol.kill.inspection import Inspection, check_answer
from tests.protocol.kill.plan import Plan, arrive, plan, publish
from tests.protocol.kill.process_factory import ProcessFactory
from tests.protocol.kill.report import Report
from tests.protocol.kill.run import REST, KilledRun
from tests.protocol.kill.run_counts import RunOutcome
from tests.protocol.kill.targets import Home
from tests.protocol.kill.warm_pool import WarmPool
from tests.protocol.kill.wiretap import Wiretap
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.scenarios import settled_seconds

START = datetime(2026, 11, 1, 0, 30, tzinfo=UTC)
_HISTORY = timedelta(hours=1)
_SCALES = ((600,), (120, 1800), (120, 600, 2400), (120, 900, 3600))
_MAX_RUNS_A_KILL = 8  # for each kill that is wanted
_TRACED_RUNS = 12
_MAX_RUNS_TO_REST = 60


class Life:
    """`seed` determines its traffic and faults; `report` is updated after each run."""

    def __init__(self, seed: str, home: Home, report: Report, datasets: str) -> None:
        self._seed, self._home, self._report, self._datasets = seed, home, report, datasets
        chance = random.Random(seed)
        self._scale = chance.choice(_SCALES)
        self._concurrency = chance.choice((1, 2, 4))
        self._named = chance.random() < 0.7  # else the Flows are listed
        self._clock = VirtualClock(START)
        self._studio = Studio(self._clock)
        self._flows = [self._studio.add_flow() for _ in range(chance.randint(1, 2))]
        self._detail_concurrency = chance.randint(1, self._concurrency)
        details = read_details({"DATASETS": datasets})
        self._folders = details.folders if details else ()
        self._inspection = Inspection(home, self._studio, self._folders, START - _HISTORY)
        self._trace: deque[str] = deque(maxlen=_TRACED_RUNS)

    def run(self, factory: ProcessFactory, kills: int) -> None:
        """Run until that many kills, then come to rest.

        Raises:
            BrokenPromiseError: its note lists the last runs.
        """
        with Wiretap() as tap, StudioServer(self._studio) as server:
            environment = self._home.environment(tap) | self._twilio(tap.lead(server.url))
            pool = WarmPool(factory, environment)
            killed_run = KilledRun(
                pool,
                tap,
                self._studio,
                self._clock,
                self._pass_time,
                self._report,
                self._inspection.written,
            )
            try:
                self._live(killed_run, kills)
                self._rest(killed_run)
            except BrokenPromiseError as error:
                error.add_note("\n".join(self._trace))
                raise
            finally:
                tap.disarm()
                pool.end()
                self._report.lines = self._inspection.lines
                self._report.objects = self._inspection.objects
                self._report.detail_lines = self._inspection.detail_lines

    def _live(self, killed_run: KilledRun, kills: int) -> None:
        self._arrive(START - _HISTORY, START)
        for number in range(1, _MAX_RUNS_A_KILL * kills):
            if self._report.kills >= kills:
                return
            planned = plan(self._seed, number, details=bool(self._folders))
            self._pass_time(planned.advance_seconds)
            self._work(killed_run, planned)

    def _rest(self, killed_run: KilledRun) -> None:
        """Run without faults until complete, and check that nothing is missing."""
        settled = self._clock()
        self._clock.advance(seconds=settled_seconds(self._scale) + 60)
        for _ in range(_MAX_RUNS_TO_REST):
            worked = self._work(killed_run, REST)
            value = (worked.answer or {}).get("value", {})
            if value.get("complete") and not self._inspection.missing_marks:
                break
            self._clock.advance(minutes=15)
        else:
            raise BrokenPromiseError(
                f"no progress: after {_MAX_RUNS_TO_REST} runs without faults work is still due"
            )
        self._inspection.check_rest(self._scale[-1], settled, self._clock())

    def _work(self, killed_run: KilledRun, planned: Plan) -> RunOutcome:
        worked = killed_run.work(planned)
        self._trace.append(f"{self._clock():%d %H:%M:%S} {planned} -> {worked}")
        for answer in worked.answers:
            check_answer(answer)
        self._inspection.check(self._clock())
        return worked

    def _pass_time(self, seconds: int) -> None:
        before = self._clock()
        self._arrive(before, before + timedelta(seconds=seconds))
        self._clock.advance(seconds=seconds)

    def _arrive(self, start: datetime, stop: datetime) -> None:
        for flow in self._flows:
            with self._studio.lock:  # a request of a dead process may still be answered
                arrive(flow, start, stop, random.Random(f"{self._seed}/{start}/{flow.sid}"))
                publish(flow, start, random.Random(f"{self._seed}/{start}/{flow.sid}/revision"))

    def _twilio(self, url: str) -> dict[str, str]:
        self._studio.base_url = url
        key, secret = self._studio.account.api_key
        return {
            "STUDIO_BASE_URL": url,
            "TWILIO_API_KEY": key,
            "TWILIO_API_SECRET": secret,
            "STUDIO_CONCURRENCY": str(self._concurrency),
            "SWEEP_AGES": ",".join(f"{age}s" for age in self._scale),
            "LOOKBACK_DAYS": "1",
            "FLOW_SIDS": ",".join(flow.sid for flow in self._flows) if self._named else "*",
            "DATASETS": self._datasets,
            "DETAIL_CONCURRENCY": str(self._detail_concurrency),
            "CONTEXT_VALUES": "*",
        }
