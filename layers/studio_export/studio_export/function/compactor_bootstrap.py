"""The composition root of the function that compacts, apart from the exporter's.

Whoever exports need not load, at each cold start, what compacts.
"""

from functools import cache
from typing import NamedTuple

from studio_export.adapters.clock import SystemClock
from studio_export.adapters.s3 import S3Store
from studio_export.compaction.compactor import Compactor
from studio_export.function.bootstrap import client
from studio_export.function.telemetry import Telemetry
from studio_export.settings import environment, read_place

_READS_AT_ONCE = 16  # an object is small: what a read takes is S3's latency


class Warm(NamedTuple):
    compactor: Compactor
    telemetry: Telemetry


@cache
def warm() -> Warm:
    """The function's parts, from its environment. It knows the bucket, and nothing else.

    Raises:
        ConfigurationError: a variable is missing or malformed. The next call tries again.
    """
    telemetry = Telemetry()  # first: it keeps quiet who would log what the clients receive
    place = read_place(environment())
    store = S3Store(client("s3", _READS_AT_ONCE), place.bucket, place.prefix)
    return Warm(Compactor(store, SystemClock(), _READS_AT_ONCE), telemetry)
