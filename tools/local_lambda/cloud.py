"""Local servers for the function: S3, DynamoDB, Secrets Manager, and a simulated Studio."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import boto3

from simulator.clock import VirtualClock
from simulator.server import Limits, StudioServer
from simulator.studio import Studio
from simulator.traffic import fill
from tools.devkit.servers import dynalite
from tools.devkit.servers.moto import moto_server
from tools.devkit.servers.seaweedfs import seaweedfs
from tools.devkit.servers.server import AwsServer
from tools.devkit.template.rendered import render

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET, PREFIX = "studio-export", "studio"
_FLOWS, _EXECUTIONS, _DAYS = 3, 1200, 30
_LOOPBACK = "127.0.0.1"


class Servers(NamedTuple):
    """The stand-ins for AWS."""

    s3: AwsServer
    dynamodb: AwsServer
    secrets: AwsServer


@dataclass(frozen=True)
class LocalCloud:
    """Servers that listen on the loopback; bucket, table and secret are made.

    Attributes:
        parameters: those of the template that are not at their defaults.
    """

    s3: AwsServer
    dynamodb: AwsServer
    secrets: AwsServer
    studio: StudioServer
    secret_arn: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    bucket: str = BUCKET

    @property
    def table(self) -> str:
        return table_beside(self.bucket)

    @cached_property
    def s3_client(self) -> "S3Client":
        return boto3.client("s3", **self.s3.client_options())

    @property
    def endpoints(self) -> dict[str, str]:
        """The URL of each server, by the variable that points the function at it."""
        return {
            "AWS_ENDPOINT_URL_S3": self.s3.endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb.endpoint,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.secrets.endpoint,
            "STUDIO_BASE_URL": self.studio.url,
        }

    def environment(
        self,
        host: str = _LOOPBACK,
        function: str = "Exporter",
        parameters: Mapping[str, object] | None = None,
    ) -> dict[str, str]:
        """The template's environment of a function, pointed at these servers.

        `host` is their address; `parameters` go before those of the cloud.
        """
        given: dict[str, object] = {
            **self.parameters,
            "ExportPrefix": PREFIX,
            "TwilioSecretArn": self.secret_arn,
            **(parameters or {}),
        }
        stack = render(ExistingBucket=self.bucket, **given)
        declared = {
            name: str(value)
            for name, value in stack.properties(function)["Environment"]["Variables"].items()
        }
        return {
            **declared,
            **({"CHECKPOINT_TABLE": self.table} if "CHECKPOINT_TABLE" in declared else {}),
            **{name: url.replace(_LOOPBACK, host) for name, url in self.endpoints.items()},
            "AWS_ACCESS_KEY_ID": self.s3.access_key,
            "AWS_SECRET_ACCESS_KEY": self.s3.secret_key,
            "AWS_MAX_ATTEMPTS": "1",
        }

    @property
    def ports(self) -> list[int]:
        return sorted({urlsplit(url).port or 80 for url in self.endpoints.values()})

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """All objects of the bucket below a prefix, by key."""
        listing = self.s3_client.get_paginator("list_objects_v2")
        pages = listing.paginate(Bucket=self.bucket, Prefix=prefix)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {
            key: self.s3_client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            for key in keys
        }


@contextmanager
def local_cloud(  # noqa: PLR0913, PLR0917  each is a part of the cloud
    executions: int = _EXECUTIONS,
    flows: int = _FLOWS,
    limits: Limits | None = None,
    studio: Studio | None = None,
    parameters: Mapping[str, str] | None = None,
    shared: Servers | None = None,
) -> Iterator[LocalCloud]:
    """Start a Studio: the given one, or one with so much in the last 30 days; and AWS's stand-ins.

    Args:
        executions: of the Studio, in all.
        flows: of the Studio.
        limits: of the Studio's server.
        studio: to serve this one.
        parameters: those of the template.
        shared: servers that run already; the names of bucket, table and secret are then new.
    """
    bucket = f"{BUCKET}-{uuid4().hex}" if shared else BUCKET
    with ExitStack() as stack:
        servers = shared or stack.enter_context(_servers())
        served = studio or recent_studio(executions, flows)
        server = stack.enter_context(StudioServer(served, limits=limits))
        _make_bucket_and_table(servers, bucket)
        arn = make_secret(servers.secrets, served, f"{bucket}-twilio")
        yield LocalCloud(*servers, server, arn, parameters or {}, bucket)


@contextmanager
def _servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        s3 = stack.enter_context(seaweedfs())
        secrets = stack.enter_context(moto_server())
        dynamodb = secrets if dynalite.missing() else stack.enter_context(dynalite.dynalite())
        yield Servers(s3, dynamodb, secrets)


def recent_studio(executions: int, flows: int = _FLOWS) -> Studio:
    """Return a Studio on the real clock, because the function uses it."""
    now = datetime.now(UTC).replace(microsecond=0)
    studio = Studio(VirtualClock(now, rate=1))
    fill_recent(studio, executions, flows)
    return studio


def fill_recent(studio: Studio, executions: int, flows: int) -> None:
    """Add Flows with so many Executions in all, over the last 30 days."""
    now = studio.clock().replace(microsecond=0)
    for _ in range(flows):
        fill(studio.add_flow(), executions // flows, now - timedelta(days=_DAYS), now)


def table_beside(bucket: str) -> str:
    """Return the name of the table of the stack that has this bucket."""
    return f"{bucket}-checkpoints"


def _make_bucket_and_table(servers: Servers, bucket: str) -> None:
    boto3.client("s3", **servers.s3.client_options()).create_bucket(Bucket=bucket)
    wanted = render().properties("Checkpoints")
    names = ("AttributeDefinitions", "KeySchema", "BillingMode")
    client = boto3.client("dynamodb", **servers.dynamodb.client_options())
    client.create_table(TableName=table_beside(bucket), **{name: wanted[name] for name in names})
    client.get_waiter("table_exists").wait(
        TableName=table_beside(bucket), WaiterConfig={"Delay": 1}
    )


def make_secret(secrets: AwsServer, studio: Studio, name: str = "twilio") -> str:
    api_key, api_secret = studio.account.api_key
    made = boto3.client("secretsmanager", **secrets.client_options()).create_secret(
        Name=name, SecretString=json.dumps({"api_key": api_key, "api_secret": api_secret})
    )
    return made["ARN"]
