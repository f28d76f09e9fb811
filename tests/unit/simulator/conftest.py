from datetime import UTC, datetime

import pytest

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.reader import Reader
from simulator.studio import Studio


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 23, 14, tzinfo=UTC))


@pytest.fixture
def studio(clock: VirtualClock) -> Studio:
    return Studio(clock)


@pytest.fixture
def flow(studio: Studio) -> Flow:
    return studio.add_flow()


@pytest.fixture
def reader(studio: Studio) -> Reader:
    return Reader(studio)
