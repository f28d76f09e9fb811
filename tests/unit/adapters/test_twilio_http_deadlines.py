"""Nothing outlasts its deadline."""

import time

import pytest

from studio_export.errors import DeadlineExceededError
from tests.unit.adapters.scripted_server import DRIPS, HANG, answer, scripted_server
from tests.unit.adapters.twilio_client import PAGE, PATH, studio
from tools.devkit.fakes.clock import VirtualClock


class RealClock(VirtualClock):
    """For the time-outs of sockets, which know no other time."""

    def monotonic(self) -> float:
        return time.monotonic()


def test_a_hang_up_to_the_deadline_is_work_still_due() -> None:
    with scripted_server(HANG) as server, pytest.raises(DeadlineExceededError):
        studio(server, RealClock()).get(server.url + PATH, time.monotonic() + 0.1)


def test_a_body_that_drips_meets_the_deadline() -> None:
    drips = answer(200, PAGE, announced=len(PAGE) + DRIPS, then="drip")
    with scripted_server(drips) as server, pytest.raises(DeadlineExceededError):
        studio(server, RealClock()).get(server.url + PATH, time.monotonic() + 0.1)
