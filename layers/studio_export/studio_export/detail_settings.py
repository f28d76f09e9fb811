"""Read the settings of Steps, Contexts and Flow revisions from the environment."""

from dataclasses import dataclass
from datetime import datetime

from studio_export import settings
from studio_export.env_values import (
    DEFAULT_PERIOD_SECONDS,
    Environment,
    period_seconds,
    whole_number,
)
from studio_export.errors import ConfigurationError
from studio_export.instants import parse_instant
from studio_export.log import keys
from studio_export.privacy.context_values import NO_VALUES, KeptValues, parse_kept_values

_EXECUTIONS = keys.EXECUTIONS.rstrip("/")
DATASETS = {
    folder.rstrip("/"): folder for folder in (keys.STEPS, keys.CONTEXTS, keys.FLOW_REVISIONS)
}
_DEFAULT_CONCURRENCY = 2


@dataclass(frozen=True, slots=True)
class DetailSettings:
    """What is exported beside Executions.

    Attributes:
        folders: of the datasets that are on; never empty.
        concurrency: how many requests for details may be in flight.
        flow_sids: empty for every Flow that is exported.
        since: Executions created earlier are left alone, by whole hours; None for no limit.
        period_seconds: how often a scheduled run comes; None for a run on its own.
        kept: which values of a Context are kept.
    """

    folders: tuple[str, ...]
    concurrency: int
    flow_sids: tuple[str, ...] = ()
    since: datetime | None = None
    period_seconds: int | None = DEFAULT_PERIOD_SECONDS
    kept: KeptValues = NO_VALUES


def read_details(env: Environment) -> DetailSettings | None:
    """Read them; None if Executions alone are exported.

    Raises:
        ConfigurationError: one is malformed; the message names its variable.
    """
    folders = read_folders(env)
    if not folders:
        return None
    at_most = settings.read_concurrency(env)
    default = min(_DEFAULT_CONCURRENCY, at_most)
    return DetailSettings(
        folders,
        whole_number(env, "DETAIL_CONCURRENCY", default, at_most),
        settings.flow_sids(env, "DETAIL_FLOW_SIDS") or settings.flow_sids(env),
        _since(env),
        period_seconds(env),
        _kept_values(env),
    )


def read_folders(env: Environment) -> tuple[str, ...]:
    """Read which datasets are on beside Executions.

    Raises:
        ConfigurationError: `DATASETS` is malformed.
    """
    words = [word.strip() for word in (env.get("DATASETS") or _EXECUTIONS).split(",")]
    known = (_EXECUTIONS, *DATASETS)
    unknown = [word for word in words if word not in known]
    if unknown:
        raise ConfigurationError(f"DATASETS contains {unknown[0]!r}, not one of {', '.join(known)}")
    if _EXECUTIONS not in words:
        raise ConfigurationError(f"DATASETS must contain {_EXECUTIONS}: the others belong to them")
    return tuple(folder for word, folder in DATASETS.items() if word in words)


def _since(env: Environment) -> datetime | None:
    text = env.get("DETAILS_FROM")
    if not text:
        return None
    since = parse_instant(text)
    if since is None:
        raise ConfigurationError(
            f"DETAILS_FROM must be an instant such as 2026-11-23T14:00:00Z, not {text!r}"
        )
    return since.replace(minute=0, second=0, microsecond=0)


def _kept_values(env: Environment) -> KeptValues:
    try:
        return parse_kept_values(env.get("CONTEXT_VALUES") or "")
    except ValueError as error:
        raise ConfigurationError(f"CONTEXT_VALUES: {error}") from error
