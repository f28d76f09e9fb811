"""Read which Executions of an object of `executions/` are final. Pure."""

from studio_export.details.dataset import Execution
from studio_export.instants import parse_instant
from studio_export.log import reader
from studio_export.twilio.record import ENDED


def ended_executions(body: bytes, flow_sid: str) -> list[Execution]:
    """Return the Executions with an ended line, in the object's order.

    Raises:
        ValueError: the object is unreadable.
    """
    executions = []
    for line in reader.lines(body):
        fields = reader.read_fields(line)
        created = parse_instant(fields.date_created)
        if fields.status == ENDED and created:
            executions.append(Execution(fields.sid, flow_sid, created, fields.revision))
    return executions
