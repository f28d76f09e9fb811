"""Open AWS clients and adapters. boto3 is imported on the first call.

An export into a directory needs no boto3, whose import takes longer than all others.
"""

from typing import TYPE_CHECKING, Any

from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError
from studio_export.settings import environment

if TYPE_CHECKING:
    from studio_export.adapters.aws_clients import AwsClients
    from studio_export.adapters.dynamodb import DynamoDbCheckpoints
    from studio_export.adapters.s3 import S3Store
    from studio_export.adapters.secrets_manager import SecretsManagerCredentials
    from studio_export_cli.replay.deployed_function import LambdaFunction
    from studio_export_cli.replay.state_machine import StateMachine

_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def _check_variables(env: Environment) -> None:
    """Refuse white space in AWS's own variables: botocore would send it in a header."""
    for name in _VARIABLES:
        if any(character.isspace() or not character.isascii() for character in env.get(name, "")):
            raise ConfigurationError(
                f"{name} contains white space, or a character that is not ASCII. Copy it again."
            )


def clients(concurrency: int) -> "AwsClients":
    from studio_export.adapters.aws_clients import AwsClients  # noqa: PLC0415  see above

    _check_variables(environment())
    return AwsClients(concurrency)


def client(service: str) -> Any:
    """Return a client to inspect what is deployed, one call at a time."""
    return clients(1).client(service)


def lambda_function(name: str, concurrency: int) -> "LambdaFunction":
    from studio_export_cli.replay.deployed_function import LambdaFunction  # noqa: PLC0415

    return LambdaFunction(clients(concurrency).lambda_(), name)


def state_machine(arn: str) -> "StateMachine":
    from studio_export_cli.replay.state_machine import StateMachine  # noqa: PLC0415

    return StateMachine(clients(1).client("stepfunctions"), arn)


def s3_store(bucket: str, prefix: str, concurrency: int) -> "S3Store":
    from studio_export.adapters.s3 import S3Store  # noqa: PLC0415

    return S3Store(clients(concurrency).s3(), bucket, prefix)


def dynamodb_checkpoints(table: str, dataset: str, concurrency: int) -> "DynamoDbCheckpoints":
    from studio_export.adapters.dynamodb import DynamoDbCheckpoints  # noqa: PLC0415

    return DynamoDbCheckpoints(clients(concurrency).dynamodb(), table, dataset)


def secret_credentials(secret_id: str, concurrency: int) -> "SecretsManagerCredentials":
    from studio_export.adapters.secrets_manager import (  # noqa: PLC0415
        SecretsManagerCredentials,
    )

    return SecretsManagerCredentials(clients(concurrency).secrets_manager(), secret_id)
