"""`--every` and the pace of a run, on a clock of the test's own."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simulator.faults import Fault, Kind
from simulator.request import Operation, Request
from simulator.server import StudioServer
from simulator.studio import Studio
from simulator.traffic import fill
from studio_export_cli.app import app
from tests.integration.cli.running import lines
from tools.devkit.fakes.clock import VirtualClock

_MAX_ROWS = 30


class _SetBackClock(VirtualClock):
    """Each look at the wall clock finds it an hour earlier, as after a wrong battery."""

    def now(self) -> datetime:
        self._start -= timedelta(hours=1)
        return super().now()


def _run(clock: VirtualClock, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["run", *map(str, arguments)], obj=clock)


def test_five_refused_runs_in_a_row_end_every_and_a_clock_set_back_does_not_delay_them(
    studio: Studio, to: Path
) -> None:
    studio.faults.on(Fault(Kind.UNAUTHORIZED))
    clock = _SetBackClock()
    result = _run(clock, "--to", to, "--every", "15m")
    assert result.exit_code == 3
    assert result.stderr.count("Twilio refuses the credentials") == 5
    assert clock.naps == [900.0] * 4


def test_answers_that_are_too_large_cost_minutes_and_not_hours(
    environment: dict[str, str], to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """504 for every answer of more than 30 rows, while 2,000 Executions wait."""
    assert environment
    clock = VirtualClock()
    studio = Studio(clock.now)
    flow = studio.add_flow()
    fill(flow, 2000, clock.now() - timedelta(days=2), clock.now() - timedelta(hours=1))

    def refuse_large(request: Request) -> None:
        if request.operation is not Operation.EXECUTIONS:
            return
        start, stop = (
            datetime.fromisoformat(request.parameters[name])
            for name in ("DateCreatedFrom", "DateCreatedTo")
        )
        rows = sum(start <= each.created <= stop for each in flow.executions)
        if rows > _MAX_ROWS:
            studio.faults.on(Fault(Kind.SERVER_ERROR, 504, times=1))

    studio.on_request = refuse_large
    username, password = studio.account.api_key
    with StudioServer(studio) as running:
        monkeypatch.setenv("TWILIO_API_KEY", username)
        monkeypatch.setenv("TWILIO_API_SECRET", password)
        more = ("--base-url", running.url, "--lookback-days", "2", "--concurrency", "1")
        result = _run(clock, "--to", to, *more)
    assert result.exit_code == 0, result.output
    assert len({sid for sid, _ in lines(to)}) == 2000
    assert studio.faults.met(Kind.SERVER_ERROR) > 0
    assert clock.monotonic() < 1800
