"""The runbook's procedures, followed: after each, nothing is missing and nothing is duplicated."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest

from simulator.faults import Fault, Kind
from studio_export.errors import CheckpointError
from studio_export.model import Replay, Span
from tests.protocol.oracle import Dataset
from tools.devkit.fakes.store import MemoryStore
from tools.devkit.operations.metrics import Metric
from tools.devkit.operations.operation import CountedCheckpoints, Operation

RUNS = Metric("StudioExport", "RunsSucceeded", frozenset({("service", "stack")}))
SETTLED = timedelta(hours=6)  # each Execution of the traffic ends within 85 minutes


@pytest.fixture
def operation() -> Operation:
    made = Operation()
    made.traffic(days=3)
    made.run(24)
    return made


def check(operation: Operation) -> None:
    """Every Execution that is old enough has its final line, and no line is there twice."""
    dataset = Dataset(operation.store)
    dataset.check()
    settled = operation.clock.now() - SETTLED
    executions = [each for flow in operation.flows for each in flow.executions]
    born = operation.clock.now() - timedelta(seconds=operation.seconds) - timedelta(days=29)
    for execution in executions:
        if born < execution.created < settled:
            assert "ended" in dataset.lines.get(execution.sid, []), execution


def lose_the_table(operation: Operation) -> None:
    operation.checkpoints = CountedCheckpoints()


def lose_the_item_of_a_flow(operation: Operation) -> None:
    del operation.checkpoints.items[operation.flows[0].sid]


def restore_the_table_of_an_hour_ago(operation: Operation) -> None:
    items = deepcopy(operation.checkpoints.items)
    operation.run(1)
    operation.checkpoints.items = items


def move_the_objects_elsewhere(operation: Operation) -> None:
    """Copied under the same names, before the first run there; a new table."""
    copied = MemoryStore()
    copied.objects, copied.metadata = dict(operation.store.objects), dict(operation.store.metadata)
    operation.store, operation.checkpoints = copied, CountedCheckpoints()


def begin_elsewhere_with_nothing(operation: Operation) -> None:
    operation.store, operation.checkpoints = MemoryStore(), CountedCheckpoints()


def stop_for_a_night(operation: Operation) -> None:
    operation.scheduled = False
    operation.run(9)
    operation.scheduled = True


@pytest.mark.parametrize(
    "procedure",
    [
        lose_the_table,
        lose_the_item_of_a_flow,
        restore_the_table_of_an_hour_ago,
        move_the_objects_elsewhere,
        begin_elsewhere_with_nothing,
        stop_for_a_night,
    ],
    ids=lambda procedure: procedure.__name__,
)
def test_after_it_nothing_is_missing_and_nothing_is_duplicated(
    operation: Operation, procedure: Callable[[Operation], None]
) -> None:
    check(operation)
    procedure(operation)
    operation.restart()
    operation.run(6)
    check(operation)


@pytest.mark.parametrize("procedure", [lose_the_table, restore_the_table_of_an_hour_ago])
def test_without_its_cursors_it_writes_only_what_is_new(
    operation: Operation, procedure: Callable[[Operation], None]
) -> None:
    before = len(operation.store.objects)
    procedure(operation)
    operation.restart()
    operation.run(0.25)
    assert len(operation.store.objects) - before <= 2 * 4 * len(operation.flows)


def test_an_item_of_a_newer_version_stops_its_flow_until_it_is_deleted(
    operation: Operation,
) -> None:
    """What may follow a rollback."""
    items, sid = operation.checkpoints.items, operation.flows[0].sid
    items[sid] = replace(items[sid], version=2)
    operation.run(0.25)
    errors = {flow.flow_sid: flow.error for _, flow in operation.summaries}
    assert (failure := errors[sid]) is not None
    assert failure.kind is CheckpointError
    assert errors[operation.flows[1].sid] is None

    del items[sid]
    operation.run(6)
    assert operation.summaries[-1][1].error is None
    check(operation)


def test_replays_save_the_data_while_no_run_can(operation: Operation) -> None:
    """Of HeadroomCriticalAlarm: they need neither table nor lease, and the runs find all done."""
    operation.scheduled = False
    operation.run(12)
    now = operation.clock.now()
    span = Span(now - timedelta(hours=13), now)
    first, second = (
        operation.exporter.export(Replay(span), "by hand", remaining_seconds=800) for _ in range(2)
    )
    assert first.complete
    assert first.totals.lines > 0
    assert second.totals.lines == 0  # the proof that nothing was missed

    written = len(operation.store.objects)
    operation.scheduled = True
    operation.run(0.25)
    assert len(operation.store.objects) == written
    operation.run(6)
    check(operation)


def test_after_an_outage_one_run_catches_up(operation: Operation) -> None:
    operation.studio.faults.on(Fault(Kind.SERVER_ERROR))
    operation.run(12)
    operation.studio.faults.off()
    operation.run(0.25)
    check(operation)
    assert operation.metrics.values[RUNS][-1] == 1
