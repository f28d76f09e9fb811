"""A replay by the deployed state machine: wait for its end, and add its pieces up."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from studio_export.errors import FlowsFailedError
from studio_export.summary import Counts
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.output import format_duration
from studio_export_cli.replay.named_error import named_error

_FIRST_WAIT_SECONDS, _MAX_WAIT_SECONDS = 0.5, 15.0
_RUNNING, _SUCCEEDED = "RUNNING", "SUCCEEDED"
_PIECES_FAILED = "PiecesFailed"  # the error of `statemachines/export.asl.json`


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution of a state machine.

    Attributes:
        status: `RUNNING`, or how it ended.
        output: as JSON; None unless it succeeded.
        error: the name of the error that ended it; empty if there is none.
        cause: the error's text.
    """

    arn: str
    status: str
    output: str | None = None
    error: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class MachineResult:
    """What an execution did.

    Attributes:
        pieces: how many there were; 0 if the execution failed, whose history has them.
        counts: their sum.
        complete: whether nothing of the range is left.
        errors: what a person must look at.
    """

    execution: str
    pieces: int = 0
    counts: Counts = field(default_factory=Counts)
    complete: bool = False
    errors: tuple[str, ...] = ()


def wait(
    look: Callable[[], Execution],
    heartbeat: Heartbeat,
    sleep: Callable[[float], None] = time.sleep,
) -> Execution:
    """Look at the execution until it has ended, and return it.

    Raises:
        StudioExportError: nothing is known of it any more; it may go on.
    """
    waited, pause = 0.0, _FIRST_WAIT_SECONDS
    while (found := look()).status == _RUNNING:
        heartbeat.on_progress("The execution has run for", format_duration(waited))
        sleep(pause)
        waited += pause
        pause = min(_MAX_WAIT_SECONDS, pause * 1.5)
    return found


def result_of(execution: Execution) -> MachineResult:
    """Return what an execution that has ended did.

    Raises:
        StudioExportError: it failed as a whole, not by its pieces.
    """
    if execution.status == _SUCCEEDED:
        return _sum(execution)
    if execution.error == _PIECES_FAILED:
        return MachineResult(execution.arn, errors=_causes(execution.cause))
    if not execution.error:
        raise FlowsFailedError(
            f"the execution ended as {execution.status}. Run the replay again: what was written is"
            " kept."
        )
    raise named_error(execution.error, _message(execution.cause))


def _sum(execution: Execution) -> MachineResult:
    answers = _parsed(execution.output or "")
    if not isinstance(answers, list):
        raise FlowsFailedError(
            f"{execution.arn} has no output of pieces. Check that it is the stack's state machine."
        )
    pieces = [piece for account in answers for piece in account]
    counts = Counts()
    for piece in pieces:
        known = {name: piece["totals"].get(name, 0) for name in Counts.__dataclass_fields__}
        counts += Counts(**known)
    complete = all(piece["complete"] for piece in pieces)
    return MachineResult(execution.arn, len(pieces), counts, complete)


def _causes(cause: str) -> tuple[str, ...]:
    causes = _parsed(cause)
    return tuple(map(str, causes)) if isinstance(causes, list) else (cause,)


def _message(cause: str) -> str:
    """Return the message of an error that a function raised, or the cause as it is."""
    described = _parsed(cause)
    return str(described.get("errorMessage", cause)) if isinstance(described, dict) else cause


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
