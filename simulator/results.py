"""What a widget leaves in the Context when it ends, by its type."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from simulator.path import Move
from simulator.personal import ADDRESS, MESSAGE
from simulator.sids import sid

Result = dict[str, Any]


def result(move: Move, number: int, execution_sid: str, contact: str) -> Result:
    """Return the variables of the widget; `number` is the place of the move in the path."""
    make = _RESULTS.get(move.type)
    return make(move, f"{execution_sid}/{number}", contact) if make else {}


def _gathered(move: Move, _: str, __: str) -> Result:
    if move.event == "speech":
        return {"SpeechResult": move.value, "Confidence": 0.9276}
    return {"Digits": move.value} if move.event == "keypress" else {}


def _fetched(move: Move, _: str, __: str) -> Result:
    if move.event == "failed":
        return {"status_code": 500, "content_type": "text/html", "body": "<h1>Error</h1>"}
    parsed = {"customer": {"address": ADDRESS, "orders": [17, 4], "vip": False, "note": None}}
    return {
        "status_code": 200,
        "content_type": "application/json",
        "body": json.dumps(parsed),
        "parsed": parsed,
    }


def _replied(move: Move, seed: str, contact: str) -> Result:
    outbound = {"MessageSid": sid("SM", seed, 0), "To": contact, "Body": "How did we do?"}
    if move.event != "incomingMessage":
        return {"outbound": outbound}
    inbound = {"MessageSid": sid("SM", seed, 1), "From": contact, "Body": MESSAGE, "NumMedia": "0"}
    return {"outbound": outbound, "inbound": inbound}


def _sent(move: Move, seed: str, contact: str) -> Result:
    status = "undelivered" if move.event == "failed" else "sent"
    return {"message": {"MessageSid": sid("SM", seed, 0), "To": contact, "Status": status}}


def _called(move: Move, seed: str, contact: str) -> Result:
    status = {"answered": "in-progress", "noAnswer": "no-answer"}.get(move.event, move.event)
    return {"CallSid": sid("CA", seed, 0), "CallStatus": status, "To": contact}


def _connected(move: Move, seed: str, _: str) -> Result:
    return {
        "DialCallSid": sid("CA", seed, 0),
        "DialCallStatus": "canceled" if move.event == "hangup" else "completed",
        "DialCallDuration": str(move.seconds),
    }


def _queued(move: Move, seed: str, _: str) -> Result:
    outcome = {"callComplete": "bridged", "hangup": "hangup"}.get(move.event, "system-error")
    return {
        "QueueSid": sid("QU", seed, 0),
        "QueueResult": outcome,
        "QueueTime": str(move.seconds),
    }


_RESULTS: Mapping[str, Callable[[Move, str, str], Result]] = {
    "gather-input-on-call": _gathered,
    "make-http-request": _fetched,
    "send-and-wait-for-reply": _replied,
    "send-message": _sent,
    "make-outgoing-call-v2": _called,
    "connect-call-to": _connected,
    "enqueue-call": _queued,
    "run-subflow": lambda move, _, __: {"status": move.event},
}
