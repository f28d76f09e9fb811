"""Work that ends as soon as SIGINT or SIGTERM arrives, whatever it waits for.

Python cannot stop a thread, and a request may hang for half a minute. So the work runs on a thread
of its own, and the main thread waits for it or for a signal. The caller that catches
`InterruptedWorkError` ends the process at once; that is as safe as any crash of an export.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TypeVar

_T = TypeVar("_T")

_POLL_SECONDS = 0.1


class InterruptedWorkError(Exception):
    """SIGINT or SIGTERM arrived. `exit_code` is the one that a shell expects."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.exit_code = 128 + signal_number


def no_beat() -> None:
    """Do nothing while the work goes on."""


def interruptible(work: Callable[[], _T], beat: Callable[[], None] = no_beat) -> _T:
    """Return or raise what `work` does; call `beat` until then. Call it on the main thread.

    Raises:
        InterruptedWorkError: a signal came first; the work may still be going on.
    """
    results: list[_T] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  the waiting thread raises it again
            errors.append(error)
        finally:
            done.set()

    with signals_raise():
        threading.Thread(target=run, name="export", daemon=True).start()
        # In short waits: a signal that another thread received does not end a long one.
        while not done.wait(_POLL_SECONDS):
            beat()
    if errors:
        raise errors[0]
    return results[0]


@contextmanager
def signals_raise() -> Iterator[None]:
    """Raise `InterruptedWorkError` on SIGINT and SIGTERM in the main thread, inside the `with`.

    The whole command runs in one of these, so that a signal between two pieces of work ends it
    too. A shell that starts it in the background has SIGINT ignored, and without this the signal
    would have no effect.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread receives signals: a test, or a program that embeds the command
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
