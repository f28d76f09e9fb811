"""Parse a Flow's revision, and leave of its definition what no secret is in. Pure."""

import json
from typing import Any

from studio_export.errors import InvalidPageError
from studio_export.twilio.envelope import utf8

# `properties` hold texts, URLs and passwords; `conditions` hold values; `errors` may quote both.
_KEPT = (
    *("sid", "account_sid", "author_sid", "friendly_name", "status", "revision"),
    *("commit_message", "valid", "date_created", "date_updated", "url"),
)


def parse_revision(body: bytes, flow_sid: str, revision: int) -> bytes:
    """Return the revision as one line: its own fields, and the widgets with their transitions.

    Raises:
        InvalidPageError: not the revision that was asked for.
    """
    try:
        found: Any = json.loads(utf8(body), strict=False)
    except (ValueError, RecursionError) as error:
        raise InvalidPageError("the answer is not a Flow revision") from error
    match found:
        case {"sid": sid, "revision": number, "definition": definition}:
            pass
        case _:
            raise InvalidPageError("the answer is not a Flow revision")
    if sid != flow_sid or str(number) != str(revision):
        raise InvalidPageError("the answer is another Flow revision than was asked for")
    kept = {name: found[name] for name in _KEPT if name in found}
    text = json.dumps({**kept, "definition": _outline(definition)}, separators=(",", ":"))
    return text.encode()


def _outline(definition: Any) -> dict[str, Any] | None:
    if not isinstance(definition, dict):
        return None
    states = [each for each in _list(definition.get("states")) if isinstance(each, dict)]
    return {
        "initial_state": definition.get("initial_state"),
        "states": [
            {
                "name": state.get("name"),
                "type": state.get("type"),
                "transitions": [
                    {"event": each.get("event"), "next": each.get("next")}
                    for each in _list(state.get("transitions"))
                    if isinstance(each, dict)
                ],
            }
            for state in states
        ],
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
