"""Read the settings by which a run is shared out among invocations from the environment."""

from dataclasses import dataclass

from studio_export.env_values import Environment, period_seconds, whole_number

_MAX_WORKERS = 16


@dataclass(frozen=True, slots=True)
class FleetSettings:
    """How a run is shared out.

    Attributes:
        workers: how many invocations export an account at once.
        period_seconds: the time from one scheduled run to the next.
    """

    workers: int
    period_seconds: int


def read_fleet(env: Environment) -> FleetSettings:
    """Read them.

    Raises:
        ConfigurationError: one is malformed; the message names its variable.
    """
    return FleetSettings(
        whole_number(env, "WORKERS", 1, _MAX_WORKERS),
        period_seconds(env),
    )
