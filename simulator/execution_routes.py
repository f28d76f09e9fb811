"""The operations below one Execution: itself, its Context and its Steps."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from simulator.account import Flow
from simulator.context import context_text
from simulator.execution import Execution
from simulator.faults import Kind
from simulator.listing import show
from simulator.paging import Listed
from simulator.path import MAX_STEPS, looping
from simulator.render import execution_text
from simulator.request import Operation
from simulator.sids import sid
from simulator.steps import Step, step_text, steps_until
from simulator.view import View


def answer_about(flow: Flow, execution: Execution, view: View) -> str:
    """Return the JSON text for a request about an Execution that exists."""
    operation = view.request.operation or Operation.EXECUTION
    return _OPERATIONS[operation](flow, execution, view)


def _execution(flow: Flow, execution: Execution, view: View) -> str:
    return execution_text(flow, execution, view.now, view.base_url)


def _context(flow: Flow, execution: Execution, view: View) -> str:
    if Kind.OTHER_EXECUTION in view.active:
        execution = _another(flow, execution)
    return context_text(flow, execution, _shown(flow, execution, view), view.base_url)


def _steps(flow: Flow, execution: Execution, view: View) -> str:
    rows = _shown(flow, execution, view)
    if mixed := view.active.get(Kind.OTHER_EXECUTION):
        own = [] if mixed.value == "instead" else rows
        rows = own + _foreign(flow, execution, view)
    listed = Listed(rows, 0, len(rows))
    return show(view, "steps", listed, lambda step: step_text(flow, step, view.base_url)).text


def _shown(flow: Flow, execution: Execution, view: View) -> list[Step]:
    """Return the Steps that the API has by now, oldest first."""
    steps = steps_until(flow, execution, view.now)
    if _is_within(Kind.STEPS_LATE, execution, view):
        return []
    if _is_within(Kind.LAST_STEP_LATE, execution, view):
        last = len(flow.path(execution).moves) - 1
        return [step for step in steps if step.number != last]
    return steps


def _is_within(kind: Kind, execution: Execution, view: View) -> bool:
    """Return whether it is too early after the end; after the creation, if it never ends."""
    late = view.active.get(kind)
    end = execution.ends_at or execution.created
    return late is not None and view.now < end + timedelta(seconds=late.number())


def _foreign(flow: Flow, execution: Execution, view: View) -> list[Step]:
    """Return the Steps of another Execution, newer than every own one."""
    other = _another(flow, execution)
    return [
        replace(step, number=MAX_STEPS + step.number, at=view.now)
        for step in steps_until(flow, other, view.now)
    ]


def _another(flow: Flow, execution: Execution) -> Execution:
    """Return an Execution that the account does not have, with two Steps."""
    path = looping(flow.definition(execution.revision), 2)
    return replace(execution, sid=sid("FN", execution.sid, 0), path=path, ends_at=execution.created)


_OPERATIONS: Mapping[Operation, Callable[[Flow, Execution, View], str]] = {
    Operation.EXECUTION: _execution,
    Operation.CONTEXT: _context,
    Operation.STEPS: _steps,
}
