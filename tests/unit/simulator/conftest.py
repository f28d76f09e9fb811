from datetime import UTC, datetime

import pytest

from simulator.clock import VirtualClock
from tests.unit.simulator.lab import Lab


@pytest.fixture
def lab() -> Lab:
    return Lab(VirtualClock(datetime(2026, 11, 23, 14, tzinfo=UTC)))
