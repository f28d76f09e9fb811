"""A dataset beside Executions: what Twilio is asked for each of them, and how its line reads."""

from datetime import datetime
from typing import NamedTuple, Protocol

from studio_export.ports import Source


class Execution(NamedTuple):
    """An Execution with an ended line.

    Attributes:
        flow_version: the revision that it ran; None if its line does not say.
    """

    sid: str
    flow_sid: str
    created: datetime
    flow_version: int | None = None


class Fetched(NamedTuple):
    """The line of one Execution.

    Attributes:
        steps: how many Steps it holds.
        missing: why it has no content: `deleted` or `expired`; None if it has.
        may_be_early: it is empty, and Twilio may show more later.
        open_ended: its newest Step does not lead to the end of the Flow.
        throttles: how many 429 responses came before it.
    """

    line: bytes
    steps: int = 0
    missing: str | None = None
    may_be_early: bool = False
    open_ended: bool = False
    throttles: int = 0


class Dataset(Protocol):
    @property
    def folder(self) -> str:
        """Where its objects lie: `steps/`."""
        ...

    def fetch(self, source: Source, execution: Execution, deadline: float) -> Fetched:
        """Ask Twilio, to the last page.

        Raises:
            FlowNotFoundError: 404, twice.
            InvalidPageError, UnavailableError, AccessDeniedError, DeadlineExceededError: as the
                source raises them, or the answer is unusable.
        """
        ...

    def missing(self, execution: Execution, why: str) -> Fetched:
        """Return the line of an Execution that Twilio no longer has."""
        ...


def execution_url(base_url: str, execution: Execution) -> str:
    return f"{base_url}/v2/Flows/{execution.flow_sid}/Executions/{execution.sid}"
