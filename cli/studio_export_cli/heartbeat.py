"""Say every ten seconds what a command waits for, if it shows nothing else meanwhile."""

import threading
import time
from collections.abc import Callable

from studio_export_cli.output import format_duration
from studio_export_cli.printing import write_stderr

_INTERVAL_SECONDS = 10.0


class Heartbeat:
    """The last word of a command on stderr, and what has happened since.

    Many threads report; the thread that waits for them calls `beat` often. `limit` says how long
    a wait may last.
    """

    def __init__(
        self,
        limit: str = "",
        write: Callable[[str], None] = write_stderr,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._write = write
        self._clock = clock
        self._lock = threading.Lock()
        self._shown_at = clock()
        self._task = ""
        self._reason = ""
        self._waits_until: float | None = None

    def restart(self) -> None:
        """Begin a piece of work: what happened before it is no longer of interest."""
        with self._lock:
            self._shown_at, self._task, self._waits_until = self._clock(), "", None

    def on_wait(self, reason: str, seconds: float) -> None:
        """Report that a thread waits, before it does."""
        with self._lock:
            self._reason = reason
            self._waits_until = max(self._waits_until or 0.0, self._clock() + seconds)

    def on_progress(self, task: str, text: str) -> None:
        """Report what is being done."""
        with self._lock:
            self._task = f"{task}  {text}"

    def write(self, line: str) -> None:
        """Write a line of progress."""
        self._write(line)
        self.record_shown()

    def record_shown(self) -> None:
        """Report that something was shown: the next ten seconds may pass in silence."""
        with self._lock:
            self._shown_at = self._clock()

    def beat(self) -> None:
        """Write what is waited for, if nothing was shown for ten seconds."""
        with self._lock:
            now = self._clock()
            if now - self._shown_at < _INTERVAL_SECONDS:
                return
            line = self._describe(now)
            self._shown_at = now
            if self._waits_until is not None and self._waits_until <= now:
                self._waits_until = None
        self._write(f"studio-export: {line}")

    def _describe(self, now: float) -> str:
        if self._waits_until is None:
            return f"still working. {self._task}" if self._task else "still working"
        seconds = max(0.0, self._waits_until - now)
        following = f"the next request in {format_duration(seconds)}" if seconds else "asking again"
        return "; ".join(filter(None, (f"waiting: {self._reason}", following, self._limit)))
