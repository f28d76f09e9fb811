"""The role of the function, on each request to S3 that a run for Steps and Contexts makes."""

from collections.abc import Sequence

import pytest

from tests.template.calls import Call
from tests.template.policy import allowed
from tests.template.recording_store import RecordingStore
from tools.devkit.operations.operation import Operation
from tools.devkit.template.rendered import EVERY_DATASET, render

DETAILS = {"steps", "contexts", "flow-revisions", "done"}


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    store = RecordingStore()
    operation = Operation(details=True, store=store)
    operation.traffic(days=1 / 4)
    operation.run(hours=6)
    return store.calls


def refused(calls: Sequence[Call], datasets: str) -> set[str]:
    """The folders in which the role refuses a request."""
    (inline,) = render(Datasets=datasets).properties("ExporterRole")["Policies"]
    policy = inline["PolicyDocument"]
    return {
        (call.context.get("s3:prefix") or call.resource.partition("/")[2]).split("/")[1]
        for call in calls
        if not allowed(policy, call.action, call.resource, call.context)
    }


def test_the_role_allows_every_request_of_a_run(calls: list[Call]) -> None:
    assert not refused(calls, EVERY_DATASET)


def test_without_the_datasets_it_refuses_their_requests_alone(calls: list[Call]) -> None:
    assert refused(calls, "executions") == DETAILS
    assert refused(calls, "executions,steps") == {"contexts", "flow-revisions"}
