"""The state machine as it is deployed, on an engine that runs it, over the built functions."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.faults import Fault, Kind
from simulator.server import Limits
from simulator.traffic import fill
from studio_export.instants import format_instant
from tests.integration.cli.running import run
from tests.template.calls import CALLS_OF_LAMBDA, RECORDER, recorded
from tests.template.policy import actions, policy_of
from tools.devkit.servers.step_functions import Execution
from tools.devkit.template.rendered import SECRET, render
from tools.fleet.accounts import many_accounts
from tools.fleet.audit import audit
from tools.fleet.cases import Row
from tools.fleet.world import Fleet, fleet
from tools.local_lambda.build import Built
from tools.local_lambda.cloud import LocalCloud, Servers, local_cloud

pytestmark = pytest.mark.long

FLOWS, EXECUTIONS, WORKERS, BUDGET = 24, 120, 2, 8
LIMITS = Limits(latency_seconds=0.05)
MONTH = timedelta(days=30)


@pytest.fixture(scope="module")
def cloud(aws_servers: Servers) -> Iterator[LocalCloud]:
    with local_cloud(EXECUTIONS, FLOWS, LIMITS, shared=aws_servers) as made:
        yield made


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planner") / "calls"


@pytest.fixture(scope="module")
def started(built: Built, cloud: LocalCloud, calls: Path) -> Iterator[Fleet]:
    variables = {"RECORDED_CALLS": str(calls)}
    with fleet(
        built, cloud, WORKERS, planner_variables=variables, planner_beside=[RECORDER]
    ) as made:
        made.warm_up()
        yield made


@pytest.fixture
def machine(started: Fleet, cloud: LocalCloud) -> Iterator[Fleet]:
    """The machine without its past, and Executions that it has not exported."""
    add_executions(cloud)
    started.service.invocations.clear()
    cloud.studio.limits = LIMITS
    cloud.studio.in_flight.restart()
    yield started
    cloud.studio.studio.faults.off()


def month(cloud: LocalCloud) -> dict[str, str]:
    """Return the event that replays the last 30 days."""
    now = cloud.studio.studio.clock()
    return {"from": format_instant(now - MONTH), "to": format_instant(now)}


def add_executions(cloud: LocalCloud) -> None:
    """Add Executions to ranges that were exported already."""
    now = datetime.now(UTC).replace(microsecond=0)
    for flow in cloud.studio.studio.account.flows:
        fill(flow, 5, now - timedelta(days=29), now - timedelta(hours=1))


def totals(execution: Execution, name: str) -> int:
    """Return the sum of a count over all pieces."""
    return sum(piece["totals"].get(name, 0) for account in execution.output for piece in account)


def shards(machine: Fleet) -> list[str]:
    """Return the shard of each piece that was exported, ascending."""
    events = [each.event for each in machine.service.invocations]
    return sorted(event["piece"]["shard"] for event in events if "piece" in event)


def test_a_run_has_a_piece_for_each_worker(machine: Fleet, cloud: LocalCloud) -> None:
    execution = machine.run({})

    assert execution.status == "SUCCEEDED", execution.cause
    assert shards(machine) == ["0/2", "1/2"]
    assert cloud.studio.in_flight.max <= machine.budget == BUDGET


def test_a_replay_whose_one_flow_is_gone_exports_every_other_flow(
    machine: Fleet, cloud: LocalCloud
) -> None:
    gone = cloud.studio.studio.account.flows[3].sid
    cloud.studio.studio.faults.on(Fault(Kind.NOT_FOUND, flow_sid=gone))
    began = datetime.now(UTC)
    execution = machine.run(month(cloud))
    found = audit(cloud, began)

    assert (execution.status, execution.error) == ("FAILED", "PiecesFailed")
    assert gone in execution.cause
    assert "FlowNotFoundError" in execution.cause
    assert set(found.lost) == {gone}
    assert found.doubled == 0
    assert shards(machine) == [f"{number}/8" for number in range(8)]


def test_a_replay_survives_a_kill(machine: Fleet, cloud: LocalCloud) -> None:
    began = datetime.now(UTC)
    with machine.killing(times=1, every_seconds=0.2) as killed:
        execution = machine.run(month(cloud))
    found = audit(cloud, began)

    assert execution.status == "SUCCEEDED", execution.cause
    assert len(killed) == 1
    assert [each.error for each in machine.service.invocations].count("Runtime.ExitError") == 1
    assert (found.lost.total(), found.doubled) == (0, 0)
    assert 1 < cloud.studio.in_flight.max <= machine.budget


def test_the_pieces_that_failed_can_be_sent_alone(machine: Fleet, cloud: LocalCloud) -> None:
    piece = {"shard": "1/8", **month(cloud)}
    execution = machine.run({"accounts": [{"account": "x", "at_once": 1, "pieces": [piece]}]})

    assert execution.status == "SUCCEEDED"
    assert [each.function for each in machine.service.invocations] == ["exporter"]
    assert shards(machine) == ["1/8"]


def test_the_command_replays_by_the_machine(
    machine: Fleet, cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in machine.engine.server.environment().items():
        monkeypatch.setenv(name, value)
    since, until = month(cloud).values()
    arguments = ["replay", "--machine", machine.machine, "--since", since, "--until", until]
    began = datetime.now(UTC)
    before = audit(cloud, began)
    first, second = (json.loads(run(*arguments, "--json", code=0).stdout) for _ in range(2))
    found = audit(cloud, began)

    assert first["totals"]["lines"] == found.lines - before.lines > 0
    assert [each["nothing_missed"] for each in (first, second)] == [False, True]
    assert (found.lost.total(), found.doubled) == (0, 0)
    assert shards(machine) == sorted(2 * [f"{number}/8" for number in range(8)])


def test_a_piece_whose_time_is_over_leaves_its_work_due(machine: Fleet, cloud: LocalCloud) -> None:
    asked = cloud.studio.studio.requests
    piece = {"shard": "0/1", "until": "2026-11-01T00:00:00Z"}
    execution = machine.run({"accounts": [{"account": "x", "at_once": 1, "pieces": [piece]}]})

    ((answer,),) = execution.output
    assert (answer["ok"], answer["complete"]) == (True, False)
    assert cloud.studio.studio.requests == asked


def test_a_key_that_is_refused_fails_without_a_retry(machine: Fleet, cloud: LocalCloud) -> None:
    cloud.studio.studio.faults.on(Fault(Kind.UNAUTHORIZED))
    execution = machine.run({})

    assert execution.status == "FAILED"
    assert execution.cause.count("AccessDeniedError") == 2
    assert shards(machine) == ["0/2", "1/2"]


def test_the_planner_makes_exactly_the_calls_that_its_role_allows(
    machine: Fleet, cloud: LocalCloud, calls: Path
) -> None:
    policy = policy_of(render(Workers=WORKERS, TwilioSecretArn=SECRET), "PlannerRole")
    machine.run(month(cloud))

    assert {each.function for each in machine.service.invocations} == {"planner", "exporter"}
    assert {call.action for call in recorded(calls)} == actions(policy) - CALLS_OF_LAMBDA


def test_a_replay_that_runs_out_of_time_goes_on_by_its_rest(
    built: Built, cloud: LocalCloud
) -> None:
    """Each half has twelve Flows, one request at a time: two seconds more than there are."""
    add_executions(cloud)
    began = datetime.now(UTC)
    before = audit(cloud, began)
    halves = [{"shard": f"{shard}/2", **month(cloud)} for shard in range(2)]
    plan = {"accounts": [{"account": "x", "at_once": WORKERS, "pieces": halves}]}
    with fleet(built, cloud, WORKERS, timeout_seconds=8, StudioConcurrency=1) as machine:
        cloud.studio.limits = Limits(latency_seconds=0.7)
        execution = machine.run(plan)
        rests = [each for each in machine.service.invocations if "so_far" in each.event["piece"]]
    found = audit(cloud, began)

    assert execution.status == "SUCCEEDED", execution.cause
    assert (found.lost.total(), found.doubled) == (0, 0)
    assert rests
    assert totals(execution, "lines") == found.lines - before.lines > 0


def test_an_account_that_is_refused_keeps_no_other_back(built: Built, aws_servers: Servers) -> None:
    names = ("acme", "globex", "initech")
    with (
        many_accounts(names, 40, 8, LIMITS, "globex", aws_servers) as accounts,
        fleet(built, accounts.cloud, WORKERS, **accounts.parameters) as machine,
    ):
        began = datetime.now(UTC)
        first = machine.run({})
        in_flight = accounts.cloud.studio.in_flight.max_of
        most = [in_flight[studio.account.sid] for studio in accounts.studios.values()]
        machine.service.invocations.clear()
        replay = machine.run({**month(accounts.cloud), "account": "acme"})
        replayed = [each.event.get("piece", {}) for each in machine.service.invocations]
        lost = {name: accounts.audit(name, began).lost.total() for name in names}
        lines = {name: accounts.audit(name, began).lines for name in names}

    assert first.status == "FAILED"
    assert first.cause.count("globex") == first.cause.count("AccessDeniedError") == WORKERS
    assert (lost["acme"], lost["initech"], lines["globex"]) == (0, 0, 0)
    assert min(lines["acme"], lines["initech"]) > 0
    assert min(most) > 0
    assert max(most) <= machine.budget
    assert replay.status == "SUCCEEDED"
    assert {piece["account"] for piece in replayed if piece} == {"acme"}


@pytest.mark.parametrize(
    ("in_flight_of", "lost", "doubled", "is_good"),
    [
        ({"acme": 8, "globex": 8}, 3, 0, True),
        ({"acme": 8, "globex": 9}, 3, 0, False),
        ({"acme": 8}, 4, 0, False),
        ({"acme": 8}, 3, 1, False),
    ],
)
def test_a_case_is_good_within_the_budget_of_each_account_and_with_every_line_once(
    in_flight_of: dict[str, int], lost: int, doubled: int, *, is_good: bool
) -> None:
    row = Row("two accounts", "SUCCEEDED", 1.0, 40, 16, in_flight_of, 8, lost, doubled, 3, [])
    assert row.is_good is is_good
