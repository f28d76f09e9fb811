import pytest

from tests.leaks.canaries import CANARIES
from tests.leaks.sinks import Sinks


@pytest.fixture
def sinks(capfd: pytest.CaptureFixture[str]) -> Sinks:
    return Sinks(CANARIES, capfd)
