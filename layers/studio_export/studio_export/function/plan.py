"""Parse what the state machine asks the planner, and turn the plan into JSON. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from studio_export.errors import InvalidEventError
from studio_export.fleet.pieces import Piece
from studio_export.fleet.planner import ONLY_ACCOUNT, AccountPlan
from studio_export.function.event import parse_event
from studio_export.function.request import parse_request
from studio_export.instants import format_instant, parse_instant
from studio_export.model import Replay
from studio_export.shard import ALL_FLOWS


class PlanRequest(NamedTuple):
    """What to plan.

    Attributes:
        replay: None for a scheduled run.
        began: when the execution of the state machine began.
        account: the only account to export; empty for all.
    """

    replay: Replay | None
    began: datetime
    account: str


def parse_plan(event: object) -> PlanRequest:
    """Parse `{"plan": the execution's input, "began": the execution's start}`.

    Raises:
        InvalidEventError: the input is malformed, or it did not come from the state machine.
    """
    began = event.get("began") if isinstance(event, Mapping) else None
    instant = parse_instant(began) if isinstance(began, str) else None
    if not isinstance(event, Mapping) or "plan" not in event or instant is None:
        raise InvalidEventError(
            "the event must have 'plan' and 'began'. Start the state machine, not its planner"
        )
    instant = instant.replace(microsecond=0)
    plan = event["plan"]
    request = parse_request(plan)
    if request.shard != ALL_FLOWS or request.until:
        raise InvalidEventError(
            "the state machine makes the shards of a run or a replay. Send it neither 'shard' nor"
            " 'until', or invoke the function"
        )
    account = request.account or ONLY_ACCOUNT
    return PlanRequest(parse_event(plan, instant), instant, account)


def as_json(plans: Iterable[AccountPlan], workers: int) -> dict[str, Any]:
    """Return what the state machine maps over: accounts, and the pieces of each."""
    return {
        "accounts": [
            {
                "account": plan.account or "the account",
                "at_once": workers,
                "pieces": [piece_as_json(plan.account, piece) for piece in plan.pieces],
            }
            for plan in plans
        ]
    }


def piece_as_json(account: str, piece: Piece) -> dict[str, Any]:
    """Return the event by which the exporter exports a piece."""
    what: dict[str, Any] = {}
    if piece.span:
        what |= {
            "from": format_instant(piece.span.start),
            "to": format_instant(piece.span.stop),
        }
    if piece.flow_sids:
        what["flows"] = [*piece.flow_sids]
    return {
        **({"account": account} if account else {}),
        "shard": str(piece.shard),
        **({"until": format_instant(piece.until)} if piece.until else {}),
        **({"details": what} if piece.details else what),
    }
