"""Decide whether Twilio no longer has an Execution. A 404 alone does not say so.

A 404 may be spurious, or the key may be another account's: then everything is 404. One answer
proves whose Flow it is and that the Execution is not in it: the complete list of the Flow's
Executions of the second in which it was created.
"""

from datetime import timedelta

from studio_export.details.dataset import Execution
from studio_export.model import Span
from studio_export.ports import Source
from studio_export.twilio import listing


def is_deleted(source: Source, execution: Execution, deadline: float) -> bool:
    """Whether the complete list of its second has no such Execution.

    Raises:
        StudioExportError: the list could not be read to its end.
    """
    second = execution.created.replace(microsecond=0)
    span = Span(second, second + timedelta(seconds=1))
    pages = listing.executions(source, execution.flow_sid, span, deadline)
    listed = {record.sid for each in pages for record in each.page.records}
    return execution.sid not in listed
