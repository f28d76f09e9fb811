"""Lambda's Invoke call and the engine of state machines, without the function itself."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tools.devkit.servers.lambda_service import LambdaService, Outcome, serving
from tools.devkit.servers.server import AwsServer
from tools.devkit.servers.step_functions import StepFunctions, step_functions
from tools.local_lambda.environment import outcome_of

Handle = Callable[[Any], Outcome]


@dataclass
class Handler:
    """An environment whose handler is a function of the event."""

    handle: Handle

    def invoke(self, event: bytes) -> Outcome:
        return self.handle(json.loads(event))


@dataclass
class Busy:
    """A handler that returns when it may."""

    began: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _: Any) -> Outcome:
        self.began.set()
        self.may_end.wait(60)
        return Outcome(b'{"done": true}')


def echo(event: Any) -> Outcome:
    return Outcome(json.dumps({"got": event}).encode())


def fail(_: Any) -> Outcome:
    return outcome_of(b'{"errorType": "ValueError", "errorMessage": "no"}')


def time_out(_: Any) -> Outcome:
    return outcome_of(b"2026-11-23T14:00:00Z 1 Task timed out after 6.00 seconds")


@dataclass
class Served:
    service: LambdaService
    client: Any


@pytest.fixture
def busy() -> Iterator[Busy]:
    made = Busy()
    yield made
    made.may_end.set()


@pytest.fixture
def served(busy: Busy) -> Iterator[Served]:
    handlers: dict[str, Handle] = {"echo": echo, "fail": fail, "time-out": time_out, "busy": busy}
    service = LambdaService({name: [Handler(each)] for name, each in handlers.items()})
    with serving(service) as url:
        options = AwsServer("lambda", url).client_options()
        config = Config(retries={"total_max_attempts": 1})
        yield Served(service, boto3.client("lambda", **options, config=config))


def test_an_invocation_returns_what_the_handler_returns(served: Served) -> None:
    answer = served.client.invoke(FunctionName="echo", Payload=b'{"a": 1}')

    assert json.load(answer["Payload"]) == {"got": {"a": 1}}
    assert "FunctionError" not in answer


def test_a_function_is_found_by_its_arn(served: Served) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:echo"

    assert served.client.invoke(FunctionName=arn, Payload=b"{}")["StatusCode"] == 200


@pytest.mark.parametrize(
    ("function", "error"), [("fail", "ValueError"), ("time-out", "Sandbox.Timedout")]
)
def test_an_error_of_the_handler_is_200_with_its_type(
    served: Served, function: str, error: str
) -> None:
    answer = served.client.invoke(FunctionName=function, Payload=b"{}")

    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"])["errorType"] == error
    assert [each.error for each in served.service.invocations] == [error]


def test_a_function_without_a_free_environment_is_throttled(served: Served, busy: Busy) -> None:
    first = threading.Thread(
        target=served.client.invoke, kwargs={"FunctionName": "busy", "Payload": b"{}"}
    )
    first.start()
    busy.began.wait(10)

    with pytest.raises(ClientError) as refused:
        served.client.invoke(FunctionName="busy", Payload=b"{}")
    busy.may_end.set()
    first.join()

    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert served.service.throttled == 1
    assert served.client.invoke(FunctionName="busy", Payload=b"{}")["StatusCode"] == 200


def test_an_unknown_function_is_refused(served: Served) -> None:
    with pytest.raises(served.client.exceptions.ResourceNotFoundException):
        served.client.invoke(FunctionName="other", Payload=b"{}")


@pytest.mark.parametrize("value", [b'{"errorMessage": "of a record"}', b"[]", b"null", b'"text"'])
def test_a_value_that_is_no_error_is_a_result(value: bytes) -> None:
    assert outcome_of(value) == Outcome(value)


def task(function: str, **fields: object) -> str:
    """Return a machine of one task that invokes the function."""
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload.$": "$"},
        "OutputPath": "$.Payload",
        "End": True,
    }
    return json.dumps({"StartAt": "Only", "States": {"Only": state | fields}})


@pytest.fixture
def engine(served: Served) -> Iterator[StepFunctions]:
    with step_functions(served.service.url) as made:
        yield made


def test_a_machine_invokes_the_function_and_names_its_error(engine: StepFunctions) -> None:
    echoed = engine.run(engine.create(task("echo")), {"a": 1})
    timed_out = engine.run(engine.create(task("time-out")), {})

    assert (echoed.status, echoed.output) == ("SUCCEEDED", {"got": {"a": 1}})
    assert (timed_out.status, timed_out.error) == ("FAILED", "Sandbox.Timedout")


def test_a_machine_retries_a_function_that_was_busy(
    engine: StepFunctions, served: Served, busy: Busy
) -> None:
    retry = {"ErrorEquals": ["Lambda.TooManyRequestsException"]}
    machine = engine.create(task("busy", Retry=[retry | {"IntervalSeconds": 1, "MaxAttempts": 9}]))
    first = engine.start(machine, {})
    busy.began.wait(60)
    second = engine.start(machine, {})
    give_up = time.monotonic() + 60
    while not served.service.throttled:
        assert time.monotonic() < give_up
        time.sleep(0.05)
    busy.may_end.set()

    assert [engine.wait(each).output for each in (first, second)] == [{"done": True}] * 2
