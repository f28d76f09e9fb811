"""What Twilio does not answer keeps nothing else back, and is not asked for without end."""

from simulator.faults import Fault as StudioFault
from simulator.faults import Kind
from simulator.oddities import Oddity
from simulator.request import Operation
from studio_export.log import keys
from tests.protocol.detail_scenarios import STEPS
from tests.protocol.detail_world import DetailScenario, DetailWorld
from tests.protocol.scenarios import HOUR, MINUTE, Life

# Forty of one hour; it is the newest, so its object comes first. Two of the hour before.
_BUSY_HOUR = tuple(Life(created=each * 30, lasts_seconds=5) for each in range(-50, -10))
_HOUR_BEFORE = (Life(-2 * HOUR, 5), Life(-2 * HOUR + MINUTE, 5))
_RUNS = tuple(15 * MINUTE * run for run in range(1, 40))
CROWD = DetailScenario("a busy hour", (*_BUSY_HOUR, *_HOUR_BEFORE), _RUNS)


def test_a_404_is_not_believed_while_a_row_of_its_second_is_unreadable() -> None:
    world = DetailWorld(STEPS)
    world.studio.faults.on(
        StudioFault(Kind.NOT_FOUND, operation=Operation.STEPS),
        StudioFault(
            Kind.SPOILED_ROWS,
            value=Oddity.NULL_DATE_CREATED.value,
            operation=Operation.EXECUTIONS,
        ),
    )
    world.make_runs()
    assert world.dataset.lines == {}
    world.studio.faults.off()
    world.rest()


def test_after_a_throttle_nothing_is_asked_for_that_has_its_line() -> None:
    world = DetailWorld(CROWD)
    world.studio.faults.on(StudioFault(Kind.THROTTLED, first=20, times=1))
    world.advance_to(12 * MINUTE)
    world.invoke()
    assert len(world.dataset.lines) == len(world.ended())
    assert _asked(world) == len(world.ended())


def test_executions_that_cannot_be_read_keep_no_other_of_their_object_back() -> None:
    world = DetailWorld(CROWD)
    busy = sorted(each.sid for each in world.flow.executions[2:])
    by_line = _in_order_of_their_object(world)
    assert sorted(by_line) == busy
    unreadable = by_line[5:30]
    _spoil(world, unreadable)
    world.make_runs()
    readable = {each.sid for _, each in world.ended()} - set(unreadable)
    assert {sid for _, sid in world.dataset.lines} == readable


def test_an_object_that_cannot_be_read_keeps_no_other_object_back() -> None:
    world = DetailWorld(CROWD)
    _spoil(world, _in_order_of_their_object(world))
    world.advance_to(12 * MINUTE)
    world.invoke()
    assert {sid for _, sid in world.dataset.lines} == {
        each.sid for each in world.flow.executions[:2]
    }


def test_a_flow_that_twilio_does_not_know_is_asked_for_once_in_a_run() -> None:
    world = DetailWorld(CROWD)
    world.studio.faults.on(StudioFault(Kind.NOT_FOUND))
    world.advance_to(12 * MINUTE)
    world.invoke()
    assert world.dataset.lines == {}
    assert _asked(world) == 2  # the Steps of one Execution, and the list of its second


def _spoil(world: DetailWorld, sids: list[str]) -> None:
    world.studio.faults.on(*(StudioFault(Kind.SERVER_ERROR, execution_sid=sid) for sid in sids))


def _in_order_of_their_object(world: DetailWorld) -> list[str]:
    """Return the Executions of the newest object that has some."""
    newest = max(key for key in world.store.objects if key.startswith(keys.EXECUTIONS))
    hour = newest.rpartition("-")[0]
    return [
        sid
        for sid in world.executions.lines
        if world.flow.by_sid[sid].created.hour == int(hour[-2:])
    ]


def _asked(world: DetailWorld) -> int:
    return sum(call.name == "source.get" for call in world.injector.trace)
