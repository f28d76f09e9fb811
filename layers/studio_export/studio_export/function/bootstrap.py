"""The composition root: settings in, an exporter with its adapters out, once a process."""

import gc
from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

from botocore.config import Config
from botocore.exceptions import BotoCoreError, NoRegionError
from botocore.session import Session

from studio_export.adapters.clock import SystemClock
from studio_export.adapters.dynamodb import DynamoDbCheckpoints
from studio_export.adapters.s3 import S3Store
from studio_export.adapters.secrets_manager import SecretsManagerCredentials
from studio_export.adapters.static_credentials import CredentialSource, StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.errors import ConfigurationError
from studio_export.export.exporter import Exporter, ready
from studio_export.export.sweep import Sweeper
from studio_export.function.telemetry import Telemetry
from studio_export.log.cache import LogCache
from studio_export.ports import Checkpoints, Clock, Store
from studio_export.privacy.policy import MIN_KEY_CHARACTERS
from studio_export.privacy.redaction import Redact, redactor
from studio_export.settings import Settings, StudioSettings, environment, read
from studio_export.twilio.page import Page

# A put is safe to repeat, and so is all else; but a tick's time is better spent on other Flows.
_ATTEMPTS = {"mode": "standard", "total_max_attempts": 4}

Clients = Callable[..., Any]


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
    gc.disable()
    try:
        telemetry = Telemetry()  # first: it keeps quiet who would log what the clients receive
        return Warm(lambda_exporter(read(environment())), telemetry)
    finally:
        gc.freeze()  # what was made so far stays: no collection need look at it again
        gc.enable()


def lambda_exporter(settings: Settings) -> Exporter:
    """An exporter on AWS: S3, DynamoDB, and a secret if one is set."""
    studio = settings.studio
    aws = clients(Session(), studio.concurrency)
    dataset = f"s3://{settings.bucket}/{settings.prefix}"
    return exporter(
        studio,
        credentials(studio, aws),
        S3Store(aws("s3"), settings.bucket, settings.prefix),
        DynamoDbCheckpoints(aws("dynamodb"), settings.checkpoint_table, dataset),
        SystemClock(),
    )


def exporter(
    studio: StudioSettings,
    twilio: CredentialSource,
    store: Store,
    checkpoints: Checkpoints,
    clock: Clock,
) -> Exporter:
    """An exporter of Twilio's API over HTTP, on any store."""
    redact, prepare = _redact(studio, twilio)
    source = TwilioHttp(studio.base_url, twilio, clock, studio.concurrency)
    return Exporter(
        sweeper=Sweeper(source, store, clock, LogCache(), redact=redact),
        checkpoints=checkpoints,
        flow_sids=studio.flow_sids,
        scale=studio.scale,
        lookback_seconds=studio.lookback_seconds,
        concurrency=studio.concurrency,
        prepare=prepare,
    )


def clients(session: Session, concurrency: int) -> Clients:
    """AWS clients by name, of one session.

    Of botocore's own: boto3's, around it, takes a tenth more to start, for what is not used here.
    """
    return partial(session.create_client, config=client_config(concurrency))


def credentials(studio: StudioSettings, aws: Clients) -> CredentialSource:
    if studio.credentials:
        return StaticCredentials(studio.credentials)
    return SecretsManagerCredentials(aws("secretsmanager"), studio.secret_id or "")


def _redact(
    studio: StudioSettings, twilio: CredentialSource
) -> tuple[Redact, Callable[[], object]]:
    """The privacy policy at work; and what to call beforehand: it fetches the key of a hash.

    Raises (when called):
        ConfigurationError: the policy lacks its key.
    """
    if not studio.privacy.needs_key:
        return redactor(studio.privacy), ready

    @cache
    def with_key() -> Redact:
        key = twilio.get().privacy_key or ""
        if len(key) < MIN_KEY_CHARACTERS:
            where = "privacy_key of the secret" if studio.secret_id else "PRIVACY_KEY"
            least = f"must have {MIN_KEY_CHARACTERS} characters or more"
            raise ConfigurationError(f"PRIVACY asks for hmac: {where} {least}")
        return redactor(studio.privacy, key)

    def redact(page: Page) -> Page:
        return with_key()(page)

    return redact, with_key


def client(service: str, concurrency: int) -> Any:
    """An AWS client for the command, which needs one or two, and often none.

    Raises:
        ConfigurationError: no region, an unknown profile, or another of the SDK's own settings.
    """
    return _configured(service, client_config(concurrency))


def lambda_client(invocations: int) -> Any:
    """A client that waits for an answer as long as Lambda may take, and never asks twice.

    Raises:
        ConfigurationError: as `client` does.
    """
    patient = Config(
        connect_timeout=3,
        read_timeout=930,
        tcp_keepalive=True,
        retries={"total_max_attempts": 1},
        max_pool_connections=invocations,
    )
    return _configured("lambda", patient)


def _configured(service: str, config: Config) -> Any:
    try:
        return Session().create_client(service, config=config)
    except NoRegionError as error:
        # botocore does not read AWS_REGION, as other SDKs do.
        raise ConfigurationError("AWS is not configured: set AWS_DEFAULT_REGION") from error
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(f"AWS is not configured: {error}") from error


def client_config(concurrency: int) -> Config:
    return Config(
        connect_timeout=3,
        read_timeout=20,
        retries=_ATTEMPTS,  # type: ignore[arg-type]  # the stub wants its own TypedDict
        max_pool_connections=concurrency + 1,
    )
