import pytest

from simulator.faults import Fault, Kind
from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.errors import ThrottledError, UnavailableError
from tests.unit.simulator.lab import Lab
from tools.devkit.fakes.clock import VirtualClock as SleepingClock

FLOWS = "https://studio.twilio.com/v2/Flows"


def test_without_a_clock_429_is_retried_a_bounded_number_of_times(lab: Lab) -> None:
    lab.switch_on(Kind.THROTTLED, 3600)
    with pytest.raises(ThrottledError) as caught:
        StudioSource(lab.studio, attempts=3).get(FLOWS, deadline=0)
    assert (caught.value.counts.throttles, lab.studio.requests) == (3, 3)


@pytest.mark.parametrize("kind", [Kind.HANG, Kind.RESET, Kind.CUT_BODY, Kind.SERVER_ERROR])
def test_without_a_clock_a_failure_takes_no_time(lab: Lab, kind: Kind) -> None:
    lab.switch_on(kind)
    with pytest.raises(UnavailableError):
        StudioSource(lab.studio, attempts=3).get(FLOWS, deadline=0)
    assert lab.studio.requests == 3


def test_with_the_studios_own_clock_waiting_moves_the_studio() -> None:
    clock = SleepingClock()
    studio = Studio(clock.now)
    studio.faults.on(Fault(Kind.THROTTLED, 60, times=2), Fault(Kind.SLOW, 5, first=3))
    before = clock.now()
    assert StudioSource(studio, clock=clock).get(FLOWS, deadline=900).throttles == 2
    assert (clock.now() - before).total_seconds() == 125


def test_a_retry_after_that_is_not_a_number_is_ignored() -> None:
    clock = SleepingClock()
    studio = Studio(clock.now)
    studio.faults.on(Fault(Kind.THROTTLED, "soon", times=1))
    StudioSource(studio, clock=clock).get(FLOWS, deadline=900)
    assert clock.naps == [1]
