"""The errors of an export, by what the caller must do.

StudioExportError
├── ConfigurationError          fix the setting that the message names
│   └── InvalidEventError       fix the event that was sent
├── AccessDeniedError           fix credentials or permissions; the run stops at once
│   ├── EndpointError           fix the variable it names: no host of that name, or no trust in it
│   └── StoreUnusableError      fix the store: no retry can write there
├── FlowError                   a person must act for this Flow; the other Flows continue
│   ├── FlowNotFoundError       check the Flow: Twilio does not know it (asked twice)
│   ├── InvalidPageError        read the message: Twilio's page is unusable; no cursor moves
│   ├── HoleError               nothing yet: some seconds cannot be listed, the rest was exported
│   ├── CorruptLogError         restore the object: it is missing or unreadable
│   └── CheckpointError         upgrade, or delete the item: nothing is lost
├── UnavailableError            nothing: a server did not answer, and the next run tries again
│   └── StoreError              read the log again: the effect of the call is unknown
├── UnexpectedError             report it: a fault of the exporter itself
├── FlowsFailedError            read the errors it lists; all other work was done
├── DaysFailedError             the same, for days to compact
└── DeadlineExceededError       nothing: the work stays due for the next run
    └── ThrottledError          429 until the deadline, or for a quarter of an hour
"""

from studio_export.model import Counts, Failure


class StudioExportError(Exception):
    """The base of all errors of an export.

    Attributes:
        counts: what the sweep had done before the error ended it.
    """

    counts = Counts()


class ConfigurationError(StudioExportError):
    """A setting is missing or malformed; the message names it."""


class InvalidEventError(ConfigurationError):
    """The event names a replay, but its range or its Flows are malformed."""


class AccessDeniedError(StudioExportError):
    """Twilio or AWS refuses the credentials or the permissions."""


class EndpointError(AccessDeniedError):
    """A host is unknown or not trusted, or a proxy refuses; the message names the setting."""


class StoreUnusableError(AccessDeniedError):
    """The store cannot do what is needed, whatever is repeated: it is full, or lacks a function."""


class FlowError(StudioExportError):
    """One Flow cannot be exported until a person acts."""


class FlowNotFoundError(FlowError):
    """Twilio answered 404 for the Flow, twice."""


class InvalidPageError(FlowError):
    """A page is unreadable, or belongs to another listing."""


class HoleError(FlowError):
    """Twilio's list fails for some seconds of creation time, however narrow the range."""


class CorruptLogError(FlowError):
    """A log has a gap in its numbers, or an object that cannot be read."""


class CheckpointError(FlowError):
    """The checkpoint's version or shape is unknown. Deleting the item loses nothing."""


class UnavailableError(StudioExportError):
    """A server answered 5xx or not at all, after every retry that the time allowed."""


class StoreError(UnavailableError):
    """The store failed or its response was lost: the call may have taken effect."""


class DeadlineExceededError(StudioExportError):
    """The remaining time is too short for the request."""


class ThrottledError(DeadlineExceededError):
    """Twilio answered 429 until the deadline or for too long, `throttles` times."""

    def __init__(self, message: str, throttles: int) -> None:
        super().__init__(message)
        self.counts = Counts(throttles=throttles)


class UnexpectedError(StudioExportError):
    """An unexpected exception; the message gives its class and place."""


class FlowsFailedError(StudioExportError):
    """A person must act for some Flows. All other work was done, and is kept."""


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
