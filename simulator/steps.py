"""The Steps of an Execution: one for each widget that has ended."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from simulator.account import Flow
from simulator.definition import ENDED
from simulator.execution import Execution
from simulator.path import Move
from simulator.render import timestamp
from simulator.sids import sid

_EARLY_SHARE = 1 / 8  # of Executions: their first Step is a second older than they are


@dataclass(frozen=True, slots=True)
class Step:
    """A move of an Execution's path: its place there, and the instant at which its widget ended."""

    execution_sid: str
    number: int
    at: datetime
    move: Move

    @property
    def key(self) -> tuple[datetime, int]:
        return self.at, self.number


def steps_of(
    flow: Flow, execution: Execution, now: datetime, base_url: str
) -> list[dict[str, Any]]:
    """Return the Steps as the API lists them without a fault, newest first.

    Unlike the API it returns them after the Execution was deleted, too.
    """
    found = steps_until(flow, execution, now)
    return [step_fields(flow, step, base_url) for step in reversed(found)]


def steps_until(flow: Flow, execution: Execution, now: datetime) -> list[Step]:
    """Return the Steps of the widgets that have ended, oldest first."""
    return [step for step in _steps(flow, execution) if step.at <= now]


def _steps(flow: Flow, execution: Execution) -> list[Step]:
    """Return every Step that there will be."""
    path = flow.path(execution)
    moves = path.moves
    if execution.ends_at is None and moves and moves[-1].next == ENDED:
        moves = moves[:-1]
    seconds = list(accumulate(move.seconds for move in moves))
    total_seconds = sum(move.seconds for move in path.moves) + path.last_seconds
    steps = [
        Step(execution.sid, number, _at(execution, passed, total_seconds), move)
        for number, (move, passed) in enumerate(zip(moves, seconds, strict=True))
    ]
    if steps and int(execution.sid[2:6], 16) < _EARLY_SHARE * 0x10000:
        steps[0] = replace(steps[0], at=execution.created - timedelta(seconds=1))
    return steps


def _at(execution: Execution, seconds: int, total_seconds: int) -> datetime:
    """Return an instant of the path, which takes as long as the Execution does."""
    if execution.ends_at is None:
        return execution.created + timedelta(seconds=seconds)
    if not total_seconds:
        return execution.ends_at
    return execution.created + (execution.ends_at - execution.created) * seconds // total_seconds


def step_text(flow: Flow, step: Step, base_url: str) -> str:
    return json.dumps(step_fields(flow, step, base_url))


def step_fields(flow: Flow, step: Step, base_url: str) -> dict[str, Any]:
    step_sid, move = _sid(step, step.number), step.move
    url = f"{base_url}/v2/Flows/{flow.sid}/Executions/{step.execution_sid}/Steps/{step_sid}"
    return {
        "sid": step_sid,
        "account_sid": flow.account_sid,
        "flow_sid": flow.sid,
        "execution_sid": step.execution_sid,
        "parent_step_sid": None if move.parent is None else _sid(step, move.parent),
        "name": move.event,
        "context": None,
        "transitioned_from": move.widget,
        "transitioned_to": move.next,
        "type": move.type,
        "date_created": timestamp(step.at),
        "date_updated": None,
        "url": url,
        "links": {"step_context": f"{url}/Context"},
    }


def _sid(step: Step, number: int) -> str:
    return sid("FT", step.execution_sid, number)
