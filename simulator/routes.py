"""The operations of the API: return the JSON text for a request."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from simulator.account import Account, Flow
from simulator.execution import Execution, between
from simulator.execution_routes import answer_about
from simulator.faults import Kind
from simulator.listing import show
from simulator.paging import Listed
from simulator.render import execution_text, flow_text, revision_text
from simulator.request import Operation, Request
from simulator.responses import ApiError
from simulator.revision import Revision
from simulator.view import View


def answer(account: Account, view: View) -> str:
    """Return the body of a successful response.

    Raises:
        ApiError: the request fails.
    """
    request = view.request
    if Kind.OTHER_ACCOUNT in view.active:
        account = Account(seed=f"not {account.seed}")
    if request.operation is None:
        raise not_found(request)
    if request.operation is Operation.FLOWS:
        return _flows(account, view)
    flow = account.flow(request.flow_sid)
    if flow is None:
        raise not_found(request)
    if of_flow := _OF_FLOW.get(request.operation):
        return of_flow(flow, view)
    execution = flow.by_sid.get(request.execution_sid)
    if execution is None or not _kept(view)(execution):
        raise not_found(request)
    return answer_about(flow, execution, view)


def not_found(request: Request) -> ApiError:
    path = request.path.removeprefix("/v2")
    return ApiError(404, 20404, f"The requested resource {path} was not found")


def _flows(account: Account, view: View) -> str:
    def text(flow: Flow) -> str:
        return flow_text(flow, view.now, view.base_url, definition=False)

    return show(view, "flows", Listed(account.flows, 0, len(account.flows)), text).text


def _flow(flow: Flow, view: View) -> str:
    return flow_text(flow, view.now, view.base_url, definition=True)


def _revisions(flow: Flow, view: View) -> str:
    def text(revision: Revision) -> str:
        return revision_text(flow, revision, view.base_url, definition=False)

    rows = flow.revisions
    listed = Listed(rows, 0, len(rows), lambda revision: revision.created <= view.now)
    return show(view, "revisions", listed, text).text


def _revision(flow: Flow, view: View) -> str:
    wanted = view.request.revision
    if wanted in {"LatestPublished", "LatestRevision"}:
        found = flow.revision_at(view.now, published=wanted == "LatestPublished")
    else:
        visible = (each for each in flow.revisions if each.created <= view.now)
        found = next((each for each in visible if str(each.number) == wanted), None)
    if found is None:
        raise not_found(view.request)
    return revision_text(flow, found, view.base_url, definition=True)


def _executions(flow: Flow, view: View) -> str:
    status = _status(view)
    rows = flow.not_ended(view.now) if status == "active" else flow.executions
    low, high = between(
        rows,
        _shifted(view, "DateCreatedFrom", Kind.FROM_SHIFT),
        _shifted(view, "DateCreatedTo", Kind.TO_SHIFT),
        view.now,
    )

    def text(execution: Execution) -> str:
        return execution_text(flow, execution, view.now, view.base_url)

    shown = show(view, "executions", Listed(rows, low, high, _kept(view)), text)
    if deletion := view.active.get(Kind.DELETED_WHILE_LISTING):
        for execution in shown.rows[: int(deletion.number(1))]:
            execution.deleted_at = view.now
    return shown.text


def _shifted(view: View, name: str, kind: Kind) -> datetime | None:
    instant = view.request.instant(name)
    if instant is None or kind not in view.active:
        return instant
    return instant + timedelta(seconds=view.active[kind].number())


def _status(view: View) -> str | None:
    """Return the status that the list is filtered by.

    Raises:
        ApiError: the filter is refused.
    """
    status = view.request.status
    if status and Kind.STATUS_REFUSED in view.active:
        raise ApiError(400, 20001, "status is not a parameter")
    return None if Kind.STATUS_IGNORED in view.active else status


def _kept(view: View) -> Callable[[Execution], bool]:
    """Return which of the Executions of the last 30 days the list shows."""
    now, status = view.now, _status(view)
    late = view.active.get(Kind.LATE_VISIBILITY)
    hidden_seconds = int(late.number()) if late else 0
    unknown = status is not None and Kind.STATUS_UNKNOWN in view.active

    def kept(execution: Execution) -> bool:
        if unknown or (status and (status == "ended") is not execution.ended(now)):
            return False
        if not execution.there(now):
            return False
        if not hidden_seconds:
            return True
        hidden = timedelta(seconds=int(execution.sid[2:10], 16) % (hidden_seconds + 1))
        return execution.created + hidden <= now

    return kept


_OF_FLOW: Mapping[Operation, Callable[[Flow, View], str]] = {
    Operation.FLOW: _flow,
    Operation.REVISIONS: _revisions,
    Operation.REVISION: _revision,
    Operation.EXECUTIONS: _executions,
}
