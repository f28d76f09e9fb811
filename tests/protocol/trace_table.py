"""Format the I/Os of a case as a table, for the person who reads a failure."""

from collections.abc import Sequence

from tests.protocol.fault_injection import Call

_HEADINGS = ("I/O", "process", "call", "argument", "fault", "result")


def format_trace(trace: Sequence[Call], max_calls: int = 60) -> str:
    """Return the last calls as a table; earlier ones are only counted."""
    shown = trace[-max_calls:]
    rows = [_HEADINGS, *(_row(call) for call in shown)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    before = len(trace) - len(shown)
    return "\n".join(([f"({before} earlier I/Os are not shown)"] if before else []) + lines)


def _row(call: Call) -> tuple[str, ...]:
    fault = f"<- {call.fault}" if call.fault else ""
    return str(call.number), call.process, call.name, call.argument, fault, call.result
