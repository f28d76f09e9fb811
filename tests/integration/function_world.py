"""The function in this process, with one server for all of AWS and a simulated Studio."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from isal import isal_zlib

import app
from simulator.request import Request
from simulator.server import StudioServer
from simulator.studio import Studio
from studio_export.function import bootstrap
from tests.contract.checkpoint_tables import DynamoDbBench
from tools.devkit.relay import relay
from tools.devkit.servers.process import free_ports
from tools.devkit.servers.server import AwsServer

BUCKET, TABLE, SECRET = "export", "checkpoints", "twilio"

_TARGET = re.compile(rb"^x-amz-target: *\S*\.(\w+)", re.IGNORECASE | re.MULTILINE)
_REQUEST = re.compile(rb"(GET|PUT|POST|DELETE|HEAD) (\S+) HTTP/1\.1\r\n")
_OF_S3 = {"GET": "GetObject", "PUT": "PutObject"}


class Context:
    """The context that Lambda passes to an invocation."""

    aws_request_id = "request-1"

    def __init__(self, seconds: float) -> None:
        self._milliseconds = int(seconds * 1000)

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


@dataclass
class FunctionWorld:
    """One function and its servers; bucket, table and secret have unique names.

    Attributes:
        calls: the operations of AWS that were called.
        asked: the requests to the Studio.
    """

    server: AwsServer
    studio: Studio
    address: str
    studio_url: str
    patch: pytest.MonkeyPatch
    name: str = field(default_factory=lambda: uuid4().hex[:12])
    calls: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def called(self, data: bytes) -> None:
        """Record the operation, if the data begins a request."""
        if request := _REQUEST.match(data):
            method, path = request[1].decode(), request[2].decode()
            if target := _TARGET.search(data):
                self.calls.append(target[1].decode())
            elif "list-type=2" in path:
                self.calls.append("ListObjectsV2")
            else:
                self.calls.append(_OF_S3.get(method, f"{method} {path}"))

    def forget(self) -> None:
        self.calls.clear()
        self.asked.clear()

    @property
    def environment(self) -> dict[str, str]:
        return {
            **self.server.environment(),
            "AWS_ENDPOINT_URL": self.address,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
            "EXPORT_BUCKET": f"{BUCKET}-{self.name}",
            "CHECKPOINT_TABLE": f"{TABLE}-{self.name}",
            "TWILIO_SECRET_ID": f"{SECRET}-{self.name}",
            "STUDIO_BASE_URL": self.studio_url,
            "STUDIO_CONCURRENCY": "1",
        }

    def invoke(self, event: object, seconds: float = 60) -> dict[str, Any]:
        context = cast("LambdaContext", Context(seconds))
        return app.lambda_handler(cast("dict[str, Any]", event), context)

    @cached_property
    def s3(self) -> Any:
        return boto3.client("s3", **self.server.client_options())

    @cached_property
    def dynamodb(self) -> Any:
        return boto3.client("dynamodb", **self.server.client_options())

    @cached_property
    def secrets(self) -> Any:
        return boto3.client("secretsmanager", **self.server.client_options())

    def make(self) -> None:
        """Make bucket, table and secret, and set the function's environment."""
        self.s3.create_bucket(Bucket=f"{BUCKET}-{self.name}")
        DynamoDbBench(self.server, f"{TABLE}-{self.name}").create()
        self.secrets.create_secret(Name=f"{SECRET}-{self.name}", SecretString=self.key_as_json())
        self.setenv(**self.environment)

    def setenv(self, **variables: str | None) -> None:
        """Set variables, and unset those that are None."""
        for name, text in variables.items():
            if text is None:
                self.patch.delenv(name, raising=False)
            else:
                self.patch.setenv(name, text)

    def key_as_json(self, **others: object) -> str:
        """Return the secret of the Studio's key, with other members."""
        api_key, api_secret = self.studio.account.api_key
        return json.dumps({"api_key": api_key, "api_secret": api_secret, **others})

    def set_secret(self, text: str) -> None:
        self.secrets.put_secret_value(SecretId=f"{SECRET}-{self.name}", SecretString=text)

    def keys(self) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=f"{BUCKET}-{self.name}")
        return [item["Key"] for item in found.get("Contents", [])]

    def bodies(self) -> dict[str, bytes]:
        """Return the objects by their keys."""
        bucket = f"{BUCKET}-{self.name}"
        return {
            key: self.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in self.keys()
        }

    def lines(self) -> list[dict[str, Any]]:
        texts = (isal_zlib.decompress(body, wbits=31) for body in self.bodies().values())
        return [json.loads(line) for text in texts for line in text.splitlines()]

    def items(self) -> list[dict[str, Any]]:
        return list(self.dynamodb.scan(TableName=f"{TABLE}-{self.name}")["Items"])

    def forget_checkpoints(self) -> None:
        """Delete the items of the table, unknown to the function."""
        for item in self.items():
            self.dynamodb.delete_item(
                TableName=f"{TABLE}-{self.name}",
                Key={"dataset": item["dataset"], "flow_sid": item["flow_sid"]},
            )

    def set_cursor(self, age_seconds: int, cursor: datetime) -> None:
        """Move the cursor of the only Flow, unknown to the function."""
        (item,) = self.items()
        self.dynamodb.update_item(
            TableName=f"{TABLE}-{self.name}",
            Key={"dataset": item["dataset"], "flow_sid": item["flow_sid"]},
            UpdateExpression="SET cursors.#age = :cursor",
            ExpressionAttributeNames={"#age": str(age_seconds)},
            ExpressionAttributeValues={":cursor": {"S": f"{cursor:%Y-%m-%dT%H:%M:%SZ}"}},
        )


@contextmanager
def function_world(
    server: AwsServer, patch: pytest.MonkeyPatch, studio: Studio | None = None
) -> Iterator[FunctionWorld]:
    """A function that was never invoked, with a bucket, a table and a valid secret.

    A relay in front of AWS records every call.
    """
    studio = studio or Studio(lambda: datetime.now(UTC))
    (port,) = free_ports(1)
    host = urlsplit(server.endpoint)
    with ExitStack() as stack:
        served = stack.enter_context(StudioServer(studio))
        world = FunctionWorld(server, studio, f"http://127.0.0.1:{port}", served.url, patch)
        studio.on_request = world.asked.append
        to = (host.hostname or "", host.port or 80)
        stack.enter_context(relay("127.0.0.1", port, to, asked=world.called))
        world.make()
        _forget()
        yield world
        _forget()


def _forget() -> None:
    """Have the next invocation start cold."""
    bootstrap.telemetry.cache_clear()
    bootstrap.warm.cache_clear()
