"""How many requests are in progress at once: in all, and of each account."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class InFlight:
    """A count of requests, for any number of threads.

    Attributes:
        now: requests in progress.
        max: at once, at most.
        max_of: the same for each account, by its Sid.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now_of: Counter[str] = Counter()
        self.now = 0
        self.restart()

    def restart(self) -> None:
        """Forget what was at most; requests in progress stay counted."""
        self.max = 0
        self.max_of: Counter[str] = Counter()

    @contextmanager
    def count(self, account_sid: str) -> Iterator[int]:
        """Count a request inside the block; yield how many the account has, with this one."""
        with self._lock:
            self.now += 1
            self._now_of[account_sid] += 1
            of_account = self._now_of[account_sid]
            self.max = max(self.max, self.now)
            self.max_of[account_sid] = max(self.max_of[account_sid], of_account)
        try:
            yield of_account
        finally:
            with self._lock:
                self.now -= 1
                self._now_of[account_sid] -= 1
