from tests.protocol import cases
from tests.protocol.life import live_until
from tests.protocol.overlap import overlap
from tests.protocol.scenarios import NO_LEASE, TWO_AGES


def test_no_schedule_of_two_invocations_loses_or_doubles_a_line() -> None:
    for case in cases.overlap_cases(NO_LEASE):
        cases.run(case)


def test_no_meeting_of_several_invocations_loses_or_doubles_a_line() -> None:
    for case in cases.meeting_cases(range(100)):
        cases.run(case)


def test_with_the_lease_the_second_invocation_does_no_work() -> None:
    world = live_until(TWO_AGES, run_index=3)
    first, second = overlap(world, [(0, 2), (1, 1_000_000)])

    assert first > second
    assert [summary.flows[0].leased for summary in world.summaries[-2:]] == [True, False]
    assert second == 1  # it only asked for the lease
