"""Create AWS clients with the project's time-outs and retries."""

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ConfigParseError, NoRegionError, ProfileNotFound

from studio_export.adapters.aws_errors import no_identity
from studio_export.errors import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

_ATTEMPTS = 4  # each call is safe to repeat, but other Flows need the time too


class AwsClients:
    """Clients of one boto3 session, for up to `concurrency` threads.

    Creating a client sends nothing to its service. Each method raises `ConfigurationError` if the
    SDK's own settings are unusable: no region, an unknown profile, a malformed endpoint. It raises
    `AccessDeniedError` if the source of the credentials fails.
    """

    def __init__(self, concurrency: int, session: boto3.Session | None = None) -> None:
        self.config = Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            max_pool_connections=concurrency + 1,
        )
        self._session = session

    def s3(self) -> "S3Client":
        client: S3Client = self.client("s3")
        return client

    def dynamodb(self) -> "DynamoDBClient":
        client: DynamoDBClient = self.client("dynamodb")
        return client

    def secrets_manager(self) -> "SecretsManagerClient":
        client: SecretsManagerClient = self.client("secretsmanager")
        return client

    def lambda_(self) -> Any:
        """Create a client that waits for the longest invocation and never retries one."""
        long_wait = Config(read_timeout=930, tcp_keepalive=True, retries={"total_max_attempts": 1})
        return self.client("lambda", self.config.merge(long_wait))

    def client(self, service: str, config: Config | None = None) -> Any:
        """Create a client of any service, for commands that inspect a deployed stack."""
        try:
            session = self._session = self._session or boto3.Session()
            _find_identity(session)
            make: Any = session.client
            return make(service, config=config or self.config)
        except NoRegionError as error:
            # botocore does not read AWS_REGION, as other SDKs do.
            raise ConfigurationError(
                "AWS is not configured: no region is set. Set AWS_DEFAULT_REGION."
            ) from error
        except (BotoCoreError, ValueError) as error:
            raise ConfigurationError(f"AWS is not configured: {error}") from error


def _find_identity(session: boto3.Session) -> None:
    """Look for credentials as the client will, to know what the failure was about.

    This may run a program of the profile. The session keeps what is found. Having none is no
    failure yet: the first call reports it.
    """
    try:
        session.get_credentials()
    except (ProfileNotFound, ConfigParseError):
        raise
    except Exception as error:
        raise no_identity(error, "any call") from error
