"""The Context of an Execution: its trigger, and what each widget left that has ended."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from simulator.account import Flow
from simulator.definition import Channel
from simulator.execution import Execution
from simulator.oddities import spoil
from simulator.personal import MESSAGE, telephone_number
from simulator.results import result
from simulator.steps import Step, steps_until

_FLOW_NUMBER = "+15550199000"


def context_of(flow: Flow, execution: Execution, now: datetime, base_url: str) -> dict[str, Any]:
    """Return the Context resource as the API shows it without a fault.

    Unlike the API it returns it after the Execution was deleted, too.
    """
    return _fields(flow, execution, steps_until(flow, execution, now), base_url)


def context_text(flow: Flow, execution: Execution, steps: Sequence[Step], base_url: str) -> str:
    """Return the JSON text after these Steps; an oddity about contexts replaces the content."""
    fields = _fields(flow, execution, steps, base_url)
    if execution.oddity is None:
        return json.dumps(fields)
    if execution.oddity.startswith("context_"):
        fields["context"] = {}
    return spoil(json.dumps(fields), execution.oddity)


def _fields(
    flow: Flow, execution: Execution, steps: Sequence[Step], base_url: str
) -> dict[str, Any]:
    return {
        "account_sid": flow.account_sid,
        "context": _content(flow, execution, steps),
        "flow_sid": flow.sid,
        "execution_sid": execution.sid,
        "url": f"{base_url}/v2/Flows/{flow.sid}/Executions/{execution.sid}/Context",
    }


def _content(flow: Flow, execution: Execution, steps: Sequence[Step]) -> dict[str, Any]:
    contact = telephone_number(execution.serial)
    widgets = _widgets(execution, steps, contact)
    if execution.context_bytes:
        widgets["prompt"] = {"text": "x" * execution.context_bytes}
    return {
        "trigger": {execution.channel.value: _trigger(flow, execution, contact)},
        "widgets": widgets,
        "flow": {
            "flow_sid": flow.sid,
            "sid": execution.sid,
            "channel": {"address": _FLOW_NUMBER},
            "data": {"campaign": 7} if execution.channel is Channel.REQUEST else {},
            "variables": {"reached_menu": str("menu" in widgets).lower(), "tries": len(steps)},
        },
        "contact": {"channel": {"address": contact}},
    }


def _trigger(flow: Flow, execution: Execution, contact: str) -> dict[str, Any]:
    if execution.channel is Channel.REQUEST:
        return {"from": _FLOW_NUMBER, "to": contact, "parameters": {"campaign": 7}}
    known = {"AccountSid": flow.account_sid, "From": contact, "To": _FLOW_NUMBER}
    if execution.channel is Channel.MESSAGE:
        return known | {"MessageSid": execution.initiated_by, "Body": MESSAGE, "NumMedia": "0"}
    return known | {"CallSid": execution.initiated_by, "Direction": "inbound"}


def _widgets(execution: Execution, steps: Sequence[Step], contact: str) -> dict[str, Any]:
    """Return the last result of each widget.

    Those of a Subflow are below the widget that runs it. Where Twilio has them is not known.
    """
    widgets: dict[str, Any] = {}
    inside: dict[str, Any] = {}
    running = ""
    for step in steps:
        move = step.move
        found = result(move, step.number, execution.sid, contact)
        if move.parent is not None:
            inside[move.widget] = found
            widgets[running] = {"widgets": inside}
            continue
        widgets[move.widget] = found | ({"widgets": inside} if inside else {})
        running, inside = move.next, {}
    return widgets
