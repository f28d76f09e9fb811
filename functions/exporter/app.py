"""The exporter's Lambda function."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from studio_export.function.cold_start import without_garbage_collection

with without_garbage_collection():
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from studio_export.function import bootstrap
    from studio_export.function.answer import answer
    from studio_export.function.work import account_of, parse_work


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Export what is due, or the range that the event names, and return a summary.

    Raises:
        StudioExportError: a person must act. All other work was done before it was raised.
    """
    exporter, telemetry = bootstrap.warm(account_of(event))
    with telemetry.invocation(event, context.aws_request_id):
        now = exporter.sweeper.clock.now()
        work = parse_work(event, now)
        seconds = work.seconds(now, context.get_remaining_time_in_millis() / 1000)
        exporter = replace(exporter, shard=work.shard)
        summary = exporter.export(work.replay, owner=uuid4().hex, remaining_seconds=seconds)
        telemetry.report(summary, work.replay)
    return answer(summary, work)
