"""The result of a replay by the state machine, as lines and as JSON. Pure."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from studio_export.log.keys import REJECTED
from studio_export_cli import exit_codes
from studio_export_cli.output import format_counts, quantity, rejected_line
from studio_export_cli.replay.by_machine import MachineResult
from studio_export_cli.replay.text import NOTHING_MISSED


def how_to_look(execution: str) -> str:
    return f"Look at it with: aws stepfunctions describe-execution --execution-arn {execution}"


def lines(result: MachineResult, *, details: bool) -> Iterator[str]:
    """What the pieces did; nothing if some failed."""
    if result.errors:
        return
    pieces = quantity(result.pieces, "piece")
    if details:
        state = "every object of the range has its lines" if result.complete else "work is left"
        yield f"{pieces}: {state}"
        return
    yield f"{pieces}: {format_counts(result.counts)}"
    if nothing_missed(result):
        yield NOTHING_MISSED


def nothing_missed(result: MachineResult) -> bool:
    """Whether a replay of Executions proves that everything in its range was exported."""
    counts = result.counts
    return result.complete and not (counts.lines or counts.rejected or counts.doubts)


def as_json(result: MachineResult, *, details: bool) -> dict[str, Any]:
    """Return the result; a piece does not count details, so these have no totals."""
    totals = {"totals": asdict(result.counts), "nothing_missed": nothing_missed(result)}
    return {
        "kind": "replay",
        "execution": result.execution,
        "complete": result.complete,
        "pieces": result.pieces,
        "errors": [*result.errors],
        **({} if details or result.errors else totals),
    }


def complaints(result: MachineResult) -> Iterator[str]:
    yield from result.errors
    if result.errors:
        yield "the execution failed. The pieces without an error are exported."
    elif rejected := result.counts.rejected:
        yield rejected_line(rejected, f"exported as lines. Look at the objects in {REJECTED}")
    elif not result.complete:
        yield "work is left. Run the command again."


def exit_code(result: MachineResult) -> int:
    if result.errors or result.counts.rejected:
        return exit_codes.FAILED
    return exit_codes.OK if result.complete else exit_codes.TRY_AGAIN
