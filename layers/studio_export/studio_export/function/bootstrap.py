"""Build the exporter from the function's environment, and keep it for the next invocation."""

from functools import lru_cache
from typing import NamedTuple

from studio_export import wiring
from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.dynamodb import DynamoDbCheckpoints
from studio_export.adapters.s3 import S3Store
from studio_export.adapters.secrets_manager import SecretsManagerCredentials
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.detail_settings import DetailSettings, read_details
from studio_export.export.exporter import Exporter
from studio_export.function.account_environment import account_environment
from studio_export.function.cold_start import without_garbage_collection
from studio_export.function.telemetry import Telemetry
from studio_export.ports import CredentialSource
from studio_export.settings import Settings, StudioSettings, environment, read


class Warm(NamedTuple):
    """What a process keeps between invocations: clients, the secret, the cached logs."""

    exporter: Exporter
    telemetry: Telemetry


@lru_cache(maxsize=1)  # fifty accounts' cached logs would not fit into memory
def warm(account: str) -> Warm:
    """Build the function's parts for an account, and keep them until another is asked for.

    Raises:
        ConfigurationError: a variable is missing or malformed. The next call tries again.
        StudioExportError: the account's secret cannot be read.
    """
    with without_garbage_collection():
        telemetry = Telemetry()  # first: it limits loggers that would print the secret
        env = account_environment(environment(), account)
        return Warm(lambda_exporter(read(env), read_details(env)), telemetry)


def lambda_exporter(settings: Settings, details: DetailSettings | None = None) -> Exporter:
    """Build an exporter on S3, DynamoDB and, if one is set, a secret."""
    studio = settings.studio
    aws = AwsClients(studio.concurrency)
    dataset = f"s3://{settings.bucket}/{settings.prefix}"
    return wiring.exporter(
        studio,
        credentials(studio, aws),
        S3Store(aws.s3(), settings.bucket, settings.prefix),
        DynamoDbCheckpoints(aws.dynamodb(), settings.checkpoint_table, dataset),
        SystemClock(),
        details=details,
    )


def credentials(studio: StudioSettings, aws: AwsClients) -> CredentialSource:
    if studio.credentials:
        return StaticCredentials(studio.credentials)
    return SecretsManagerCredentials(aws.secrets_manager(), studio.secret_id or "")
