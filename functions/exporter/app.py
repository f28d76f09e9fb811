"""The exporter's Lambda function."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from studio_export.function.cold_start import without_garbage_collection

with without_garbage_collection():
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from studio_export.function import bootstrap
    from studio_export.function.answer import answer
    from studio_export.function.work import parse_work


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Export what is due, or the range that the event names, and return a summary.

    Raises:
        StudioExportError: a person must act. All other work was done before it was raised.
    """
    work = parse_work(event)
    request = work.request
    telemetry = bootstrap.telemetry()
    with telemetry.invocation(event, context.aws_request_id, request.account):
        exporter = bootstrap.warm(request.account)
        now = exporter.sweeper.clock.now()
        replay = work.replay(now)
        seconds = request.seconds(now, context.get_remaining_time_in_millis() / 1000)
        exporter = replace(exporter, shard=request.shard)
        summary = exporter.export(replay, owner=uuid4().hex, remaining_seconds=seconds)
        telemetry.report(summary, replay)
    return answer(summary, work)
