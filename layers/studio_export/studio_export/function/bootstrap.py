"""Build the exporter from the function's environment, once per process and account."""

from functools import cache, lru_cache

from studio_export import wiring
from studio_export.accounts import check_known, environment_of, secret_id
from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.dynamodb import DynamoDbCheckpoints
from studio_export.adapters.s3 import S3Store
from studio_export.adapters.secrets_manager import SecretsManagerCredentials
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.detail_settings import DetailSettings, read_details
from studio_export.env_values import Environment
from studio_export.export.exporter import Exporter
from studio_export.function.cold_start import without_garbage_collection
from studio_export.function.telemetry import Telemetry
from studio_export.ports import CredentialSource
from studio_export.settings import (
    Settings,
    StudioSettings,
    environment,
    read,
    read_concurrency,
)


@cache
def telemetry() -> Telemetry:
    """Build the function's telemetry on the first call: before all that it must report."""
    return Telemetry()


# Of one account at a time: the cached logs of fifty would not fit into the memory.
@lru_cache(maxsize=1)
def warm(account: str | None = None) -> Exporter:
    """Build the exporter on the first call, and return it until the account changes.

    It keeps between invocations: clients, the secret, the cached logs.

    Raises:
        ConfigurationError: a variable is missing or malformed, or the account's secret is. The next
            call tries again.
        AccessDeniedError, UnavailableError: the account's secret could not be read.
    """
    with without_garbage_collection():
        telemetry()  # first: it limits loggers that would print the secret
        env = environment()
        if account is None:
            return lambda_exporter(read(env), read_details(env))
        secret = secret_of(env, account)
        env = environment_of(env, account, secret.fields())
        return lambda_exporter(read(env), read_details(env), secret)


def secret_of(env: Environment, account: str) -> SecretsManagerCredentials:
    """Return an account's secret, which is not read yet.

    Raises:
        InvalidEventError: `ACCOUNTS` does not name the account.
        ConfigurationError: `TWILIO_SECRET_PREFIX` is not set.
    """
    check_known(env, account)
    client = AwsClients(read_concurrency(env)).secrets_manager()
    return SecretsManagerCredentials(client, secret_id(env, account))


def lambda_exporter(
    settings: Settings,
    details: DetailSettings | None = None,
    secret: CredentialSource | None = None,
) -> Exporter:
    """Build an exporter on S3, DynamoDB and, if one is set, a secret, which may be open already."""
    studio = settings.studio
    aws = AwsClients(studio.concurrency)
    dataset = f"s3://{settings.bucket}/{settings.prefix}"
    return wiring.exporter(
        studio,
        secret or credentials(studio, aws),
        S3Store(aws.s3(), settings.bucket, settings.prefix),
        DynamoDbCheckpoints(aws.dynamodb(), settings.checkpoint_table, dataset),
        SystemClock(),
        details=details,
    )


def credentials(studio: StudioSettings, aws: AwsClients) -> CredentialSource:
    if studio.credentials:
        return StaticCredentials(studio.credentials)
    return SecretsManagerCredentials(aws.secrets_manager(), studio.secret_id or "")
