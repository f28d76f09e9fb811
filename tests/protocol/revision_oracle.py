"""The oracle of Flow revisions: each that an Execution ran is there, as the Studio has it."""

import gzip
import json
from collections.abc import Iterable, Mapping
from typing import Any

from simulator.account import Flow
from simulator.execution import Execution
from simulator.render import revision_text
from tests.protocol.oracle import BrokenPromiseError

_OWN_FIELDS = (
    *("sid", "account_sid", "author_sid", "friendly_name", "status", "revision"),
    *("commit_message", "valid", "date_created", "date_updated", "url"),
)


def check_revisions(
    objects: Mapping[str, bytes], ended: Iterable[tuple[Flow, Execution]], base_url: str
) -> None:
    """Check at rest the revision of each Execution with an ended line.

    Raises:
        BrokenPromiseError: it is missing, or another.
    """
    ran = {(flow.sid, execution.revision): flow for flow, execution in ended}
    for (flow_sid, number), flow in ran.items():
        key = f"flow-revisions/{flow_sid}-{number:05}.jsonl.gz"
        if key not in objects:
            raise BrokenPromiseError(f"D1: {key} is missing")
        lines = gzip.decompress(objects[key]).decode().splitlines()
        if list(map(json.loads, lines)) != [_expected(flow, number, base_url)]:
            raise BrokenPromiseError(f"D3: {key} holds {lines}")


def _expected(flow: Flow, number: int, base_url: str) -> dict[str, Any]:
    text = revision_text(flow, flow.revisions[number - 1], base_url, definition=True)
    fields = json.loads(text)
    definition = fields["definition"]
    states = [
        {
            "name": state["name"],
            "type": state["type"],
            "transitions": [
                {"event": each["event"], "next": each.get("next")} for each in state["transitions"]
            ],
        }
        for state in definition["states"]
    ]
    kept = {name: fields[name] for name in _OWN_FIELDS if name in fields}
    return {**kept, "definition": {"initial_state": definition["initial_state"], "states": states}}
