"""Work that ends the moment a person says so, whatever it waits for.

A thread of Python's cannot be stopped, and a request may hang for half a minute. So the work runs
on a thread of its own, and the main thread waits for it or for a signal. Whoever catches
`InterruptedWorkError` ends the process at once; that is as safe as any crash of an export.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import NoReturn, TypeVar

from studio_export.errors import StudioExportError
from studio_export.model import Checkpoint
from studio_export.ports import Checkpoints

_T = TypeVar("_T")

_RELEASE_SECONDS = 2.0
_POLL_SECONDS = 0.1


class InterruptedWorkError(Exception):
    """SIGINT or SIGTERM came. `exit_code` is what a shell expects then."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.exit_code = 128 + signal_number


class HeldLeases:
    """`Checkpoints` that know which leases are held, and can give them all back at once.

    Without that, whoever runs next would wait for them to end.
    """

    def __init__(self, checkpoints: Checkpoints) -> None:
        self._checkpoints = checkpoints
        self._held: dict[str, str] = {}
        self._lock = threading.Lock()
        self._over = False

    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        with self._lock:
            if self._over:
                return None
            checkpoint = self._checkpoints.acquire(flow_sid, owner, now, expires_at)
            if checkpoint is not None:
                self._held[flow_sid] = owner
            return checkpoint

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        kept = self._checkpoints.save(flow_sid, owner, checkpoint, release=release)
        if release or not kept:
            self._held.pop(flow_sid, None)
        return kept

    def release(self, flow_sid: str, owner: str) -> None:
        self._checkpoints.release(flow_sid, owner)
        self._held.pop(flow_sid, None)

    def release_all(self) -> None:
        """Give back what is held and take no more; give up after two seconds."""
        releasing = threading.Thread(target=self._release_all, daemon=True)
        releasing.start()
        releasing.join(_RELEASE_SECONDS)

    def _release_all(self) -> None:
        with self._lock:
            self._over = True
            for flow_sid, owner in list(self._held.items()):
                with suppress(StudioExportError):
                    self._checkpoints.release(flow_sid, owner)


def interruptible(work: Callable[[], _T]) -> _T:
    """What `work` returns or raises. To be called on the main thread.

    Raises:
        InterruptedWorkError: a signal came first; the work may still be going on.
    """
    results: list[_T] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  raised again, by the thread that waits
            errors.append(error)
        finally:
            done.set()

    with signals_raise():
        threading.Thread(target=run, name="export", daemon=True).start()
        # In short waits: a signal that another thread received does not end a long one.
        while not done.wait(_POLL_SECONDS):
            continue
    if errors:
        raise errors[0]
    return results[0]


@contextmanager
def signals_raise() -> Iterator[None]:
    """SIGINT and SIGTERM raise `InterruptedWorkError` in the main thread, until the `with` ends.

    The whole command runs in one of these, so that no signal falls between two pieces of work:
    there it would end the command otherwise, or not at all where a shell started it in the
    background, with SIGINT ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals: a test, or a program that embeds the command
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, _raise) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise(number: int, _: object) -> NoReturn:
    raise InterruptedWorkError(number)
