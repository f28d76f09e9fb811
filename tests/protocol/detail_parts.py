"""The export of Steps and Contexts in a simulated world, and what must be there at rest."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from simulator.account import Flow
from simulator.context import context_of
from simulator.execution import Execution
from simulator.steps import steps_of
from simulator.studio import Studio
from studio_export.details.contexts import Contexts
from studio_export.details.dataset import Dataset
from studio_export.details.dependencies import Dependencies
from studio_export.details.detail_export import DetailExport
from studio_export.details.manners import Manners
from studio_export.details.revisions import Revisions
from studio_export.details.steps import Steps
from studio_export.log import keys
from studio_export.ports import Clock, DatedStore, Source
from studio_export.privacy.redaction import unchanged_text
from studio_export.workers import OpenPool
from tests.protocol.detail_oracle import DetailDataset
from tests.protocol.oracle import BrokenPromiseError
from tests.protocol.revision_oracle import check_revisions
from tools.devkit.fakes.store import MemoryStore

_PERIOD_SECONDS = 900
_AT_REST = timedelta(days=60)  # so long after everything each Step is listed
_CLOSED = timedelta(days=30, hours=1)

Expected = Callable[[Flow, Execution, datetime, str], Any]


def _steps_line(flow: Flow, execution: Execution, now: datetime, base_url: str) -> dict[str, Any]:
    steps = steps_of(flow, execution, now, base_url)
    return {"execution_sid": execution.sid, "flow_sid": flow.sid, "steps": steps}


_EXPECTED: Mapping[str, Expected] = {keys.STEPS: _steps_line, keys.CONTEXTS: context_of}


def detail_export(  # noqa: PLR0913, PLR0917  what an export depends on
    source: Source,
    store: DatedStore,
    clock: Clock,
    worker_pool: OpenPool,
    folders: tuple[str, ...],
    concurrency: int,
) -> DetailExport:
    manners = Manners(concurrency, lambda: 0.5)
    datasets: dict[str, Dataset] = {
        keys.STEPS: Steps(),
        keys.CONTEXTS: Contexts(unchanged_text),
    }
    return DetailExport(
        Dependencies(source, store, clock, datasets, Revisions(source, store), manners),
        folders,
        concurrency,
        period_seconds=_PERIOD_SECONDS,
        worker_pool=worker_pool,
    )


def missing_marks(store: MemoryStore, folders: Sequence[str]) -> list[str]:
    """Return the marks that are not there yet."""
    parents = [parent for key in sorted(store.objects) if (parent := keys.parse_log_key(key))]
    marks = [keys.done_key(folder, parent) for parent in parents for folder in folders]
    return [mark for mark in marks if mark not in store.objects]


def check_lines(
    studio: Studio,
    dataset: DetailDataset,
    ended: Sequence[tuple[Flow, Execution]],
    folders: Sequence[str],
    now: datetime,
) -> None:
    """Check at rest that each Execution with an ended line has the lines that it must have.

    Raises:
        BrokenPromiseError: it has none, or another.
    """
    if keys.FLOW_REVISIONS in folders:
        open_ones = [each for each in ended if now < _closed_at(each[1])]
        check_revisions(dataset.store.objects, open_ones, studio.base_url)
    for folder in folders:
        if folder not in _EXPECTED:
            continue
        for flow, execution in ended:
            line = dataset.lines.get((folder.rstrip("/"), execution.sid))
            if line is None:
                raise BrokenPromiseError(f"D1: {execution.sid} has no line in {folder}")
            if reason := line.get("missing"):
                _check_reason(execution, reason, now)
            elif line != _EXPECTED[folder](flow, execution, now + _AT_REST, studio.base_url):
                raise BrokenPromiseError(f"D3: the line of {execution.sid} in {folder}: {line}")


def _check_reason(execution: Execution, reason: str, now: datetime) -> None:
    is_true = {
        "deleted": execution.deleted_at is not None and execution.deleted_at <= now,
        "expired": _closed_at(execution) <= now,
    }
    if not is_true[reason]:
        raise BrokenPromiseError(f"D3: the line of {execution.sid} says {reason}, wrongly")


def _closed_at(execution: Execution) -> datetime:
    """Return when Twilio has deleted all that began on the Execution's day."""
    midnight = execution.created.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1) + _CLOSED
