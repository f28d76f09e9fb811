"""The friendly name of a Flow beside its Sid, wherever a person reads one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.faults import Fault, Kind
from simulator.request import Operation
from simulator.studio import Studio
from tests.integration.cli.details import export_details
from tests.integration.cli.running import run

_NAME = "Support \x1b[31mline"
_SHOWN = "Support [31mline"


@pytest.fixture
def sid(studio: Studio) -> str:
    """A Flow whose name would colour a terminal."""
    flow = studio.account.flows[0]
    flow.name = _NAME
    return flow.sid


def test_run_has_the_names_that_it_listed(sid: str, to: Path) -> None:
    first, second, _ = run("run", "--to", to, code=0).stdout.splitlines()
    assert first.startswith(f"{sid}  {_SHOWN}  100 lines")
    assert second.split()[1:5] == ["Flow", "2", "40", "lines"]


def test_run_has_the_name_of_a_flow_that_is_given_by_its_sid(sid: str, to: Path) -> None:
    first, _ = run("run", "--to", to, "--flow", sid, code=0).stdout.splitlines()
    assert first.startswith(f"{sid}  {_SHOWN}  100 lines")


@pytest.mark.parametrize("kind", [Kind.NO_PERMISSION, Kind.HTML_PAGE, Kind.RESET, Kind.NOT_A_LIST])
def test_a_list_of_flows_that_is_refused_costs_the_name_alone(
    kind: Kind, sid: str, studio: Studio, to: Path
) -> None:
    studio.faults.on(Fault(kind, operation=Operation.FLOWS))
    result = run("run", "--to", to, "--flow", sid, code=0)
    assert result.stdout.startswith(f"{sid}  100 lines")
    assert result.stderr == ""


def test_the_json_of_a_run_has_sids_alone(sid: str, to: Path) -> None:
    assert "Support" not in run("run", "--to", to, "--json", code=0).stdout
    assert sid in run("run", "--to", to, "--json", code=0).stdout


def test_status_has_the_name_in_the_newest_exported_revision(
    sid: str, studio: Studio, to: Path
) -> None:
    export_details(to, "executions,flow-revisions")
    requests = studio.requests

    result = run("status", "--to", to, code=0)

    rows = [line for line in result.stdout.splitlines() if line.startswith(sid)]
    assert len(rows) == 3
    assert all(f"{sid}  {_SHOWN}" in row for row in rows)
    flow = json.loads(run("status", "--to", to, "--json", code=0).stdout)["flows"][sid]
    assert flow["name"] == _SHOWN
    assert studio.requests == requests


def test_verify_and_doctor_have_the_names(sid: str, exported: Path) -> None:
    until = datetime.now(UTC)
    since = until - timedelta(days=2)
    arguments = ("--to", exported, "--since", f"{since:%Y-%m-%d}", "--until", until.isoformat())
    assert f"{sid}  {_SHOWN}" in run("verify", *arguments, code=0).stdout
    doctor = run("doctor", "--to", exported, env={"FLOW_SIDS": sid})
    assert f"{sid} ({_SHOWN}) can be listed" in doctor.stdout


def test_a_replay_has_the_names(sid: str, exported: Path) -> None:
    since = datetime.now(UTC) - timedelta(days=2)
    arguments = ("--since", f"{since:%Y-%m-%d}", "--until", datetime.now(UTC).isoformat())
    assert f"{sid}  {_SHOWN}" in run("replay", "--to", exported, *arguments, code=0).stdout
