"""The planner's Lambda function."""

from typing import Any

from studio_export.function.cold_start import without_garbage_collection

with without_garbage_collection():
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from studio_export.function import planner_bootstrap
    from studio_export.function.plan import as_json, parse_plan


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Plan which pieces of a run or a replay the state machine gives to the exporter.

    Raises:
        StudioExportError: the event or the configuration is unusable.
    """
    planner, telemetry = planner_bootstrap.warm()
    with telemetry.invocation(event, context.aws_request_id):
        request = parse_plan(event)
        plans = planner.plan(request.replay, request.began, request.account)
        return as_json(plans, planner.workers)
