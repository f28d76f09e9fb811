"""The JSON text of each resource, with the field order of Twilio's examples."""

import json
from datetime import datetime

from simulator.account import Flow
from simulator.execution import Execution
from simulator.oddities import spoil
from simulator.personal import telephone_number
from simulator.revision import Revision
from simulator.sids import sid

_KEPT = 700_000  # Executions of a Flow whose texts are kept: half a gigabyte


def timestamp(instant: datetime) -> str:
    return instant.isoformat()[:19] + "Z"


def execution_text(flow: Flow, execution: Execution, now: datetime, base_url: str) -> str:
    """Return the text; it is cached, because it changes only when the Execution ends."""
    ended = execution.ended(now)
    state = (ended, base_url)
    if execution.rendered and execution.rendered[0] == state:
        return execution.rendered[1]
    text = _execution_text(flow, execution, ended=ended, base_url=base_url)
    if execution.oddity:
        text = spoil(text, execution.oddity)
    if len(flow.executions) <= _KEPT:
        execution.rendered = (state, text)
    return text


def _execution_text(flow: Flow, execution: Execution, *, ended: bool, base_url: str) -> str:
    # By hand: 4 us; a dict and json.dumps take 10.
    number, phone = execution.sid[2:], telephone_number(execution.serial)
    status = "ended" if ended else "active"
    updated = execution.ends_at if ended and execution.ends_at else execution.created
    url = f"{base_url}/v2/Flows/{flow.sid}/Executions/{execution.sid}"
    return (
        f'{{"sid": "{execution.sid}", "account_sid": "{flow.account_sid}", '
        f'"flow_sid": "{flow.sid}", "contact_channel_address": "{phone}", '
        f'"contact_sid": "FC{number[::-1]}", "flow_version": {execution.revision}, '
        f'"status": "{status}", '
        f'"context": {_context_text(execution.context_bytes)}, '
        f'"date_created": "{timestamp(execution.created)}", '
        f'"date_updated": "{timestamp(updated)}", '
        f'"initiated_by": "{execution.initiated_by}", "url": "{url}", '
        f'"links": {{"steps": "{url}/Steps", "execution_context": "{url}/Context"}}}}'
    )


def _context_text(size_bytes: int) -> str:
    if not size_bytes:
        return "{}"
    shell = '{"widgets": {"prompt": ""}}'
    return shell[:-3] + "x" * (size_bytes - len(shell)) + shell[-3:]


def flow_text(flow: Flow, now: datetime, base_url: str, *, definition: bool) -> str:
    revision = flow.revision_at(now, published=False) or flow.revisions[0]
    url = f"{base_url}/v2/Flows/{flow.sid}"
    webhook = f"https://webhooks.twilio.com/v1/Accounts/{flow.account_sid}/Flows/{flow.sid}"
    return json.dumps(
        {
            **_described(flow, revision, definition=definition),
            "warnings": [] if definition else None,
            "webhook_url": webhook,
            "date_created": timestamp(flow.created),
            "date_updated": timestamp(revision.created),
            "url": url,
            "links": {
                "test_users": f"{url}/TestUsers",
                "revisions": f"{url}/Revisions",
                "executions": f"{url}/Executions",
            },
        }
    )


def revision_text(flow: Flow, revision: Revision, base_url: str, *, definition: bool) -> str:
    return json.dumps(
        {
            **_described(flow, revision, definition=definition),
            "date_created": timestamp(revision.created),
            "date_updated": None,
            "url": f"{base_url}/v2/Flows/{flow.sid}/Revisions/{revision.number}",
        }
    )


def _described(flow: Flow, revision: Revision, *, definition: bool) -> dict[str, object]:
    """Return the fields that a Flow has of its newest revision; lists have no definition."""
    return {
        "sid": flow.sid,
        "account_sid": flow.account_sid,
        "author_sid": sid("US", flow.sid, 0),
        "friendly_name": flow.name,
        "definition": revision.definition.to_json() if definition else None,
        "status": revision.status,
        "revision": revision.number,
        "commit_message": None,
        "valid": True if definition else None,
        "errors": [] if definition else None,
    }
