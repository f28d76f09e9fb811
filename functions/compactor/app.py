"""The compactor's Lambda function."""

from typing import Any

from studio_export.function.cold_start import without_garbage_collection

with without_garbage_collection():
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from studio_export.function import compactor_bootstrap
    from studio_export.function.compaction_result import answer, as_json, check, parse_days
    from studio_export.function.request import parse_request


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Compact the days that are due, or that the event names, of each account or of one.

    Raises:
        StudioExportError: a person must act. All other days were done before it was raised.
    """
    runs, telemetry = compactor_bootstrap.warm()
    with telemetry.invocation(event, context.aws_request_id):
        account, days = parse_request(event).account, parse_days(event)
        seconds = context.get_remaining_time_in_millis() / 1000
        summaries = runs.summaries(account, days, seconds)
        for each in summaries:
            telemetry.report_days(as_json(each), each.account)
        check(summaries)
        return answer(summaries)
