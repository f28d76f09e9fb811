"""Read the settings from the environment. An empty variable counts as unset."""

import os
import re
from dataclasses import dataclass, field

from studio_export.adapters.credential_text import read_credentials, strip_invisible
from studio_export.adapters.twilio_urls import parse_base_url, parse_proxy
from studio_export.env_values import (
    DEFAULT_PREFIX,
    Environment,
    is_whole_number,
    matching,
    whole_number,
)
from studio_export.errors import ConfigurationError
from studio_export.export import ages
from studio_export.export.freshness import DEFAULT_FRESHNESS, Freshness
from studio_export.model import Credentials, is_flow_sid
from studio_export.privacy.policy import KEEP_ALL, Policy, parse_policy

BUCKET_PATTERN = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
PREFIX_PATTERN = r"[A-Za-z0-9!_.*'()=-]+(/[A-Za-z0-9!_.*'()=-]+)*"
TABLE_PATTERN = r"[a-zA-Z0-9_.-]{3,255}|arn:[^\s]+:table/\S+"

_MAX_CONCURRENCY = 64
_MAX_LOOKBACK_DAYS = 30
_MAX_REQUESTS_AN_HOUR = 3600
_NO_LIMIT = "always"


@dataclass(frozen=True, slots=True)
class StudioSettings:
    """The settings of the source: which API, which Flows, at which ages.

    Attributes:
        flow_sids: empty for every Flow of the account.
        secret_id: None if `credentials` is set.
        credentials: None if `secret_id` is set.
        scale: the ages of the sweeps in seconds, ascending.
        freshness: how many requests an hour each Flow may use to find ended Executions soon.
        proxy: the URL of the HTTP proxy to Twilio, perhaps with credentials; None for none.
    """

    flow_sids: tuple[str, ...]
    secret_id: str | None
    credentials: Credentials | None
    base_url: str
    concurrency: int
    scale: tuple[int, ...]
    lookback_seconds: int
    freshness: Freshness = DEFAULT_FRESHNESS
    privacy: Policy = KEEP_ALL
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Location:
    """The export's place in S3."""

    bucket: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the exporter's function."""

    studio: StudioSettings
    bucket: str
    prefix: str
    checkpoint_table: str


def environment() -> Environment:
    return os.environ


def read(env: Environment) -> Settings:
    """Read all settings of the exporter's function.

    Raises:
        ConfigurationError: one is missing or malformed; the message names its variable.
    """
    location = read_location(env)
    return Settings(
        bucket=location.bucket,
        prefix=location.prefix,
        checkpoint_table=matching(env, "CHECKPOINT_TABLE", TABLE_PATTERN, "a table name"),
        studio=read_studio(env),
    )


def read_location(env: Environment) -> Location:
    """Return the S3 location; it is all the compactor needs.

    Raises:
        ConfigurationError: one is missing or malformed; the message names its variable.
    """
    bucket = matching(env, "EXPORT_BUCKET", BUCKET_PATTERN, "a bucket name")
    return Location(bucket, _prefix(env))


def read_studio(env: Environment) -> StudioSettings:
    """Read the settings of the source, which the function and the command share.

    Raises:
        ConfigurationError: one is missing or malformed; the message names its variable.
    """
    secret_id = strip_invisible(env.get("TWILIO_SECRET_ID", "")) or None
    return StudioSettings(
        flow_sids=flow_sids(env),
        secret_id=secret_id,
        credentials=None if secret_id else read_credentials(env),
        base_url=_base_url(env),
        concurrency=read_concurrency(env),
        scale=_scale(env),
        lookback_seconds=ages.DAY * whole_number(env, "LOOKBACK_DAYS", 30, _MAX_LOOKBACK_DAYS),
        freshness=_freshness(env),
        privacy=_privacy(env),
        proxy=parse_proxy(env.get("TWILIO_PROXY") or ""),
    )


def _prefix(env: Environment) -> str:
    prefix = (env.get("EXPORT_PREFIX") or DEFAULT_PREFIX).strip("/")
    # AWS calls these characters safe in a key: no reader has to escape them. So is `=`, which the
    # prefix of an account has, as every partition.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
    if not re.fullmatch(PREFIX_PATTERN, prefix):
        raise ConfigurationError(
            "EXPORT_PREFIX must be names of letters, digits and -_.!*'()=, separated by /"
        )
    return prefix


def flow_sids(env: Environment, name: str = "FLOW_SIDS") -> tuple[str, ...]:
    """Read the Flows to export; empty for every Flow of the account.

    Raises:
        ConfigurationError: the variable is malformed.
    """
    text = (env.get(name) or "*").strip()
    if text == "*":
        return ()
    sids = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    for sid in sids:
        if not is_flow_sid(sid):
            raise ConfigurationError(
                f"{name} contains {sid!r}, which is not FW and 32 lower-case hex digits"
            )
    return sids


def read_concurrency(env: Environment) -> int:
    """Read how many requests may be in flight.

    Raises:
        ConfigurationError: `STUDIO_CONCURRENCY` is not a number, or too large.
    """
    return whole_number(env, "STUDIO_CONCURRENCY", 4, _MAX_CONCURRENCY)


def _privacy(env: Environment) -> Policy:
    try:
        return parse_policy(env.get("PRIVACY") or "")
    except ValueError as error:
        raise ConfigurationError(f"PRIVACY: {error}") from error


def _base_url(env: Environment) -> str:
    if url := env.get("STUDIO_BASE_URL"):
        return parse_base_url(url)
    if not (env.get("TWILIO_EDGE") or env.get("TWILIO_REGION")):
        return "https://studio.twilio.com"
    edge = matching(env, "TWILIO_EDGE", r"[a-z0-9-]+", "an edge's name, such as dublin")
    region = matching(env, "TWILIO_REGION", r"[a-z0-9-]+", "a region's name, such as ie1")
    return f"https://studio.{edge}.{region}.twilio.com"


def _scale(env: Environment) -> tuple[int, ...]:
    text = env.get("SWEEP_AGES")
    if not text:
        return ages.DEFAULT_AGES
    try:
        return ages.parse_ages(text)
    except ValueError as error:
        raise ConfigurationError(f"SWEEP_AGES: {error}") from error


def _freshness(env: Environment) -> Freshness:
    text = env.get("FRESHNESS")
    if not text:
        return DEFAULT_FRESHNESS
    if text == _NO_LIMIT:
        return Freshness(requests_an_hour=None)
    if not is_whole_number(text, _MAX_REQUESTS_AN_HOUR):
        raise ConfigurationError(
            f"FRESHNESS must be {_NO_LIMIT}, or a whole number of requests an hour from 1 to"
            f" {_MAX_REQUESTS_AN_HOUR}, not {text!r}"
        )
    return Freshness(int(text))
