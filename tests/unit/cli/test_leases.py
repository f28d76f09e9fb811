from datetime import UTC, datetime, timedelta

from studio_export.model import Checkpoint
from studio_export_cli.leases import HeldLeases
from tools.devkit.fakes.checkpoints import MemoryCheckpoints

_ONE, _TWO = "FW" + "1" * 32, "FW" + "2" * 32
_NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
_LATER = _NOW + timedelta(hours=1)


def test_all_held_leases_are_released() -> None:
    checkpoints = MemoryCheckpoints()
    leases = HeldLeases(checkpoints)
    leases.acquire(_ONE, "this", _NOW, _LATER)
    leases.acquire(_TWO, "this", _NOW, _LATER)
    leases.save(_TWO, "this", Checkpoint(), release=True)
    leases.release_all()
    assert checkpoints.acquire(_ONE, "next", _NOW, _LATER) is not None
    assert checkpoints.acquire(_TWO, "next", _NOW, _LATER) is not None


def test_no_lease_is_acquired_after_all_are_released() -> None:
    checkpoints = MemoryCheckpoints()
    leases = HeldLeases(checkpoints)
    leases.release_all()
    assert leases.acquire(_ONE, "this", _NOW, _LATER) is None
    assert checkpoints.items == {}


def test_the_lease_of_another_owner_is_not_released() -> None:
    checkpoints = MemoryCheckpoints()
    checkpoints.acquire(_ONE, "other", _NOW, _LATER)
    leases = HeldLeases(checkpoints)
    assert leases.acquire(_ONE, "this", _NOW, _LATER) is None
    leases.release_all()
    assert checkpoints.acquire(_ONE, "next", _NOW, _LATER) is None
