"""The sequence of I/Os of a life, as a table that a person can read."""

from collections.abc import Sequence

from tests.protocol.fault_injection import Call

_HEADINGS = ("I/O", "process", "call", "", "fault", "result")


def story(trace: Sequence[Call], most: int = 60) -> str:
    """The last calls; what came before them is counted."""
    shown = trace[-most:]
    rows = [_HEADINGS, *(_row(call) for call in shown)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    before = len(trace) - len(shown)
    return "\n".join(([f"({before} I/Os before)"] if before else []) + lines)


def _row(call: Call) -> tuple[str, ...]:
    fault = f"<< {call.fault}" if call.fault else ""
    return str(call.number), call.process, call.name, call.what, fault, call.result
