from datetime import UTC, datetime, timedelta
from threading import Lock


class VirtualClock:
    """A `Clock` that stands still until somebody sleeps."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed_seconds = 0.0
        self._lock = Lock()
        self.naps: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed_seconds)

    def monotonic(self) -> float:
        return self._elapsed_seconds

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._elapsed_seconds += seconds
