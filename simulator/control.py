"""Control of the simulator by another process: JSON below `/_simulator/`.

clock       {"now": "2026-11-23T14:00:00Z"}, {"advance_seconds": 60}, {"rate": 60}
faults      [{"kind": "throttled", "value": 2, "times": 3}, …]: replaces the active faults
limits      {"latency_seconds": 0.1, "concurrency": 4, "gzip": false}
executions  {"flow_sid": "FW…", "executions": [{"created": "…", "ends_at": "…"}]}: adds them;
            with `"steps": 3` one has so many Steps

GET returns the state of the first three. GET `requests` returns counts. GET `executions?FW…`
returns the status that each listed Execution must have, `steps?FW…` the Sids of its Steps.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.account import Flow
from simulator.clock import VirtualClock
from simulator.faults import Fault
from simulator.oddities import Oddity
from simulator.path import looping
from simulator.responses import Response
from simulator.steps import steps_of

if TYPE_CHECKING:
    from simulator.server import StudioServer


def control(server: "StudioServer", method: str, path: str, body: bytes) -> Response:
    parts = urlsplit(path)
    name = parts.path.removeprefix("/_simulator/")
    if name not in _CONTROLS:
        return Response(404, {}, b"{}")
    try:
        given = json.loads(body) if method == "POST" else None
        answer = _CONTROLS[name](server, given, parts.query)
    except (KeyError, TypeError, ValueError) as error:
        return _json(400, {"message": repr(error)})
    return _json(200, answer)


def _json(status: int, answer: Any) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(answer).encode())


def _clock(server: "StudioServer", given: Any, _: str) -> Any:
    clock = server.studio.clock
    if given:
        if not isinstance(clock, VirtualClock):
            raise TypeError("this Studio's clock cannot be set")
        now = _instant(given["now"]) if "now" in given else clock()
        clock.set(now, given.get("rate"))
        clock.advance(seconds=given.get("advance_seconds", 0))
    return {"now": clock().isoformat()}


def _faults(server: "StudioServer", given: Any, _: str) -> Any:
    faults = server.studio.faults
    if given is not None:
        switched = [Fault.from_json(fields) for fields in given]
        faults.off()
        faults.on(*switched)
    return [fault.to_json() | {"met": faults.met(fault.kind)} for fault in faults]


def _limits(server: "StudioServer", given: Any, _: str) -> Any:
    if given:
        server.limits = type(server.limits)(**(asdict(server.limits) | given))
    return asdict(server.limits)


def _requests(server: "StudioServer", _: Any, __: str) -> Any:
    return {"requests": server.studio.requests, "answering": server.in_flight.now}


def _executions(server: "StudioServer", given: Any, query: str) -> Any:
    flow = _flow(server, given["flow_sid"] if given else query)
    with server.studio.lock:
        for fields in given["executions"] if given else []:
            _add(flow, fields)
        now = server.studio.clock()
        return {each.sid: "ended" if each.ended(now) else "active" for each in flow.there(now)}


def _steps(server: "StudioServer", _: Any, query: str) -> Any:
    flow, now, url = _flow(server, query), server.studio.clock(), server.studio.base_url
    with server.studio.lock:
        return {
            each.sid: [step["sid"] for step in steps_of(flow, each, now, url)]
            for each in flow.there(now)
        }


def _flow(server: "StudioServer", flow_sid: str) -> Flow:
    flow = server.studio.account.flow(flow_sid)
    if flow is None:
        raise KeyError("flow_sid")
    return flow


def _add(flow: Flow, fields: Mapping[str, Any]) -> None:
    flow.add(
        _instant(fields["created"]),
        _maybe(_instant, fields.get("ends_at")),
        visible_from=_maybe(_instant, fields.get("visible_from")),
        context_bytes=fields.get("context_bytes", 0),
        oddity=_maybe(Oddity, fields.get("oddity")),
        path=looping(flow.definition(), fields["steps"]) if "steps" in fields else None,
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _maybe(read: Callable[[str], Any], value: str | None) -> Any:
    return None if value is None else read(value)


_CONTROLS: dict[str, Callable[["StudioServer", Any, str], Any]] = {
    "clock": _clock,
    "faults": _faults,
    "limits": _limits,
    "requests": _requests,
    "executions": _executions,
    "steps": _steps,
}
