"""The compactor as SAM builds it, in Lambda's runtime, with a real S3 server."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from studio_export.adapters.s3 import S3Store
from studio_export.details.child_log import ChildLog
from studio_export.details.dataset import Fetched
from studio_export.log.keys import STEPS, LogKey
from tests.template.calls import RECORDER, Call, recorded
from tests.template.policy import may
from tests.unit.compaction.day_logs import FLOW
from tools.devkit.servers.server import AwsServer
from tools.devkit.template.rendered import Rendered, render
from tools.local_lambda.build import Built
from tools.local_lambda.runtime import Answer, LambdaRuntime

_PREFIX = "studio"
_DATASETS = "executions,steps"
_DAY = str((datetime.now(UTC) - timedelta(days=5)).date())
_CORRUPT = str((datetime.now(UTC) - timedelta(days=6)).date())


@dataclass
class Lived:
    """The results of three invocations, the objects afterwards, and the calls made."""

    scheduled: Answer
    named: Answer
    refused: Answer
    objects: dict[str, bytes]
    calls: list[Call]


@dataclass
class Compacting:
    """The function and the bucket that it compacts."""

    function: LambdaRuntime
    client: Any
    bucket: str
    calls: Path

    def store(self, prefix: str) -> S3Store:
        return S3Store(self.client, self.bucket, prefix)

    def objects(self) -> dict[str, bytes]:
        store = self.store(_PREFIX)
        return {key: store.get(key) for key in store.list("")}


@contextmanager
def _compacting(
    built: Built, server: AwsServer, directory: Path, **parameters: str
) -> Iterator[Compacting]:
    built = replace(built, function=built.function.parent / "Compactor")
    environment, calls = _environment(**parameters), directory / "calls"
    client, bucket = boto3.client("s3", **server.client_options()), environment["EXPORT_BUCKET"]
    client.create_bucket(Bucket=bucket)
    environment |= {
        "AWS_ENDPOINT_URL_S3": server.endpoint,
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "RECORDED_CALLS": str(calls),
    }
    with LambdaRuntime(built, environment, directory / "log", beside=[RECORDER]) as function:
        yield Compacting(function, client, bucket, calls)


@pytest.fixture(scope="module")
def lived(built: Built, s3_server: AwsServer, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    with _compacting(built, s3_server, tmp_path_factory.mktemp("compactor")) as compacting:
        _export(compacting.store(_PREFIX))
        scheduled = compacting.function.invoke({})
        named = compacting.function.invoke({"days": [_DAY]})
        refused = compacting.function.invoke({"days": "yesterday"})
        return Lived(scheduled, named, refused, compacting.objects(), recorded(compacting.calls))


def _export(store: S3Store, *, has_gap: bool = True) -> None:
    """Write a day of four lines, with Steps of the final ones, and a day with a gap in its log."""
    for number, status in enumerate(("ended", "active", "ended", "ended")):
        line = {"sid": f"FN{number}", "status": status, "date_created": f"{_DAY}T10:00:0{number}Z"}
        body = gzip.compress(json.dumps(line).encode() + b"\n")
        key = f"executions/dt={_DAY}/{FLOW}-T10-{number:05}.jsonl.gz"
        assert store.put_if_absent(key, body, {})
        if status == "ended":
            steps = {"execution_sid": line["sid"], "flow_sid": FLOW, "steps": []}
            log = ChildLog(STEPS, LogKey(_DAY, FLOW, "10", number))
            log.append(store, {line["sid"]: Fetched(json.dumps(steps).encode())})
    if has_gap:
        store.put_if_absent(f"executions/dt={_CORRUPT}/{FLOW}-T10-00001.jsonl.gz", b"", {})


def _stack(**parameters: str) -> Rendered:
    defaults = {"ExistingBucket": "studio-export", "ExportPrefix": _PREFIX, "Datasets": _DATASETS}
    return render(**defaults | parameters)


def _environment(**parameters: str) -> dict[str, Any]:
    stack = _stack(**parameters)
    declared = stack.properties("Compactor")["Environment"]["Variables"]
    return {name: str(value) for name, value in declared.items()}


def test_a_scheduled_run_compacts_due_days_and_then_reports_corrupt_ones(lived: Lived) -> None:
    body = lived.objects[f"daily/dt={_DAY}/00000.jsonl.gz"]
    sids = [json.loads(line)["sid"] for line in gzip.decompress(body).splitlines()]

    assert sids == ["FN0", "FN2", "FN3"]
    assert lived.scheduled.error
    assert "DaysFailedError" in str(lived.scheduled.error)
    assert f"{_CORRUPT}: CorruptLogError: an object is missing" in str(lived.scheduled.error)


def test_it_compacts_the_datasets_that_are_on(lived: Lived) -> None:
    body = lived.objects[f"daily-steps/dt={_DAY}/00000.jsonl.gz"]
    sids = [json.loads(line)["execution_sid"] for line in gzip.decompress(body).splitlines()]

    assert sids == ["FN0", "FN2", "FN3"]


def test_a_named_day_is_checked_again_and_nothing_is_added(lived: Lived) -> None:
    assert lived.named.error is None
    day = {"day": _DAY, "stage": "growing", "parts": 1, "rows": 3, "error": None}
    counts = {"added": 0, "conflicts": 0, "absent": 0}
    assert lived.named.value == {
        "complete": True,
        "left": 0,
        "days": [
            {"dataset": "executions", "objects": 4, **day, **counts},
            {"dataset": "steps", "objects": 7, **day, **counts},
        ],
    }


def test_an_invalid_event_is_refused(lived: Lived) -> None:
    assert "InvalidEventError" in str(lived.refused.error)


def test_the_role_allows_every_call_that_was_made(lived: Lived) -> None:
    stack = _stack()

    assert {call.action for call in lived.calls} == {
        *("s3:GetObject", "s3:ListBucket", "s3:PutObject")
    }
    assert not [call for call in lived.calls if not may(stack, "CompactorRole", call)]


def test_each_account_is_compacted_although_another_has_a_day_that_is_corrupt(
    built: Built, s3_server: AwsServer, tmp_path: Path
) -> None:
    accounts = {
        "ExistingBucket": "studio-export-of-accounts",
        "Accounts": "acme,globex",
        "TwilioSecretPrefix": "studio-export/",
    }
    with _compacting(built, s3_server, tmp_path, **accounts) as compacting:
        for name in ("acme", "globex"):
            _export(compacting.store(f"{_PREFIX}/account={name}"), has_gap=name == "acme")
        scheduled = compacting.function.invoke({})
        named = compacting.function.invoke({"account": "acme", "days": [_DAY]})
        unknown = compacting.function.invoke({"account": "initech"})
        objects, calls = compacting.objects(), recorded(compacting.calls)

    assert f"acme: {_CORRUPT}: CorruptLogError: an object is missing" in str(scheduled.error)
    assert "globex" not in str(scheduled.error)
    for name in ("acme", "globex"):
        assert f"account={name}/daily/dt={_DAY}/00000.jsonl.gz" in objects
        assert f"account={name}/daily-steps/dt={_DAY}/00000.jsonl.gz" in objects
    assert not [key for key in objects if key.startswith("daily")]
    assert named.value["accounts"]["acme"]["days"][0]["rows"] == 3
    assert "InvalidEventError" in str(unknown.error)
    stack = _stack(**accounts)
    assert not [call for call in calls if not may(stack, "CompactorRole", call)]
