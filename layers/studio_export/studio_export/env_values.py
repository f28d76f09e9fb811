"""Read single values of the environment. An empty variable counts as unset."""

import re
from collections.abc import Mapping

from studio_export.errors import ConfigurationError

Environment = Mapping[str, str]
DEFAULT_PREFIX = "studio"  # of EXPORT_PREFIX

_DEFAULT_SCHEDULE_MINUTES = 15
DEFAULT_PERIOD_SECONDS = 60 * _DEFAULT_SCHEDULE_MINUTES
_MAX_SCHEDULE_MINUTES = 24 * 60


def period_seconds(env: Environment) -> int:
    """Read the time from one scheduled run to the next, from `SCHEDULE_MINUTES`."""
    minutes = whole_number(
        env, "SCHEDULE_MINUTES", _DEFAULT_SCHEDULE_MINUTES, _MAX_SCHEDULE_MINUTES
    )
    return 60 * minutes


def whole_number(env: Environment, name: str, default: int, maximum: int) -> int:
    text = env.get(name) or str(default)
    if not is_whole_number(text, maximum):
        raise ConfigurationError(f"{name} must be a whole number from 1 to {maximum}, not {text!r}")
    return int(text)


def is_whole_number(text: str, maximum: int) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", text) is not None and 1 <= int(text) <= maximum


def matching(env: Environment, name: str, pattern: str, form: str) -> str:
    value = required(env, name)
    if not re.fullmatch(pattern, value):
        raise ConfigurationError(f"{name} must be {form}")
    return value


def required(env: Environment, name: str) -> str:
    value = env.get(name)
    if not value:
        raise ConfigurationError(f"{name} is not set")
    return value
