"""Build the compaction from the function's environment, once per process.

This is a module of its own so that neither function loads the other's code.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from studio_export.accounts import account_names, dataset
from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.s3 import S3Store
from studio_export.compaction.account_runs import AccountRuns
from studio_export.compaction.compaction_run import CompactionRun, dataset_of
from studio_export.compaction.compactor import Compactor
from studio_export.detail_settings import read_folders
from studio_export.function.cold_start import without_garbage_collection
from studio_export.function.telemetry import Telemetry
from studio_export.log.keys import EXECUTIONS
from studio_export.log.part_keys import COMPACTED
from studio_export.settings import environment, read_location

_CONCURRENT_READS = 16  # objects are small: S3's latency is most of a read


class Warm(NamedTuple):
    """What a process keeps between invocations."""

    runs: AccountRuns
    telemetry: Telemetry


@cache
def warm() -> Warm:
    """Build the function's parts from the S3 location, the datasets and the accounts.

    Raises:
        ConfigurationError: a variable is missing or malformed. The next call tries again.
    """
    with without_garbage_collection():
        telemetry = Telemetry()  # first: it limits loggers that would print the secret
        env = environment()
        location, details = read_location(env), read_folders(env)
        client = AwsClients(_CONCURRENT_READS).s3()
        prefixes: dict[str | None, str] = {None: location.prefix}
        if env.get("ACCOUNTS"):
            prefixes = {name: dataset(location.prefix, name) for name in account_names(env)}
        runs = {
            name: _run(S3Store(client, location.bucket, prefix), details)
            for name, prefix in prefixes.items()
        }
        return Warm(AccountRuns(runs, SystemClock()), telemetry)


def _run(store: S3Store, details: Sequence[str]) -> CompactionRun:
    return CompactionRun(
        tuple(
            Compactor(store, SystemClock(), _CONCURRENT_READS, dataset=dataset_of(folder))
            for folder in (EXECUTIONS, *details)
            if folder in COMPACTED
        )
    )
