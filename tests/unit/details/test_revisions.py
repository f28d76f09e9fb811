"""One revision that cannot be read keeps back the mark, and no other revision."""

from datetime import UTC, datetime

from simulator.faults import Fault, Kind
from simulator.request import Operation
from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.details.backlog import Undone
from studio_export.details.dataset import Execution
from studio_export.details.dependencies import Dependencies
from studio_export.details.manners import Manners
from studio_export.details.parent_work import ParentWork
from studio_export.details.revisions import Revisions
from studio_export.log import keys
from studio_export.log.keys import LogKey
from tools.devkit.fakes.clock import VirtualClock
from tools.devkit.fakes.store import MemoryStore

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
_ATTEMPTS = 2


def test_a_revision_that_fails_keeps_no_other_back() -> None:
    clock, store = VirtualClock(NOW), MemoryStore()
    studio = Studio(clock.now)
    flow = studio.add_flow()
    flow.publish(NOW)
    source = StudioSource(studio, clock=clock, attempts=_ATTEMPTS)
    parts = Dependencies(
        source, store, clock, {}, Revisions(source, store), Manners(1, lambda: 0.5)
    )
    parent = LogKey("2026-11-23", flow.sid, "14", 0)
    undone = Undone(parent, "", NOW, (keys.FLOW_REVISIONS,))
    executions = [Execution(f"FN{each}", flow.sid, NOW, each) for each in (1, 2)]

    def kept() -> list[str]:
        work = ParentWork(parts, undone, clock.monotonic() + 800)
        work.keep_revisions(executions)
        return store.list("")

    fault = Fault(Kind.SERVER_ERROR, operation=Operation.REVISION, times=_ATTEMPTS)
    studio.faults.on(fault)
    assert kept() == [keys.revision_key(flow.sid, 2)]
    assert kept() == [
        keys.done_key(keys.FLOW_REVISIONS, parent),
        *(keys.revision_key(flow.sid, each) for each in (1, 2)),
    ]
