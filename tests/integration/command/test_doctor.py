"""`studio-export doctor`: each fault is one clear verdict, and nothing else is wrong."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from studio_export.adapters.credentials import StaticCredentials
from studio_export.adapters.system_clock import SystemClock
from studio_export.command.examine_twilio import Twilio, api_url, other_regions
from studio_export.command.verdict import Severity, Verdict
from studio_export.model import Checkpoint, Credentials
from studio_export.settings import read_studio
from tests.contract.checkpoint_tables import DynamoDbBench
from tests.integration.command.running import run
from tests.servers.process import free_ports
from tests.servers.server import AwsServer
from tests.studio.account import Account
from tests.studio.faults import Fault, Kind
from tests.studio.server import StudioServer
from tests.studio.studio import Studio
from tests.unit.adapters.scripted_server import answer, scripted_server

_FLOW = "FW" + "0" * 32
_NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def _told(*arguments: object, code: int) -> list[dict[str, str]]:
    result = run("doctor", *arguments, "--json")
    assert result.exit_code == code, result.output
    told = json.loads(result.stdout)
    assert told["well"] is (code == 0)
    return list(told["verdicts"])


def _by(verdicts: list[dict[str, str]], *severities: str) -> list[tuple[str, str]]:
    return [(each["subject"], each["what"]) for each in verdicts if each["severity"] in severities]


def _one_wrong(verdicts: list[dict[str, str]]) -> dict[str, str]:
    (wrong,) = (each for each in verdicts if each["severity"] == "wrong")
    assert wrong["do"]
    return wrong


def test_a_sound_setup_has_nothing_wrong(to: Path) -> None:
    run("run", "--to", to)
    verdicts = _told("--to", to, code=0)
    assert _by(verdicts, "wrong", "warning") == []
    assert {"settings", "clock", "key", "Executions", "write once", "items"} <= {
        each["subject"] for each in verdicts if each["severity"] == "ok"
    }


def test_a_wrong_key(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_API_SECRET", "wrong")
    wrong = _one_wrong(_told("--to", to, code=1))
    assert wrong["subject"] == "key"
    assert "HTTP 401 code 20003" in wrong["what"]
    assert "wrong" not in wrong["what"].split()


def test_a_key_of_another_region(server: StudioServer) -> None:
    elsewhere = Studio(lambda: datetime.now(UTC), Account(seed="ie1"))
    with StudioServer(elsewhere) as ireland:
        regions = {"us": server.url, "TWILIO_EDGE=dublin TWILIO_REGION=ie1": ireland.url}
        key = next(iter(elsewhere.account.credentials.items()))
        verdicts = list(_twilio(server.url, key, others=regions).examine())
    (wrong,) = (each for each in verdicts if each.severity is Severity.WRONG)
    assert wrong == Verdict(
        "region",
        Severity.WRONG,
        f"refused by {server.url}, accepted by {ireland.url}",
        "The key is of another region: TWILIO_EDGE=dublin TWILIO_REGION=ie1.",
    )


@pytest.mark.parametrize(("skew", "said"), [(600, "behind"), (-600, "ahead of")])
def test_a_clock_ten_minutes_off(server: StudioServer, to: Path, skew: int, said: str) -> None:
    server.studio.faults.on(Fault(Kind.CLOCK_SKEW, skew))
    wrong = _one_wrong(_told("--to", to, code=1))
    assert wrong["subject"] == "clock"
    assert wrong["what"] == f"10m {said} Twilio's"


def test_a_clock_a_minute_off_is_a_warning(server: StudioServer, to: Path) -> None:
    server.studio.faults.on(Fault(Kind.CLOCK_SKEW, 61))
    ((subject, _),) = _by(_told("--to", to, code=0), "warning")
    assert subject == "clock"


def test_nobody_answers(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    monkeypatch.setenv("STUDIO_BASE_URL", f"http://127.0.0.1:{port}")
    wrong = _one_wrong(_told("--to", to, code=1))
    assert (wrong["subject"], f"127.0.0.1:{port}" in wrong["what"]) == ("reach", True)


def test_missing_settings_do_not_hide_the_rest(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_API_SECRET")
    verdicts = _told("--to", to, code=1)
    assert _one_wrong(verdicts)["what"] == "TWILIO_API_SECRET is not set"
    assert ("write once", "a key that is taken is refused") in _by(verdicts, "ok")


def test_a_flow_that_is_not_there(to: Path) -> None:
    wrong = _one_wrong(_told("--to", to, "--flow", _FLOW, code=1))
    assert wrong["what"] == f"Twilio knows no Flow {_FLOW}"


@pytest.mark.parametrize("kind", [Kind.SUSPENDED, Kind.NO_PERMISSION])
def test_a_refusal_says_its_code(server: StudioServer, to: Path, kind: Kind) -> None:
    server.studio.faults.on(Fault(kind))
    wrong = _one_wrong(_told("--to", to, code=1))
    assert wrong["subject"] == "key"
    assert "HTTP 403 code" in wrong["what"]


def test_the_accounts_token_is_more_than_is_needed(
    server: StudioServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWILIO_API_KEY")
    monkeypatch.delenv("TWILIO_API_SECRET")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", server.studio.account.sid)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    ((subject, what),) = _by(_told("--to", to, code=0), "warning")
    assert (subject, what) == ("scope", "the account's auth token may do everything")


@pytest.mark.parametrize(
    ("status", "severity"),
    [(200, Severity.WARNING), (401, Severity.OK), (403, Severity.OK), (404, Severity.UNKNOWN)],
)
def test_a_key_that_reads_more_than_studio_is_told_from_one_that_does_not(
    server: StudioServer, status: int, severity: Severity
) -> None:
    key = next(iter(server.studio.account.credentials.items()))
    with scripted_server(answer(status)) as api:
        *_, scope = _twilio(server.url, key, api=api.url).examine()
        (request,) = api.requests
    assert (scope.subject, scope.severity) == ("scope", severity)
    path = f"/2010-04-01/Accounts/{server.studio.account.sid}/Queues.json?PageSize=1"
    assert request.startswith(f"GET {path} ")


def test_the_key_goes_to_no_host_but_twilios_own() -> None:
    assert api_url("https://studio.twilio.com") == "https://api.twilio.com"
    assert api_url("https://studio.dublin.ie1.twilio.com") == "https://api.dublin.ie1.twilio.com"
    for proxy in ("https://studio.example.com", "http://studio.twilio.com", "https://twilio.com"):
        assert api_url(proxy) is None
        assert other_regions(proxy) == {}


def test_a_dry_run_writes_nothing(to: Path) -> None:
    verdicts = _told("--to", to, "--dry-run", code=0)
    assert ("write once", "not tried: it would write doctor/write-once.txt") in _by(
        verdicts, "unknown"
    )
    assert not to.exists()


def _twilio(
    base_url: str,
    key: tuple[str, str],
    others: dict[str, str] | None = None,
    api: str | None = None,
) -> Twilio:
    name, secret = key
    settings = read_studio(
        {"STUDIO_BASE_URL": base_url, "TWILIO_API_KEY": name, "TWILIO_API_SECRET": secret}
    )
    credentials = StaticCredentials(Credentials(name, secret))
    return Twilio(settings, credentials, SystemClock(), others or {}, api)


@pytest.fixture
def aws(
    environment: dict[str, str], secrets_server: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Keyword arguments for clients of moto, which the command is led to as well."""
    assert environment
    for name, value in secrets_server.environment().items():
        monkeypatch.setenv(name, value)
    return secrets_server.client_options()


def _bucket(aws: dict[str, Any]) -> tuple[Any, str]:
    """A bucket as the template makes it."""
    s3, bucket = boto3.client("s3", **aws), f"doctor-{uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    return s3, bucket


def _bucket_verdicts(bucket: str, code: int) -> list[dict[str, str]]:
    return _told("--to", f"s3://{bucket}/studio", code=code)


def test_a_bucket_as_the_template_makes_it_is_sound(aws: dict[str, Any]) -> None:
    _, bucket = _bucket(aws)
    assert _by(_bucket_verdicts(bucket, 0), "wrong", "warning") == []


def test_a_bucket_without_versioning(aws: dict[str, Any]) -> None:
    s3, bucket = _bucket(aws)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    ((subject, what),) = _by(_bucket_verdicts(bucket, 0), "warning", "wrong")
    assert (subject, what) == ("versioning", "the bucket keeps no versions (Suspended)")


def test_a_bucket_that_was_just_made_lacks_versions_and_a_block(aws: dict[str, Any]) -> None:
    bucket = f"doctor-{uuid4().hex}"
    boto3.client("s3", **aws).create_bucket(Bucket=bucket)
    subjects = {subject for subject, _ in _by(_bucket_verdicts(bucket, 0), "warning")}
    assert {"versioning", "public"} <= subjects


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"Filter": {"Prefix": "studio/"}, "Expiration": {"Days": 7}}, 1),
        ({"Filter": {"Prefix": ""}, "Expiration": {"Days": 34}}, 1),
        ({"Filter": {"Prefix": ""}, "Expiration": {"Days": 35}}, 0),
        ({"Filter": {"Prefix": "other/"}, "Expiration": {"Days": 7}}, 0),
        (
            {
                "Filter": {"Prefix": "studio/executions/dt="},
                "Transitions": [{"Days": 10, "StorageClass": "DEEP_ARCHIVE"}],
            },
            1,
        ),
        (
            {
                "Filter": {"Prefix": "studio/"},
                "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
            },
            0,
        ),
        ({"Filter": {"Tag": {"Key": "a", "Value": "b"}}, "Expiration": {"Days": 7}}, 0),
    ],
    ids=str,
)
def test_a_rule_that_takes_objects_away_too_early(
    aws: dict[str, Any], rule: dict[str, Any], code: int
) -> None:
    s3, bucket = _bucket(aws)
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [{"ID": "tidy", "Status": "Enabled", **rule}]},
    )
    verdicts = _bucket_verdicts(bucket, code)
    if code:
        assert _one_wrong(verdicts)["subject"] == "lifecycle"


def test_a_bucket_that_is_not_there(aws: dict[str, Any]) -> None:
    assert aws
    wrong = _one_wrong(_bucket_verdicts("nowhere-at-all", 1))
    assert wrong["subject"] == "write once"
    assert "NoSuchBucket" in wrong["what"]


def test_a_bucket_that_is_not_there_is_seen_by_a_dry_run_too(aws: dict[str, Any]) -> None:
    assert aws
    wrong = _one_wrong(_told("--to", "s3://nowhere-at-all/studio", "--dry-run", code=1))
    assert wrong["subject"] == "write once"


def test_the_probe_is_written_once_and_for_all(
    environment: dict[str, str], s3_server: AwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    s3 = boto3.client("s3", **s3_server.client_options())
    s3.create_bucket(Bucket="probed")
    for _ in range(2):
        verdicts = _told("--to", "s3://probed/studio", code=0)
        assert ("write once", "a key that is taken is refused") in _by(verdicts, "ok")
    (found,) = s3.list_objects_v2(Bucket="probed")["Contents"]
    assert found["Key"] == "studio/doctor/write-once.txt"


@pytest.fixture
def table(
    to: Path,  # noqa: ARG001  sets the environment
    dynamodb_server: AwsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> DynamoDbBench:
    for name, value in dynamodb_server.environment().items():
        monkeypatch.setenv(name, value)
    return DynamoDbBench(dynamodb_server, f"doctor-{uuid4().hex}")


def _table_verdicts(to: Path, bench: DynamoDbBench, code: int) -> list[dict[str, str]]:
    return _told("--to", to, "--checkpoints", f"dynamodb:{bench.table}", code=code)


def test_a_table_of_a_newer_version(to: Path, table: DynamoDbBench) -> None:
    table.create()
    ours = DynamoDbBench(table.server, table.table, f"file://{to.resolve()}")
    for sid in (_FLOW, "FW" + "1" * 32):
        ours.open().acquire(sid, "a", _NOW, _NOW)
        ours.open().save(sid, "a", Checkpoint({120: _NOW}, {120: 60}), release=True)
    ours.set_version(_FLOW, 2)
    verdicts = _table_verdicts(to, table, 1)
    wrong = _one_wrong(verdicts)
    assert wrong["subject"] == "items"
    assert f"the checkpoint of {_FLOW}" in wrong["what"]
    assert "version 2, newer than 1" in wrong["what"]
    assert ("items", "of 1 Flow can be read") in _by(verdicts, "ok")


def test_a_table_that_is_not_there(to: Path, table: DynamoDbBench) -> None:
    wrongs = _by(_table_verdicts(to, table, 1), "wrong")
    assert wrongs[0] == ("table", "there is no such table")


def test_a_table_with_other_keys(to: Path, table: DynamoDbBench) -> None:
    table.client().create_table(
        TableName=table.table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "flow", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "flow", "AttributeType": "S"}],
    )
    assert ("table", "its keys are flow S HASH") in _by(_table_verdicts(to, table, 1), "wrong")


def _stack(aws: dict[str, Any]) -> tuple[str, str, str]:
    """A stack's name, its queue of failed invocations, and the ARN of its function."""
    _, bucket = _bucket(aws)
    name = f"export-{uuid4().hex[:8]}"
    table = DynamoDbBench(AwsServer("moto", aws["endpoint_url"]), name)
    table.create()
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    outputs = {
        "Bucket": bucket,
        "Prefix": "studio",
        "CheckpointTable": name,
        "FunctionArn": arn,
        "FailedInvocationsQueue": {"Ref": "Failed"},
    }
    template = {
        "Resources": {"Failed": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    boto3.client("cloudformation", **aws).create_stack(
        StackName=name, TemplateBody=json.dumps(template)
    )
    return name, boto3.client("sqs", **aws).get_queue_url(QueueName=name)["QueueUrl"], arn


def _schedule(aws: dict[str, Any], arn: str, state: str) -> None:
    boto3.client("scheduler", **aws).create_schedule(
        Name=arn.rpartition(":")[2],
        ScheduleExpression="rate(15 minutes)",
        State=state,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": "arn:aws:iam::123456789012:role/schedule"},
    )


def test_a_stack_tells_its_place_schedule_and_queues(aws: dict[str, Any]) -> None:
    name, _, arn = _stack(aws)
    _schedule(aws, arn, "ENABLED")
    verdicts = _told("--stack", name, code=0)
    said = _by(verdicts, "ok")
    assert ("schedule", "enabled, rate(15 minutes)") in said
    assert ("queue", f"{name} is empty") in said
    assert ("table", "is there, with the right keys") in said


def test_a_disabled_schedule(aws: dict[str, Any]) -> None:
    name, _, arn = _stack(aws)
    _schedule(aws, arn, "DISABLED")
    assert _one_wrong(_told("--stack", name, code=1))["what"] == "disabled: no tick comes"


def test_the_last_failed_invocation_is_told_with_its_error(aws: dict[str, Any]) -> None:
    name, queue_url, arn = _stack(aws)
    _schedule(aws, arn, "ENABLED")
    record = {
        "requestPayload": {"secret": "of the event"},
        "responsePayload": {"errorType": "AccessError", "errorMessage": "Twilio refuses"},
    }
    boto3.client("sqs", **aws).send_message(QueueUrl=queue_url, MessageBody=json.dumps(record))
    for _ in range(2):  # looking hides the message from nobody
        wrong = _one_wrong(_told("--stack", name, code=1))
        assert wrong["what"].startswith(f"{name} has 1 message; the newest: ")
        assert wrong["what"].endswith("AccessError: Twilio refuses")


def test_a_stack_that_is_not_there_is_told_in_a_line(aws: dict[str, Any]) -> None:
    assert aws
    result = run("doctor", "--stack", "nowhere")
    assert result.exit_code in {3, 75}
    assert "cloudformation:DescribeStacks on nowhere" in result.stderr
