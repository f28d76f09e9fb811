"""The errors of an export, by what the caller must do.

StudioExportError
├── ConfigurationError        fix the setting that the message names
│   └── InvalidEventError            fix the event that was sent
├── AccessDeniedError               fix credentials or permissions; the tick stops at once
├── FlowError                 this Flow needs a person; the other Flows go on
│   ├── FlowNotFoundError     Twilio knows no such Flow (asked twice)
│   ├── InvalidPageError             Twilio's answer cannot be trusted; no cursor moves
│   ├── CorruptLogError       a committed object is missing or unreadable
│   └── CheckpointError       the item was written by a newer version, or by hand
├── UnavailableError          a server did not answer; the next tick asks again
│   └── StoreError            the store's answer is unknown: read the log again
├── UnexpectedError           a fault of the exporter itself: report it
├── FlowsFailedError          read the errors it lists; all else of the invocation was done
├── DaysFailedError           the same, of days that were to be compacted
└── DeadlineExceededError            not a failure: the work is still due at the next tick
    └── ThrottledError        429 for as long as this tick could wait
"""

from studio_export.model import Counts, Failure


class StudioExportError(Exception):
    """Whatever an export can fail with. `counts` is what the sweep that it ended had done."""

    counts = Counts()


class ConfigurationError(StudioExportError):
    """A setting is missing or malformed; the message names it."""


class InvalidEventError(ConfigurationError):
    """The event has our keys, but not a usable range of time."""


class AccessDeniedError(StudioExportError):
    """Credentials or permissions are refused, by Twilio or by AWS."""


class FlowError(StudioExportError):
    """One Flow cannot be exported until a person looks at it."""


class FlowNotFoundError(FlowError):
    """Twilio answered 404 for the Flow, twice."""


class InvalidPageError(FlowError):
    """A page is unreadable, or does not belong to the listing that asked for it."""


class CorruptLogError(FlowError):
    """A log has a hole in its numbers, or an object that cannot be read."""


class CheckpointError(FlowError):
    """The checkpoint's version or shape is unknown. Deleting the item loses nothing."""


class UnavailableError(StudioExportError):
    """A server answered 5xx, or not at all, after every retry that the time allowed."""


class StoreError(UnavailableError):
    """The store failed, or its answer was lost: the call may or may not have had its effect."""


class DeadlineExceededError(StudioExportError):
    """The time left is too short for what was asked."""


class ThrottledError(DeadlineExceededError):
    """Twilio answered 429 for longer than the time left: so many times."""

    def __init__(self, message: str, throttles: int) -> None:
        super().__init__(message)
        self.counts = Counts(throttles=throttles)


class UnexpectedError(StudioExportError):
    """An exception that the exporter does not expect; the message gives its class and place."""


class FlowsFailedError(StudioExportError):
    """Some of an invocation needs a person; all else of it was done, and is kept."""


class DaysFailedError(StudioExportError):
    """Some days could not be compacted; the others were."""


def failure_of(error: StudioExportError) -> Failure:
    return Failure(type(error), str(error))


def describe(failure: Failure) -> str:
    """Return `ClassName: message`, the form of summaries and log lines.

    The message of an `UnexpectedError` begins with the class that it stands for.
    """
    if issubclass(failure.kind, UnexpectedError):
        return failure.message
    return f"{failure.kind.__name__}: {failure.message}"
