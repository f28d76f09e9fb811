"""The function leaks no private value outside the lines, under every fault and oddity."""

import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest
from isal import isal_zlib

from simulator.faults import Fault, Kind
from simulator.request import Operation
from studio_export.errors import StudioExportError
from tests.integration.function_world import BUCKET, FunctionWorld, function_world
from tests.leaks.canaries import (
    API_KEY,
    API_SECRET,
    CANARIES,
    NUMBER,
    OF_EXECUTIONS,
    PRIVACY_KEY,
    canary_studio,
)
from tests.leaks.sinks import Sinks, libraries_as_they_come
from tools.devkit.servers.server import AwsServer

RANGE = {"from": "2026-01-01", "to": "2100-01-01"}
HIDE_ALL = "contact_channel_address=hmac,contact_sid=mask,initiated_by=drop,context=hmac"
GOOD_SECRET = {"api_key": API_KEY, "api_secret": API_SECRET, "privacy_key": PRIVACY_KEY}
FAULTS = [
    *(Fault(kind) for kind in Kind if kind not in {Kind.SPOILED_ROWS, Kind.SLOW}),
    Fault(Kind.SERVER_ERROR, value=400),
    Fault(Kind.SERVER_ERROR, value=500),
    Fault(Kind.THROTTLED, value=f"+1{NUMBER}"),
    Fault(Kind.REDIRECT, value=f"http://127.0.0.1:9/+1{NUMBER}?{API_SECRET}"),
    Fault(Kind.UNAUTHORIZED, operation=Operation.FLOWS),
    Fault(Kind.HTML_PAGE, operation=Operation.FLOWS),
    Fault(Kind.FOREIGN_HOST, value=f"+1{NUMBER}:{API_SECRET}@127.0.0.1:9"),
]


@pytest.fixture
def world(secrets_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FunctionWorld]:
    with function_world(secrets_server, monkeypatch, canary_studio()) as made:
        made.set_secret(json.dumps(GOOD_SECRET))
        made.setenv(SWEEP_AGES="2m", LOOKBACK_DAYS="1")
        with libraries_as_they_come():
            yield made


def invoke(world: FunctionWorld, sinks: Sinks, event: object = None, seconds: float = 1) -> bool:
    """Invoke the function, and record its result; return whether it failed."""
    try:
        sinks.add("summaries", world.invoke(event or {}, seconds))
    except StudioExportError as error:
        sinks.add_error("errors", error)
        return True
    return False


def look(world: FunctionWorld, sinks: Sinks) -> list[bytes]:
    """Record keys, metadata and items; return the bodies of the objects."""
    bodies = []
    sinks.add("checkpoint items", world.items())
    for key in world.keys():  # noqa: SIM118  no dict
        answer = world.s3.get_object(Bucket=f"{BUCKET}-{world.name}", Key=key)
        sinks.add("object keys", key)
        sinks.add("object metadata", answer["ResponseMetadata"]["HTTPHeaders"])
        body = answer["Body"].read()
        bodies.append(isal_zlib.decompress(body, wbits=31) if key.endswith(".gz") else body)
    return bodies


def go_through_all(world: FunctionWorld, sinks: Sinks) -> int:
    """Run and replay, without and with each fault; return how many invocations failed."""
    with sinks.capture_output():
        failed = invoke(world, sinks, seconds=20) + invoke(world, sinks, RANGE, seconds=20)
    assert failed == 0
    for fault in FAULTS:
        world.forget_checkpoints()
        world.studio.faults.on(Fault(Kind.PAGE_SIZE, value=8), fault)
        with sinks.capture_output():
            failed += invoke(world, sinks) + invoke(world, sinks, RANGE)
        world.studio.faults.off()
    return failed


@pytest.mark.long
def test_private_values_are_in_the_lines_and_nowhere_else(
    world: FunctionWorld, sinks: Sinks
) -> None:
    failed = go_through_all(world, sinks)
    bodies = look(world, sinks)

    assert sinks.caught() == []
    # The values were in the lines, and every place was searched.
    assert failed > len(FAULTS) / 2
    assert [
        name for name, value in OF_EXECUTIONS.items() if value.encode() not in b"".join(bodies)
    ] == []
    assert set(sinks.places) == {
        *("summaries", "errors", "log records", "standard output", "standard error"),
        *("checkpoint items", "object keys", "object metadata"),
    }


def test_values_hidden_by_the_policy_are_not_in_the_objects_either(
    world: FunctionWorld, sinks: Sinks
) -> None:
    world.setenv(PRIVACY=HIDE_ALL)
    with sinks.capture_output():
        invoke(world, sinks, seconds=20)
    bodies = look(world, sinks)
    assert len(bodies) > 2
    for body in bodies:
        sinks.add("objects", body)

    assert sinks.caught() == []


@pytest.mark.parametrize(
    "secret",
    [
        f"{API_KEY}:{API_SECRET}",
        json.dumps([GOOD_SECRET]),
        json.dumps({"key": API_SECRET, "privacy_key": PRIVACY_KEY}),
        json.dumps({"api_key": API_SECRET, "api_secret": API_SECRET}),
        json.dumps({**GOOD_SECRET, "privacy_key": PRIVACY_KEY[:20]}),
    ],
)
def test_an_invalid_secret_is_not_printed(
    secret: str, world: FunctionWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    sinks = Sinks({**CANARIES, "half a privacy key": PRIVACY_KEY[:20]}, capfd)
    world.setenv(PRIVACY=HIDE_ALL)
    world.set_secret(secret)
    with sinks.capture_output():
        assert invoke(world, sinks)

    assert sinks.caught() == []


@pytest.mark.parametrize("variable", ["EXPORT_BUCKET", "CHECKPOINT_TABLE", "TWILIO_SECRET_ID"])
def test_an_error_of_aws_leaks_nothing(variable: str, world: FunctionWorld, sinks: Sinks) -> None:
    world.setenv(**{variable: "nowhere"})
    with sinks.capture_output():
        assert invoke(world, sinks, seconds=20)  # enough to reach AWS on a busy machine

    assert sinks.caught() == []


# The detection itself

OUTPUTS: dict[str, Callable[[str], object]] = {
    "standard output": lambda value: sys.stdout.write(value + "\n"),
    "standard error": lambda value: sys.stderr.write(value + "\n"),
    "log records": lambda value: logging.getLogger("botocore.parsers").debug("%s", value),
}
LAID: dict[str, Callable[[FunctionWorld, str], object]] = {
    "object keys": lambda world, value: world.s3.put_object(
        Bucket=f"{BUCKET}-{world.name}", Key=value
    ),
    "object metadata": lambda world, value: world.s3.put_object(
        Bucket=f"{BUCKET}-{world.name}", Key="key", Metadata={"note": value}
    ),
    "checkpoint items": lambda world, value: world.dynamodb.put_item(
        TableName=f"checkpoints-{world.name}",
        Item={"dataset": {"S": "d"}, "flow_sid": {"S": "f"}, "lease": {"S": value}},
    ),
}


@pytest.mark.parametrize("place", OUTPUTS)
def test_a_leak_in_the_output_is_caught(place: str, sinks: Sinks) -> None:
    with libraries_as_they_come(), sinks.capture_output():
        OUTPUTS[place](f"+1{NUMBER}")

    assert {each.split(":")[0] for each in sinks.caught()} == {f"telephone number in {place}"}


@pytest.mark.parametrize("place", LAID)
def test_a_leak_in_bucket_or_table_is_caught(
    place: str, world: FunctionWorld, sinks: Sinks
) -> None:
    LAID[place](world, f"+1{NUMBER}")
    look(world, sinks)

    assert {each.split(":")[0] for each in sinks.caught()} == {f"telephone number in {place}"}


def test_a_leak_in_an_errors_cause_is_caught(sinks: Sinks) -> None:
    try:
        try:
            int(f"+1{NUMBER} text")
        except ValueError as error:
            raise StudioExportError("a number is none") from error
    except StudioExportError as error:
        sinks.add_error("errors", error)

    assert sinks.caught()
