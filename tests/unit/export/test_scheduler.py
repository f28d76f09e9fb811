"""One invocation over many Flows: their order, and their errors."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from studio_export.errors import (
    AccessDeniedError,
    CheckpointError,
    DeadlineExceededError,
    FlowNotFoundError,
    InvalidPageError,
    ThrottledError,
    UnavailableError,
    UnexpectedError,
)
from studio_export.function.result import error_lines
from studio_export.model import Counts, Failure, Span
from studio_export.twilio.listing import executions_url
from tests.unit.doubles import BASE_URL, FaultyStore, ScriptedSource, listed
from tests.unit.export.scheduler_world import START, A, B, C, World

# Order


def test_the_head_of_every_flow_comes_first_then_what_is_nearest_to_deletion() -> None:
    world = World()
    world.knows(A, head=600, day=8 * 3600)
    world.knows(B, head=600, day=20 * 3600)
    world.run(A, B)
    heads, rest = world.source.asked[:2], world.source.asked[2:]
    assert [flow_sid for flow_sid, _ in heads] == [A, B]
    assert [start for _, start in heads] == [START - timedelta(seconds=720)] * 2
    assert rest[0][0] == B
    assert all(one <= other for (_, one), (_, other) in pairwise(rest))


def test_a_run_ends_with_nothing_due_and_every_lease_released() -> None:
    world = World()
    flows = world.run(A, B, C)
    assert world.summary.complete
    assert error_lines(world.summary) == []
    assert [flow.still_due for flow in flows.values()] == [0, 0, 0]
    assert {item.lease for item in world.checkpoints.items.values()} == {None}


def test_the_summary_lists_flows_in_the_order_in_which_they_were_given() -> None:
    world = World()
    world.run(C, A, B)
    assert [flow.flow_sid for flow in world.summary.flows] == [C, A, B]


def test_the_exporter_reports_progress_after_each_sweep() -> None:
    world = World()
    world.knows(A, head=600, day=8 * 3600)
    world.run(A)
    assert len(world.progress) == len(world.source.asked)
    assert world.progress[-1].still_due == 0


def test_an_idle_flow_is_neither_listed_nor_in_error() -> None:
    world = World()
    world.knows(A, head=0, day=0)
    assert world.run(A)[A].still_due == 0
    assert world.source.asked == []
    assert world.summary.complete


# Errors


@pytest.mark.parametrize("concurrency", [1, 3])
@pytest.mark.parametrize("error", [FlowNotFoundError("404, twice"), UnavailableError("503")])
def test_a_flow_that_fails_does_not_stop_the_others(error: Exception, concurrency: int) -> None:
    world = World(concurrency)
    world.source.errors[B] = error
    flows = world.run(A, B, C)
    assert flows[B].error == Failure(type(error), str(error))
    assert flows[B].still_due
    assert [flows[each].still_due for each in (A, C)] == [0, 0]
    assert world.summary.stopped is None
    assert not world.summary.complete


def test_a_flow_whose_checkpoint_is_unusable_does_not_stop_the_others() -> None:
    world = World()
    world.checkpoints.acquire(A, "before", START, START)
    world.checkpoints.items[A] = replace(world.checkpoints.items[A], version=2)
    flows = world.run(A, B)
    failure = flows[A].error
    assert failure
    assert failure.kind is CheckpointError
    assert flows[B].still_due == 0


def test_a_flow_that_is_refused_alone_is_that_flows_error() -> None:
    world = World()
    world.source.errors[A] = AccessDeniedError("403")
    flows = world.run(A, B, C)
    assert world.summary.stopped is None
    assert error_lines(world.summary) == [f"{A}: AccessDeniedError: 403"]
    assert [flows[sid].still_due for sid in (B, C)] == [0, 0]


def test_what_is_refused_everywhere_stops_the_run_and_is_reported_once() -> None:
    world = World()
    world.source.errors |= dict.fromkeys((A, B, C), AccessDeniedError("401"))
    world.run(A, B, C)
    assert world.order == "abc"
    assert world.summary.stopped == Failure(AccessDeniedError, "401")
    assert error_lines(world.summary) == ["AccessDeniedError: 401"]
    assert {item.lease for item in world.checkpoints.items.values()} == {None}


def test_a_store_that_refuses_stops_the_run_at_once() -> None:
    def refuse(_: object) -> bool:
        raise AccessDeniedError("s3:PutObject is denied")

    world = World()
    refusing = replace(world.exporter.sweeper, store=FaultyStore(refuse))
    world.exporter = replace(world.exporter, sweeper=refusing)
    world.run(A, B, C)
    assert world.order == "a"
    assert world.summary.stopped == Failure(AccessDeniedError, "s3:PutObject is denied")


def test_twilio_without_any_answer_is_asked_a_bounded_number_of_times() -> None:
    world = World()
    sids = [f"FW{number:032x}" for number in range(30)]
    world.source.errors |= dict.fromkeys(sids, UnavailableError("503"))
    world.run(*sids)
    assert len(world.source.asked) < 30 + 20
    assert all(not item.checkpoint.holes for item in world.checkpoints.items.values())


def test_throttling_is_work_still_due_and_no_failure() -> None:
    world = World()
    world.source.errors[A] = ThrottledError("429 to the end", throttles=7)
    flows = world.run(A, B)
    assert (flows[A].error, flows[A].counts.throttles) == (None, 7)
    assert flows[A].still_due
    assert error_lines(world.summary) == []
    assert not world.summary.complete


@pytest.mark.parametrize(
    "error", [DeadlineExceededError("no time left"), ThrottledError("429 to the end", throttles=7)]
)
def test_no_time_for_a_page_is_no_failure_and_narrows_the_span(
    error: DeadlineExceededError,
) -> None:
    world = World()
    world.knows(A, head=3000, day=0)
    world.source.errors[A] = error
    flow = world.run(A)[A]
    assert (flow.error, flow.still_due) == (None, 1)
    assert world.checkpoints.items[A].checkpoint.spans[120] == 750


@pytest.mark.parametrize(
    "error", [InvalidPageError("HTML"), UnavailableError("503"), DeadlineExceededError("")]
)
def test_what_a_sweep_did_before_it_failed_counts(error: Exception) -> None:
    world = World()
    world.knows(A, head=3000, day=0)
    first = START - timedelta(seconds=3120)
    url = executions_url(BASE_URL, A, Span(first, START - timedelta(seconds=120)))
    page = listed([("FN1", "ended", first)], f"{url}&Page=1")
    source = ScriptedSource(page, error)
    sweeper = replace(world.exporter.sweeper, source=source, buffer_bytes=1)
    world.exporter = replace(world.exporter, sweeper=sweeper)
    flow = world.run(A)[A]
    assert flow.counts == Counts(lines=1, ended=1, objects=1, pages=1)
    assert flow.still_due


def test_the_exporter_reports_an_unexpected_error_by_its_place_without_its_text() -> None:
    world = World()
    world.source.errors[A] = KeyError("+15550100")
    flows = world.run(A, B)
    error = flows[A].error
    assert error
    assert error.kind is UnexpectedError
    assert error.message.startswith("KeyError at scheduler_world.py:")
    assert "+15550100" not in error.message
    assert flows[B].still_due == 0
