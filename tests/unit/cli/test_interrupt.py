import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest

from studio_export.model import Checkpoint
from studio_export_cli.interrupt import HeldLeases, InterruptedWorkError, interruptible
from tools.devkit.fakes.checkpoints import MemoryCheckpoints

_ONE, _TWO = "FW" + "1" * 32, "FW" + "2" * 32
_NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
_LATER = _NOW + timedelta(hours=1)


def test_work_that_ends_gives_what_it_returned() -> None:
    assert interruptible(lambda: 7) == 7


def test_work_that_raises_raises_here() -> None:
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


def test_signals_mean_again_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    interruptible(lambda: None)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_all_leases_are_given_back_at_once() -> None:
    checkpoints = MemoryCheckpoints()
    leases = HeldLeases(checkpoints)
    leases.acquire(_ONE, "this", _NOW, _LATER)
    leases.acquire(_TWO, "this", _NOW, _LATER)
    leases.save(_TWO, "this", Checkpoint(), release=True)
    leases.release_all()
    assert checkpoints.acquire(_ONE, "next", _NOW, _LATER) is not None
    assert checkpoints.acquire(_TWO, "next", _NOW, _LATER) is not None


def test_no_lease_is_taken_after_that() -> None:
    checkpoints = MemoryCheckpoints()
    leases = HeldLeases(checkpoints)
    leases.release_all()
    assert leases.acquire(_ONE, "this", _NOW, _LATER) is None
    assert checkpoints.items == {}


def test_the_lease_of_another_is_left_alone() -> None:
    checkpoints = MemoryCheckpoints()
    checkpoints.acquire(_ONE, "other", _NOW, _LATER)
    leases = HeldLeases(checkpoints)
    assert leases.acquire(_ONE, "this", _NOW, _LATER) is None
    leases.release_all()
    assert checkpoints.acquire(_ONE, "next", _NOW, _LATER) is None
