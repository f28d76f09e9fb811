"""Where a Flow's work comes from and goes: the checkpoint table, or a replay's range."""

from datetime import UTC, datetime, timedelta

from studio_export.export.ages import DAY
from studio_export.export.order import SweepResult
from studio_export.export.run_state import ReplayRun, ScheduledRun
from studio_export.model import Checkpoint, Hints, Replay, Span
from studio_export.summary import Counts
from tools.devkit.fakes.checkpoints import MemoryCheckpoints
from tools.devkit.fakes.clock import VirtualClock

FLOW = "FW" + "0" * 32
SCALE = (120, 3600)
START = datetime(2026, 11, 23, 14, 0, 0, 250_000, tzinfo=UTC)


def run_state(
    checkpoints: MemoryCheckpoints, clock: VirtualClock, owner: str = "a"
) -> ScheduledRun:
    return ScheduledRun(checkpoints, clock, owner, 100.0, SCALE, 30 * DAY)


def test_a_run_takes_the_lease_until_five_seconds_after_its_deadline() -> None:
    checkpoints, clock = MemoryCheckpoints(), VirtualClock(START)
    clock.advance(40)
    assert run_state(checkpoints, clock).open(FLOW)
    item = checkpoints.items[FLOW]
    now = START.replace(microsecond=0) + timedelta(seconds=40)
    assert (item.lease, item.lease_until) == ("a", now + timedelta(seconds=65))


def test_a_new_flow_begins_at_the_lookback_in_whole_seconds() -> None:
    work = run_state(MemoryCheckpoints(), VirtualClock(START)).open(FLOW)
    assert work
    start = START.replace(microsecond=0) - timedelta(days=30)
    assert work.checkpoint.cursors == dict.fromkeys(SCALE, start)


def test_a_known_flow_goes_on_where_it_was() -> None:
    checkpoints, clock = MemoryCheckpoints(), VirtualClock(START)
    cursors = {age: START.replace(microsecond=0) - timedelta(seconds=2 * age) for age in SCALE}
    known = Checkpoint(cursors, {120: 7, 3600: 8}, hints=Hints())
    checkpoints.acquire(FLOW, "b", START, START)
    checkpoints.save(FLOW, "b", known, release=True)
    work = run_state(checkpoints, clock).open(FLOW)
    assert work
    assert work.checkpoint == known


def test_a_clock_that_is_behind_forgets_the_totals_that_count_beyond_its_head() -> None:
    checkpoints = MemoryCheckpoints()
    cursors = dict.fromkeys(SCALE, START.replace(microsecond=0))
    today = int(START.timestamp()) // DAY
    totals = {today - 1: 5, today: 7}
    known = Checkpoint(cursors, {120: 7, 3600: 8}, hints=Hints(totals=totals))
    checkpoints.acquire(FLOW, "b", START, START)
    checkpoints.save(FLOW, "b", known, release=True)

    behind = run_state(checkpoints, VirtualClock(START)).open(FLOW)
    assert behind
    assert behind.checkpoint.hints == Hints(totals={today - 1: 5})

    checkpoints.release(FLOW, "a")
    later = run_state(checkpoints, VirtualClock(START + timedelta(seconds=120))).open(FLOW)
    assert later
    assert later.checkpoint.hints == Hints(totals=totals)


def test_a_flow_under_another_lease_is_not_opened() -> None:
    checkpoints, clock = MemoryCheckpoints(), VirtualClock(START)
    assert run_state(checkpoints, clock, "a").open(FLOW)
    assert run_state(checkpoints, clock, "b").open(FLOW) is None
    clock.advance(106)
    assert run_state(checkpoints, clock, "b").open(FLOW)


def test_what_is_saved_without_the_lease_is_not_kept() -> None:
    checkpoints, clock = MemoryCheckpoints(), VirtualClock(START)
    first = run_state(checkpoints, clock, "a")
    work = first.open(FLOW)
    assert work
    clock.advance(106)
    run_state(checkpoints, clock, "b").open(FLOW)
    before = checkpoints.items[FLOW]
    assert not first.save(work, release=True)
    assert checkpoints.items[FLOW] == before


def test_a_release_gives_the_lease_back_with_the_cursors() -> None:
    checkpoints, clock = MemoryCheckpoints(), VirtualClock(START)
    first = run_state(checkpoints, clock)
    work = first.open(FLOW)
    assert work
    assert first.save(work, release=True)
    assert checkpoints.items[FLOW].lease is None
    assert checkpoints.items[FLOW].checkpoint == work.checkpoint


def test_the_first_listing_of_a_new_flow_is_short_and_of_a_known_one_is_not() -> None:
    checkpoints, clock = MemoryCheckpoints(), VirtualClock(START)
    first = run_state(checkpoints, clock)
    new = first.open(FLOW)
    assert new
    assert new.start_next().max_pages
    first.save(new, release=True)
    clock.advance(106)
    known = run_state(checkpoints, clock).open(FLOW)
    assert known
    assert known.start_next().max_pages is None


# A replay

SPAN = Span(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, 3, tzinfo=UTC))


def test_a_replay_lists_its_range_from_start_to_stop_and_nothing_else() -> None:
    work = ReplayRun(Replay(SPAN)).open(FLOW)
    work.record_result(work.start_next(), SweepResult(Counts(), complete=False))
    spans = []
    while work.next_order:
        spans.append(work.start_next())
        work.record_result(spans[-1], SweepResult(Counts(), complete=True, filled_pages=2))
    assert len(spans) == 4
    assert spans[0].span.start == SPAN.start
    assert spans[-1].span.stop == SPAN.stop
    assert [a.span.stop for a in spans[:-1]] == [b.span.start for b in spans[1:]]


def test_a_replay_has_progress_but_neither_lag_nor_headroom() -> None:
    run_state = ReplayRun(Replay(SPAN))
    work = run_state.open(FLOW)
    first = work.start_next()
    work.record_result(first, SweepResult(Counts(), complete=True, filled_pages=2))
    summary = run_state.summary(work)
    assert (summary.head_lag_seconds, summary.headroom_seconds) == (None, None)
    assert (summary.swept_to, summary.still_due) == (SPAN.stop, 0)


def test_a_replay_that_is_under_way_has_work_left() -> None:
    run_state = ReplayRun(Replay(SPAN))
    work = run_state.open(FLOW)
    work.record_result(work.start_next(), SweepResult(Counts(), complete=False))
    summary = run_state.summary(work)
    assert (summary.swept_to, summary.still_due) == (SPAN.start, 1)


def test_a_replay_never_loses_its_work_to_another() -> None:
    run_state = ReplayRun(Replay(SPAN))
    assert run_state.save(run_state.open(FLOW), release=True)


def test_a_replay_begins_for_a_flow_where_an_earlier_part_of_it_ended() -> None:
    start = SPAN.start + timedelta(hours=2)
    replay = Replay(SPAN, starts={FLOW: start})
    assert ReplayRun(replay).open(FLOW).start_next().span.start == start
    assert ReplayRun(replay).open("FW" + "9" * 32).start_next().span.start == SPAN.start
