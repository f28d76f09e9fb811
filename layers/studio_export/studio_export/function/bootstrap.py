"""Make the exporter's parts from the function's environment, once a process."""

from functools import cache
from typing import NamedTuple

from studio_export import wiring
from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.dynamodb import DynamoDbCheckpoints
from studio_export.adapters.s3 import S3Store
from studio_export.adapters.secrets_manager import SecretsManagerCredentials
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.export.exporter import Exporter
from studio_export.function.cold_start import without_garbage_collection
from studio_export.function.telemetry import Telemetry
from studio_export.ports import CredentialSource
from studio_export.settings import Settings, StudioSettings, environment, read


class Warm(NamedTuple):
    """What stays between the invocations of a process: clients, the secret, the logs read."""

    exporter: Exporter
    telemetry: Telemetry


@cache
def warm() -> Warm:
    """The function's parts, from its environment.

    Raises:
        ConfigurationError: a variable is missing or malformed. The next call tries again.
    """
    with without_garbage_collection():
        telemetry = Telemetry()  # first: it silences loggers that would print the secret
        return Warm(lambda_exporter(read(environment())), telemetry)


def lambda_exporter(settings: Settings) -> Exporter:
    """An exporter on AWS: S3, DynamoDB, and a secret if one is set."""
    studio = settings.studio
    aws = AwsClients(studio.concurrency)
    dataset = f"s3://{settings.bucket}/{settings.prefix}"
    return wiring.exporter(
        studio,
        credentials(studio, aws),
        S3Store(aws.s3(), settings.bucket, settings.prefix),
        DynamoDbCheckpoints(aws.dynamodb(), settings.checkpoint_table, dataset),
        SystemClock(),
    )


def credentials(studio: StudioSettings, aws: AwsClients) -> CredentialSource:
    if studio.credentials:
        return StaticCredentials(studio.credentials)
    return SecretsManagerCredentials(aws.secrets_manager(), studio.secret_id or "")
