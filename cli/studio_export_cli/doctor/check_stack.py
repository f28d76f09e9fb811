"""The deployed stack: do ticks come, and what has failed?"""

from collections.abc import Iterator, Mapping

from studio_export_cli.doctor.aws_stack import StackInspection
from studio_export_cli.doctor.check import Verdict, if_allowed, ok, unknown, wrong
from studio_export_cli.output import many

_QUEUES = {
    "FailedInvocationsQueue": "Mend the error, delete the message; send a replay again.",
    "UndeliveredRunsQueue": "Do function and role still exist? Delete the messages then.",
}


def examine_stack(stack: StackInspection, outputs: Mapping[str, str]) -> Iterator[Verdict]:
    if function := outputs.get("Function"):
        yield if_allowed("function", lambda: _function(stack, function))
    if arn := outputs.get("FunctionArn"):
        yield if_allowed("schedule", lambda: _schedule(stack, arn))
    for output, do in _QUEUES.items():
        if url := outputs.get(output):
            yield if_allowed("queue", lambda url=url, do=do: _queue(stack, url, do))  # type: ignore[misc]


def _function(stack: StackInspection, name: str) -> Verdict:
    state = stack.function_state(name)
    if state in {"Active", "Inactive"}:
        return ok("function", f"{name} is there")
    return wrong("function", f"{name}: {state}", "Look at the last deployment.")


def _schedule(stack: StackInspection, function_arn: str) -> Verdict:
    schedule = stack.schedule_of(function_arn)
    if schedule is None:
        return wrong("schedule", "none invokes the function", "Deploy the stack again.")
    state, expression = schedule
    if state == "ENABLED":
        return ok("schedule", f"enabled, {expression}")
    return wrong("schedule", "disabled: no tick comes", "Enable it: Twilio goes on deleting.")


def _queue(stack: StackInspection, url: str, do: str) -> Verdict:
    name, waiting = url.rpartition("/")[2], stack.waiting(url)
    if not waiting.messages:
        return ok("queue", f"{name} is empty")
    what = f"{name} has {many(waiting.messages, 'message')}; the newest: {waiting.newest}"
    return wrong("queue", what, do)


def not_looked_at() -> Verdict:
    return unknown("stack", "function, schedule, queues: not looked at", "Give --stack NAME.")
