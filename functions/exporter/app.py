"""The Lambda function: an event, the export, its summary."""

from typing import Any
from uuid import uuid4

from aws_lambda_powertools.utilities.typing import LambdaContext

from studio_export import bootstrap
from studio_export.event import parse_event
from studio_export.report import as_json, check


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Export what is due, or the range that the event names, and say what was done.

    Raises:
        StudioExportError: something needs a person; all else was done before it was raised.
    """
    exporter, telemetry = bootstrap.warm()
    telemetry.begin(event, context.aws_request_id)
    replay = parse_event(event, exporter.sweeper.clock.now())
    seconds = context.get_remaining_time_in_millis() / 1000
    summary = exporter.export(replay, holder=uuid4().hex, remaining_seconds=seconds)
    telemetry.report(summary)
    check(summary)
    return as_json(summary)
