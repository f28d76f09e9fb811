"""The function that compacts: on unless it is switched off, and able to do its work and no more."""

import pytest

from studio_export.compaction.compaction_run import CompactionRun, dataset_of
from studio_export.compaction.compactor import Compactor
from studio_export.export.ages import HOUR
from studio_export.log.part_keys import COMPACTED
from tests.template.calls import CALLS_OF_LAMBDA, Call, call_of
from tests.template.policy import actions, may, policy_of
from tests.template.recording_store import RecordingStore
from tools.devkit.operations.operation import Operation
from tools.devkit.template.rendered import EVERY_DATASET, SECRET, Rendered, render

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
PART = {"Bucket": "exportbucket", "Key": "studio/daily/dt=2026-11-20/00000.jsonl.gz"}
LINES = {"Bucket": "exportbucket", "Key": "studio/executions/dt=2026-11-20/FW0-T14-00003.jsonl.gz"}
OURS = ("Compactor", "CompactorLogs", "CompactorRole", "CompactorScheduleRole")
CALLS = [
    call_of("PutObject", PART | {"IfNoneMatch": "*"}),
    call_of("GetObject", PART),
    call_of("GetObject", LINES),
    call_of(
        "ListObjectsV2", {"Bucket": "exportbucket", "Prefix": "studio/executions/dt=2026-11-20/"}
    ),
    call_of("ListObjectsV2", {"Bucket": "exportbucket", "Prefix": "studio/daily/dt="}),
    call_of("ListObjectsV2", {"Bucket": "exportbucket", "Prefix": "studio/daily-parquet/dt="}),
]


@pytest.fixture(scope="module")
def without() -> Rendered:
    return render(TwilioSecretArn=SECRET, CompactDaily="false")


def test_it_is_there_by_default(stack: Rendered) -> None:
    assert stack.resources.keys() >= set(OURS)


def test_switched_off_there_is_no_trace_of_it(without: Rendered) -> None:
    assert not [name for name in without.resources if name.startswith("Compactor")]
    assert "Compactor" not in without.outputs


def test_all_else_is_the_same_without_it(without: Rendered, stack: Rendered) -> None:
    others = {n: r for n, r in stack.resources.items() if not n.startswith("Compactor")}

    assert others == without.resources


def test_it_runs_once_a_day_after_midnight(stack: Rendered) -> None:
    (schedule,) = (
        properties
        for name, properties in stack.of_type("AWS::Scheduler::Schedule").items()
        if name.startswith("Compactor")
    )

    assert schedule["ScheduleExpression"] == "cron(20 2 * * ? *)"
    assert "Name" not in schedule
    assert "Input" not in schedule["Target"]
    target = schedule["Target"]
    assert may(stack, "CompactorScheduleRole", Call("lambda:InvokeFunction", target["Arn"]))
    undelivered = Call("sqs:SendMessage", target["DeadLetterConfig"]["Arn"])
    assert may(stack, "CompactorScheduleRole", undelivered)


def test_it_has_the_exporters_layer_and_the_bucket_alone(stack: Rendered) -> None:
    function = stack.properties("Compactor")

    assert function["Layers"] == stack.properties("Exporter")["Layers"]
    assert function["Environment"]["Variables"] == {
        "POWERTOOLS_SERVICE_NAME": "stack",
        "EXPORT_BUCKET": "exportbucket",
        "EXPORT_PREFIX": "studio",
        "DATASETS": "executions",
    }


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_its_role_allows_each_of_its_calls(stack: Rendered, call: Call) -> None:
    assert may(stack, "CompactorRole", call)


@pytest.mark.parametrize(
    "call",
    [
        call_of("PutObject", LINES | {"IfNoneMatch": "*"}),
        call_of("PutObject", {"Bucket": "exportbucket", "Key": "studio/daily-parquet/x"}),
        call_of("GetObject", {"Bucket": "exportbucket", "Key": "studio/rejected/x.json"}),
        call_of("ListObjectsV2", {"Bucket": "exportbucket", "Prefix": "studio/"}),
        call_of("ListObjectsV2", {"Bucket": "exportbucket"}),
        call_of("UpdateItem", {"TableName": "checkpoints"}),
        call_of("GetSecretValue", {"SecretId": SECRET}),
        Call("s3:DeleteObject", f"arn:aws:s3:::exportbucket/{PART['Key']}"),
        Call("kms:Decrypt", KEY),
    ],
    ids=str,
)
def test_its_role_refuses_what_is_not_its_work(stack: Rendered, call: Call) -> None:
    assert not may(stack, "CompactorRole", call)


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """The requests of a compaction of every dataset."""
    store = RecordingStore()
    operation = Operation(HOUR, details=True, store=store)
    operation.traffic(days=1 / 4, every_seconds=6 * HOUR)
    operation.run(hours=24 * 5)
    store.calls.clear()
    compactors = [
        Compactor(store, operation.clock, 1, dataset=dataset_of(folder)) for folder in COMPACTED
    ]
    summary = CompactionRun(compactors).summary(None, 900)
    assert {day.folder for day in summary.days if day.done and day.done.added} == {*COMPACTED}
    return store.calls


def refused(calls: list[Call], datasets: str) -> set[str]:
    """The folders in which the role refuses a request."""
    stack = render(Datasets=datasets)
    return {
        (call.context.get("s3:prefix") or call.resource.partition("/")[2]).split("/")[1]
        for call in calls
        if not may(stack, "CompactorRole", call)
    }


def test_its_role_allows_every_request_of_the_datasets_that_are_on(calls: list[Call]) -> None:
    steps = {"steps", *("daily-steps" + form for form in ("", "-parquet", "-flat-parquet"))}
    contexts = {"contexts", "daily-contexts", "daily-contexts-parquet"}

    assert refused(calls, EVERY_DATASET) == set()
    assert refused(calls, "executions,steps") == contexts
    assert refused(calls, "executions,contexts,flow-revisions") == steps
    assert refused(calls, "executions") == steps | contexts


def test_with_every_dataset_it_writes_compacted_days_alone() -> None:
    stack = render(Datasets=EVERY_DATASET)
    for folder in ("steps", "contexts", "done/steps", "daily-steps-parquet", "executions"):
        key = {"Bucket": "exportbucket", "Key": f"studio/{folder}/dt=2026-11-20/x"}
        assert not may(stack, "CompactorRole", call_of("PutObject", key | {"IfNoneMatch": "*"}))


def test_its_role_allows_no_other_action(stack: Rendered) -> None:
    s3 = {"s3:PutObject", "s3:GetObject", "s3:ListBucket"}

    assert actions(policy_of(stack, "CompactorRole")) == s3 | CALLS_OF_LAMBDA
    assert "ManagedPolicyArns" not in stack.properties("CompactorRole")


def test_what_failed_goes_to_the_queue_that_has_an_alarm(stack: Rendered) -> None:
    (config,) = (
        properties
        for name, properties in stack.of_type("AWS::Lambda::EventInvokeConfig").items()
        if name.startswith("Compactor")
    )
    queue = config["DestinationConfig"]["OnFailure"]["Destination"]

    assert queue.endswith(":failedinvocations")
    assert may(stack, "CompactorRole", Call("sqs:SendMessage", queue))


def test_a_key_and_a_boundary_of_the_organization_are_its_own_too() -> None:
    stack = render(KmsKeyArn=KEY, PermissionsBoundaryArn="arn:boundary")

    via = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
    assert may(stack, "CompactorRole", Call("kms:GenerateDataKey", KEY, via))
    assert not may(stack, "CompactorRole", Call("kms:GenerateDataKey", KEY))
    assert stack.properties("CompactorLogs")["KmsKeyId"] == KEY
    for role in ("CompactorRole", "CompactorScheduleRole"):
        assert stack.properties(role)["PermissionsBoundary"] == "arn:boundary"
