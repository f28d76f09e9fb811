"""What the command says when it is done: lines for a person, and a code for a script. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from studio_export import errors
from studio_export.model import Counts, FlowSummary, Summary

OK, FAILED, CONFIGURATION, ACCESS, TRY_AGAIN = 0, 1, 2, 3, 75  # 75 is EX_TEMPFAIL of sysexits.h

_UNITS = ((86_400, "d"), (3600, "h"), (60, "m"))


def exit_code(summary: Summary) -> int:
    """The code that a summary deserves: the worst of what it holds."""
    if summary.stopped:
        return exit_code_of(summary.stopped.kind)
    codes = {exit_code_of(flow.error.kind) for flow in summary.flows if flow.error}
    if codes - {TRY_AGAIN}:
        return FAILED
    return OK if summary.complete and not codes else TRY_AGAIN


def exit_code_of(error: type[BaseException]) -> int:
    if issubclass(error, errors.ConfigurationError):
        return CONFIGURATION
    if issubclass(error, errors.AccessDeniedError):
        return ACCESS
    if issubclass(error, errors.UnavailableError | errors.DeadlineExceededError):
        return TRY_AGAIN
    return FAILED


def lines(summary: Summary) -> Iterator[str]:
    """A line for each Flow."""
    for flow in summary.flows:
        yield f"{flow.flow_sid}  {_counted(_counts(flow))}{_rest(flow)}"


def total_line(summary: Summary) -> str:
    totals = sum((_counts(flow) for flow in summary.flows), Counts())
    return f"{many(len(summary.flows), 'Flow')}: {_counted(totals)}"


def nothing_missed(summary: Summary) -> bool:
    """Whether a replay proves that its range was exported, as far as Twilio lists it now."""
    return summary.complete and not summary.totals.lines


def replayed(summary: Summary, *, dry_run: bool) -> Iterator[str]:
    """What a replay has shown, in words."""
    if nothing_missed(summary):
        yield "Nothing was missed: each Execution that Twilio lists had its line before."
    elif dry_run:
        yield "A dry run: nothing was written. A replay would write these lines."


def many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _counts(flow: FlowSummary) -> Counts:
    # To a replay each sweep is the last one, so what was still active then says nothing.
    return replace(flow.counts, unfinished=0) if flow.swept_to else flow.counts


def _counted(counts: Counts) -> str:
    lines, objects = many(counts.lines, "line"), many(counts.objects, "object")
    text = f"{lines} ({counts.ended:,} ended) in {objects}"
    for number, what in (
        (counts.throttles, "times throttled"),
        (counts.rejected, "rejected"),
        (counts.unfinished, "still active at their last sweep"),
    ):
        if number:
            text += f", {number:,} {what}"
    return text


def _rest(flow: FlowSummary) -> str:
    if flow.error:
        return "; failed"
    if flow.leased:
        return "; another run is at work on it"
    if flow.still_due:
        return "; not all of what is due"
    if flow.head_lag_seconds is not None:
        return f"; up to {duration(flow.head_lag_seconds)} ago"
    return ""


def duration(seconds: float) -> str:
    """`47s`, `15m`, `3h`, `29d`: the largest unit of which there are two, or one exactly."""
    for size, unit in _UNITS:
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.0f}s"
