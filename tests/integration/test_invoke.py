"""The function as SAM builds it, in Lambda's runtime, against real servers."""

import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from typer.testing import CliRunner

from studio_export_cli.app import app
from tests.template.calls import CALLS_OF_LAMBDA, RECORDER, Call, recorded
from tests.template.policy import actions, allowed, policy_of
from tools.devkit.relay import relay
from tools.devkit.servers.process import free_ports
from tools.devkit.template.rendered import render
from tools.local_lambda.build import Built
from tools.local_lambda.cloud import PREFIX, LocalCloud, Servers, local_cloud
from tools.local_lambda.runtime import Answer, LambdaRuntime

SCHEDULED_EVENT = json.loads((Path(__file__).parents[2] / "events" / "schedule.json").read_text())
EXECUTIONS = 150

pytestmark = pytest.mark.long


@pytest.fixture
def cloud(aws_servers: Servers) -> Iterator[LocalCloud]:
    with local_cloud(EXECUTIONS, shared=aws_servers) as made:
        yield made


def exported(cloud: LocalCloud) -> list[dict[str, Any]]:
    """Return every line, in the order of its log."""
    bodies = (gzip.decompress(body) for _, body in sorted(cloud.objects().items()))
    return [json.loads(line) for body in bodies for line in body.splitlines()]


def wanted(cloud: LocalCloud, now: datetime) -> set[str]:
    """Return the Executions that a run at `now` must export: the head is two minutes behind."""
    return {
        execution.sid
        for flow in cloud.studio.studio.account.flows
        for execution in flow.there(datetime.now(UTC))
        if execution.created < now - timedelta(minutes=2, seconds=1)
    }


def doubled(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    counts = Counter((line["sid"], line["status"]) for line in lines)
    return [line for line, count in counts.items() if count > 1]


@dataclass
class LostAnswers:
    """A relay between function and S3 that withholds the answers from the nth put on."""

    puts: int
    seen: int = 0
    silent: bool = False
    answering: Event = field(default_factory=Event)

    def asked(self, data: bytes) -> None:
        self.seen += data.startswith(b"PUT /")
        self.silent = self.silent or (self.seen >= self.puts and not self.answering.is_set())

    def answered(self, _: bytes) -> None:
        if self.silent:
            self.answering.wait()

    def answer_again(self) -> None:
        self.silent = False
        self.answering.set()


def test_a_cold_run_exports_everything_once_and_a_warm_one_adds_nothing(
    built: Built, cloud: LocalCloud, tmp_path: Path
) -> None:
    begun = datetime.now(UTC)
    with LambdaRuntime(built, cloud.environment(), tmp_path / "log") as function:
        cold = function.invoke(SCHEDULED_EVENT)
        after_one = exported(cloud)
        warm = function.invoke(SCHEDULED_EVENT)
        starts = len(function.cold_starts)

    assert (cold.error, warm.error, starts) == (None, None, 1)
    assert cold.value["complete"]
    assert warm.value["complete"]
    assert wanted(cloud, begun) <= {line["sid"] for line in after_one}
    assert cold.value["totals"]["lines"] == len(after_one)
    assert warm.value["totals"]["lines"] <= 3  # Executions that became old enough since
    assert not doubled(exported(cloud))


@dataclass
class Recovery:
    """The state after a killed invocation, the results of the next ones, and all calls."""

    cloud: LocalCloud
    killed: Answer
    left: list[dict[str, Any]]
    leases: int
    answers: list[Answer]
    cold_starts: int
    lines: list[dict[str, Any]]
    wanted: set[str]
    calls: list[Call]


@pytest.fixture(scope="module")
def recovery(
    built: Built, aws_servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Recovery:
    """Make one invocation that hangs at unanswered puts until it is killed, then others."""
    directory = tmp_path_factory.mktemp("recovery")
    calls = directory / "calls"
    lost = LostAnswers(puts=10)
    (port,) = free_ports(1)
    with local_cloud(EXECUTIONS, shared=aws_servers) as cloud:
        begun = datetime.now(UTC)
        s3 = urlsplit(cloud.s3.endpoint)
        environment = cloud.environment() | {
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
            "RECORDED_CALLS": str(calls),
        }
        with (
            relay("127.0.0.1", port, ("127.0.0.1", s3.port or 80), lost.asked, lost.answered),
            LambdaRuntime(
                built, environment, directory / "log", timeout_seconds=6, beside=[RECORDER]
            ) as function,
        ):
            killed = function.invoke(SCHEDULED_EVENT)
            left = exported(cloud)
            lost.answer_again()
            leases = leases_end(cloud, datetime.now(UTC) + timedelta(hours=1))
            answers = [function.invoke(SCHEDULED_EVENT)]
            leases_end(cloud, datetime.now(UTC))
            answers += _until_complete(function)
            starts = len(function.cold_starts)
        return Recovery(
            cloud,
            killed,
            left,
            leases,
            answers,
            starts,
            exported(cloud),
            wanted(cloud, begun),
            recorded(calls),
        )


def leases_end(cloud: LocalCloud, until: datetime) -> int:
    """Set when the leases of the killed invocation expire, independent of machine speed."""
    client = boto3.client("dynamodb", **cloud.dynamodb.client_options())
    held = [item for item in client.scan(TableName=cloud.table)["Items"] if "lease" in item]
    for item in held:
        client.update_item(
            TableName=cloud.table,
            Key={name: item[name] for name in ("dataset", "flow_sid")},
            UpdateExpression="SET lease_until = :until",
            ExpressionAttributeValues={":until": {"N": str(int(until.timestamp()))}},
        )
    return len(held)


def _until_complete(function: LambdaRuntime) -> Iterator[Answer]:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        answer = function.invoke(SCHEDULED_EVENT)
        yield answer
        if answer.error or answer.value["complete"]:
            return
        time.sleep(1)


def test_an_invocation_that_hangs_is_killed_at_its_timeout(recovery: Recovery) -> None:
    assert recovery.killed.error == "Task timed out after 6.00 seconds"
    assert 9 <= len(recovery.left) < EXECUTIONS


def test_the_next_invocation_starts_cold_and_respects_the_lease(recovery: Recovery) -> None:
    first = recovery.answers[0]

    leased = [flow for flow in first.value["flows"].values() if flow.get("leased")]
    assert recovery.cold_starts >= 2
    assert len(leased) == recovery.leases > 0


def test_later_invocations_recover_everything_and_double_nothing(recovery: Recovery) -> None:
    """Some puts of the killed invocation had their effect, and no answer."""
    last = recovery.answers[-1]

    assert last.error is None
    assert last.value["complete"]
    assert recovery.wanted <= {line["sid"] for line in recovery.lines}
    assert not doubled(recovery.lines)


def test_the_role_allows_exactly_the_calls_that_a_run_makes(recovery: Recovery) -> None:
    """A cold run that meets a lease and reads logs again makes every call."""
    cloud = recovery.cloud
    names = {"ExistingBucket": cloud.bucket, "ExportPrefix": PREFIX}
    stack = render(**names, TwilioSecretArn=cloud.secret_arn)
    policy = policy_of(stack, "ExporterRole")
    table = stack.properties("Exporter")["Environment"]["Variables"]["CHECKPOINT_TABLE"]

    refused = [
        call
        for call in recovery.calls
        if not allowed(policy, call.action, call.resource.replace(cloud.table, table), call.context)
    ]

    assert not refused
    assert {call.action for call in recovery.calls} == actions(policy) - CALLS_OF_LAMBDA


def test_the_command_replays_a_range_through_the_function_by_one_invocation(
    built: Built, cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    span = ("--since", f"{now - timedelta(days=3):%Y-%m-%d}", "--until", f"{now:%Y-%m-%d}")
    arguments = ["replay", "--function", "function", *span, "--json"]
    for name, value in cloud.s3.environment().items():
        monkeypatch.setenv(name, value)
    with LambdaRuntime(built, cloud.environment(), tmp_path / "log") as function:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", function.url)
        results = [json.loads(CliRunner().invoke(app, arguments).stdout) for _ in range(2)]
        invocations = function.log.count("REPORT RequestId")
    assert [each["nothing_missed"] for each in results] == [False, True]
    assert results[0]["totals"]["lines"] == len(exported(cloud)) > 0
    assert not doubled(exported(cloud))
    assert invocations == len(results)
