"""Cache the logs that were read, while the process is warm. Objects never change."""

from collections import OrderedDict
from threading import Lock

from studio_export.log.hour_log import HourLog

_MAX_SIDS = 50_000  # about 10 MB; a log that was removed is read again when needed


class LogCache:
    """A bounded cache of logs by Flow and hour, least recently used first out."""

    def __init__(self, max_sids: int = _MAX_SIDS) -> None:
        self._max_sids = max_sids
        self._logs: OrderedDict[tuple[str, str], HourLog] = OrderedDict()
        self._lock = Lock()
        # Sizes are counted only for used logs: 500 Flows have 20,000 logs, and counting them all
        # took a millisecond for each append.
        self._sizes: dict[tuple[str, str], int] = {}
        self._sids = 0
        self._used: set[tuple[str, str]] = set()

    def get(self, flow_sid: str, hour: str) -> HourLog:
        key = (flow_sid, hour)
        with self._lock:
            log = self._logs.setdefault(key, HourLog(flow_sid, hour))
            self._logs.move_to_end(key)
            self._used.add(key)
            return log

    def trim(self) -> None:
        """Remove logs until the cache is within its bound. A log in use stays usable."""
        with self._lock:
            self._update_sizes()
            while self._sids > self._max_sids and len(self._logs) > 1:
                key, _ = self._logs.popitem(last=False)
                self._sids -= self._sizes.pop(key, 0)
                self._used.discard(key)

    def _update_sizes(self) -> None:
        """Count the logs used since the last count; a locked one is counted again later."""
        used, self._used = self._used, set()
        for key in used:
            log = self._logs[key]
            if log.lock.locked():
                self._used.add(key)
            size = len(log.statuses)
            self._sids += size - self._sizes.get(key, 0)
            self._sizes[key] = size
