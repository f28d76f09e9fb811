import signal
import threading

import pytest

from studio_export_cli.interrupt import InterruptedWorkError, interruptible


def test_the_result_of_the_work_is_returned() -> None:
    assert interruptible(lambda: 7) == 7


def test_an_error_of_the_work_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        interruptible(lambda: 1 // 0)


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str
)
def test_a_signal_does_not_wait_for_work_that_hangs(number: signal.Signals, exit_code: int) -> None:
    forever = threading.Event()
    threading.Timer(0.1, signal.raise_signal, [number]).start()
    with pytest.raises(InterruptedWorkError) as caught:
        interruptible(forever.wait)
    forever.set()
    assert caught.value.exit_code == exit_code


def test_signal_handlers_are_restored() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    interruptible(lambda: None)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
