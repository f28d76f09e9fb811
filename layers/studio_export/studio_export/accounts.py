"""Many Twilio accounts: the name, the secret and the dataset of each. Pure.

A name is an alias of ours. The account `acme` has the secret `{TWILIO_SECRET_PREFIX}acme` and the
dataset `{prefix}/account=acme`.
"""

import re
from collections.abc import Mapping
from typing import TypeGuard

from studio_export.env_values import DEFAULT_PREFIX, Environment, required
from studio_export.errors import ConfigurationError, InvalidEventError

_NAME_PATTERN = r"[A-Za-z0-9_.-]{1,64}"
# What an account's secret may set, beside the credentials: they are valid in one region alone.
_OF_A_SECRET = {"region": "TWILIO_REGION", "edge": "TWILIO_EDGE", "flow_sids": "FLOW_SIDS"}


def account_names(env: Environment) -> tuple[str, ...]:
    """Read the names of all accounts.

    Raises:
        ConfigurationError: `ACCOUNTS` is not set, or has a malformed name.
    """
    words = (word.strip() for word in required(env, "ACCOUNTS").split(","))
    return tuple(dict.fromkeys(check_name("ACCOUNTS", word) for word in words))


def is_name(name: object) -> TypeGuard[str]:
    return isinstance(name, str) and re.fullmatch(_NAME_PATTERN, name) is not None


def check_name(variable: str, name: str) -> str:
    """Return a name as it is.

    Raises:
        ConfigurationError: it is malformed; the message names its variable.
    """
    if not is_name(name):
        raise ConfigurationError(
            f"{variable} contains {name!r}, which is not 1 to 64 letters, digits and -_."
        )
    return name


def secret_id(env: Environment, name: str) -> str:
    """Return the id of an account's secret.

    Raises:
        ConfigurationError: `TWILIO_SECRET_PREFIX` is not set.
    """
    return required(env, "TWILIO_SECRET_PREFIX") + name


def check_known(env: Environment, name: str) -> None:
    """Refuse an event's account that `ACCOUNTS` does not name, if it is set.

    Raises:
        InvalidEventError: it does not.
        ConfigurationError: `ACCOUNTS` has a malformed name.
    """
    if env.get("ACCOUNTS") and name not in account_names(env):
        raise unknown(name)


def unknown(name: str) -> InvalidEventError:
    return InvalidEventError(f"ACCOUNTS does not contain {name!r}. Add it, or send another.")


def dataset(place: str, name: str) -> str:
    """Return the dataset of an account below a directory or a prefix."""
    return f"{place.rstrip('/')}/account={name}"


def variables_of(name: str, secret: Mapping[str, object]) -> dict[str, str]:
    """Return the variables that an account's secret sets in place of those of all accounts.

    Raises:
        ConfigurationError: a value is no text; the message names its key, and quotes nothing.
    """
    found: dict[str, str] = {}
    for key, variable in _OF_A_SECRET.items():
        value = secret.get(key)
        if isinstance(value, list):
            value = ",".join(map(str, value))
        if value is None:
            continue
        if not isinstance(value, str):
            raise ConfigurationError(f"the secret of {name} has {key!r}, which is not text")
        found[variable] = value
    return found


def environment_of(env: Environment, name: str, secret: Mapping[str, object]) -> Environment:
    """Return the function's environment as it is for one account.

    Raises:
        ConfigurationError: its secret is malformed.
    """
    return {
        **env,
        "EXPORT_PREFIX": dataset(env.get("EXPORT_PREFIX") or DEFAULT_PREFIX, name),
        "TWILIO_SECRET_ID": secret_id(env, name),
        **variables_of(name, secret),
    }
