"""Check the deployed stack: its function, its schedule and its queues of failures."""

from collections.abc import Iterator, Mapping

from studio_export_cli.doctor.aws_stack import StackInspection
from studio_export_cli.doctor.check import Check, fail, if_allowed, ok, unknown
from studio_export_cli.output import quantity

_QUEUES = {
    "FailedInvocationsQueue": "Fix the error and delete the message. Invoke a failed replay again.",
    "UndeliveredRunsQueue": "Check that function and role exist, then delete the messages.",
}
_DISABLED = "Enable it. Twilio deletes Executions after 30 days, exported or not."


def check_stack(stack: StackInspection, outputs: Mapping[str, str]) -> Iterator[Check]:
    if function := outputs.get("Function"):
        yield if_allowed("function", lambda: _function(stack, function))
    if arn := outputs.get("FunctionArn"):
        yield if_allowed("schedule", lambda: _schedule(stack, arn))
    for output, remedy in _QUEUES.items():
        if url := outputs.get(output):
            yield if_allowed("queue", lambda url=url, remedy=remedy: _queue(stack, url, remedy))  # type: ignore[misc]


def _function(stack: StackInspection, name: str) -> Check:
    state = stack.function_state(name)
    if state in {"Active", "Inactive"}:
        return ok("function", f"{name} is active")
    return fail("function", f"{name}: {state}", "Check the last deployment.")


def _schedule(stack: StackInspection, function_arn: str) -> Check:
    schedule = stack.schedule_of(function_arn)
    if schedule is None:
        return fail("schedule", "no schedule invokes the function", "Deploy the stack again.")
    state, expression = schedule
    if state == "ENABLED":
        return ok("schedule", f"it is enabled: {expression}")
    return fail("schedule", "it is disabled, so nothing runs", _DISABLED)


def _queue(stack: StackInspection, url: str, remedy: str) -> Check:
    name, waiting = url.rpartition("/")[2], stack.waiting(url)
    if not waiting.messages:
        return ok("queue", f"{name} is empty")
    message = f"{name} has {quantity(waiting.messages, 'message')}. Newest: {waiting.newest}"
    return fail("queue", message, remedy)


def skipped() -> Check:
    return unknown("stack", "function, schedule and queues were not checked", "Give --stack NAME.")
