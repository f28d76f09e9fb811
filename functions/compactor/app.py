"""The compactor's Lambda function."""

from typing import Any

from studio_export.function.cold_start import without_garbage_collection

with without_garbage_collection():
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from studio_export.function import compactor_bootstrap
    from studio_export.function.compaction_result import as_json, check, parse_days


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Compact the days that are due, or that the event names, and return a summary.

    Raises:
        StudioExportError: a person must act. All other days were done before it was raised.
    """
    compaction, telemetry = compactor_bootstrap.warm()
    with telemetry.invocation(event, context.aws_request_id):
        days = parse_days(event)
        seconds = context.get_remaining_time_in_millis() / 1000
        summary = compaction.summary(days, seconds)
        telemetry.report_days(as_json(summary))
        check(summary)
        return as_json(summary)
