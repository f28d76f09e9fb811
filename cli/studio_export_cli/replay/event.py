"""The event that asks the stack for a replay. Pure."""

from studio_export.instants import format_instant
from studio_export.model import Replay


def event_of(wanted: Replay) -> dict[str, object]:
    """Return the event of the function, which is also the input of the state machine."""
    span = wanted.span
    event: dict[str, object] = {"from": format_instant(span.start), "to": format_instant(span.stop)}
    if wanted.starts:
        event["flows"] = {sid: format_instant(wanted.start_of(sid)) for sid in wanted.flow_sids}
    elif wanted.flow_sids:
        event["flows"] = [*wanted.flow_sids]
    return {"details": event} if wanted.details else event
