"""Decide whether Twilio no longer has an Execution. A 404 alone does not say so.

A 404 may be spurious, or the key may be another account's: then everything is 404. One answer
proves whose Flow it is and that the Execution is not in it: the complete list of the Flow's
Executions of the second in which it was created.
"""

from datetime import timedelta

from studio_export.details.dataset import Execution
from studio_export.errors import InvalidPageError
from studio_export.model import Span
from studio_export.ports import Source
from studio_export.twilio import listing


def is_deleted(source: Source, execution: Execution, deadline: float) -> bool:
    """Whether the complete list of its second has no such Execution.

    Raises:
        InvalidPageError: a row has no usable Sid or date, so it may be that Execution.
        FlowNotFoundError: Twilio does not know the Flow, so the list proves nothing.
        StudioExportError: the list could not be read to its end.
    """
    second = execution.created.replace(microsecond=0)
    span = Span(second, second + timedelta(seconds=1))
    listed: set[str] = set()
    for each in listing.executions(source, execution.flow_sid, span, deadline):
        if each.page.rejected:
            raise InvalidPageError(
                f"the list of {execution.created} has an unreadable row: {execution.sid} may be it"
            )
        listed.update(record.sid for record in each.page.records)
    return execution.sid not in listed
