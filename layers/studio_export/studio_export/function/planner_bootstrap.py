"""Build the planner from the function's environment, once per process.

This is a module of its own so that the exporter does not load the planner's code.
"""

from functools import cache
from typing import NamedTuple

from studio_export.accounts import account_names, environment_of
from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.fleet.planner import ONLY_ACCOUNT, Planner
from studio_export.fleet_settings import read_fleet
from studio_export.function.bootstrap import credentials, secret_of
from studio_export.function.cold_start import without_garbage_collection
from studio_export.function.telemetry import Telemetry
from studio_export.settings import environment, read_studio
from studio_export.twilio.listing import list_flows

_LISTING_SECONDS = 20.0  # the function's time-out is a minute, and accounts are listed side by side


class Warm(NamedTuple):
    """What a process keeps between invocations."""

    planner: Planner
    telemetry: Telemetry


@cache
def warm() -> Warm:
    """Build the function's parts on the first call, and return them on each.

    Raises:
        ConfigurationError: a variable is missing or malformed. The next call tries again.
    """
    with without_garbage_collection():
        telemetry = Telemetry()  # first: it limits loggers that would print the secret
        env = environment()
        fleet = read_fleet(env)
        accounts = account_names(env) if env.get("ACCOUNTS") else (ONLY_ACCOUNT,)
        planner = Planner(accounts, fleet.workers, fleet.period_seconds, count_flows)
        return Warm(planner, telemetry)


def count_flows(account: str) -> int:
    """Count the Flows to export: those that the settings name, else those that Twilio lists.

    Raises:
        StudioExportError: the settings are unusable, or the Flows cannot be listed.
    """
    env = environment()
    secret = None
    if account != ONLY_ACCOUNT:
        secret = secret_of(env, account)
        env = environment_of(env, account, secret.fields())
    studio = read_studio(env)
    if studio.flow_sids:
        return len(studio.flow_sids)
    clock = SystemClock()
    source = TwilioHttp(
        studio.base_url,
        secret or credentials(studio, AwsClients(1)),
        clock,
        concurrency=1,
        proxy=studio.proxy,
    )
    return len(list_flows(source, clock.monotonic() + _LISTING_SECONDS).sids)
