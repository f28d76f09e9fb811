"""The exit codes of the command, and which one an error or a summary leads to. Pure."""

from studio_export import errors
from studio_export.summary import Summary

OK, FAILED, CONFIGURATION, ACCESS, TRY_AGAIN = 0, 1, 2, 3, 75  # 75 is EX_TEMPFAIL of sysexits.h


def exit_code(summary: Summary) -> int:
    """Return the exit code of a run: by its stop, its failed Flows, or work left."""
    if summary.stopped:
        return exit_code_of(summary.stopped.kind)
    failures = [flow.error for flow in summary.flows if flow.error]
    details = summary.details.error if summary.details else None
    if details and not issubclass(details.kind, errors.UnavailableError):  # that stays due
        failures.append(details)
    codes = {exit_code_of(failure.kind) for failure in (*failures, *summary.listing_failures)}
    if codes - {TRY_AGAIN} or summary.totals.rejected:
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
