"""What every sweep depends on."""

from dataclasses import dataclass

from studio_export.log.cache import LogCache
from studio_export.ports import Clock, Source, Store
from studio_export.privacy.redaction import Redact, unchanged


@dataclass(frozen=True, slots=True)
class Sweeper:
    """The dependencies of every sweep. Safe to use from several threads.

    Attributes:
        buffer_bytes: pages are held in memory up to this size, for fewer and larger objects.
        max_pages: a listing with more pages is given up, unless its span is one second.
        redact: applies the privacy policy, before anything else reads the records.
    """

    source: Source
    store: Store
    clock: Clock
    logs: LogCache
    buffer_bytes: int = 8_000_000
    max_pages: int = 16
    redact: Redact = unchanged
