"""The logs that were read, kept while the process is warm: objects never change."""

from collections import OrderedDict
from threading import Lock

from studio_export.log import Log

_MOST_SIDS = 50_000  # about 10 MB; what is over it is read again when it is needed


class Logs:
    """A bounded memory of logs by Flow and hour; the least recently used go first."""

    def __init__(self, most_sids: int = _MOST_SIDS) -> None:
        self._most_sids = most_sids
        self._logs: OrderedDict[tuple[str, str], Log] = OrderedDict()
        self._lock = Lock()

    def get(self, flow_sid: str, hour: str) -> Log:
        with self._lock:
            log = self._logs.setdefault((flow_sid, hour), Log(flow_sid, hour))
            self._logs.move_to_end((flow_sid, hour))
            return log

    def trim(self) -> None:
        """Forget what is over the bound. A log in use goes on where it is used."""
        with self._lock:
            sids = sum(len(log.statuses) for log in self._logs.values())
            while sids > self._most_sids and len(self._logs) > 1:
                sids -= len(self._logs.popitem(last=False)[1].statuses)
