"""Build the compaction from the function's environment, once per process.

This is a module of its own so that neither function loads the other's code.
"""

from functools import cache
from typing import NamedTuple

from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.s3 import S3Store
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

    compaction: CompactionRun
    telemetry: Telemetry


@cache
def warm() -> Warm:
    """Build the function's parts from the S3 location and the datasets, on the first call.

    Raises:
        ConfigurationError: a variable is missing or malformed. The next call tries again.
    """
    with without_garbage_collection():
        telemetry = Telemetry()  # first: it limits loggers that would print the secret
        env = environment()
        location, details = read_location(env), read_folders(env)
        store = S3Store(AwsClients(_CONCURRENT_READS).s3(), location.bucket, location.prefix)
        compactors = tuple(
            Compactor(store, SystemClock(), _CONCURRENT_READS, dataset=dataset_of(folder))
            for folder in (EXECUTIONS, *details)
            if folder in COMPACTED
        )
        return Warm(CompactionRun(compactors), telemetry)
