"""Who may do what. The policies are evaluated, not compared as text."""

import pytest

from tests.template.calls import CALLS_OF_LAMBDA, EXPECTED_CALLS, Call, call_of
from tests.template.policy import actions, allowed, may, policy_of
from tools.devkit.template.rendered import EVERY_DATASET, SECRET, Rendered, render

LINES = {"Bucket": "exportbucket", "Key": "studio/executions/dt=2026-11-23/FW0-T14-00003.jsonl.gz"}
CALLS = [
    call_of("PutObject", LINES | {"IfNoneMatch": "*"}),
    call_of("GetObject", LINES),
    call_of("PutObject", LINES | {"Key": "studio/rejected/0.json", "IfNoneMatch": "*"}),
    call_of("GetObject", LINES | {"Key": "studio/rejected/0.json"}),
    call_of("ListObjectsV2", {"Bucket": "exportbucket", "Prefix": "studio/executions/dt="}),
    call_of("UpdateItem", {"TableName": "checkpoints"}),
    call_of("GetItem", {"TableName": "checkpoints"}),
    call_of("GetSecretValue", {"SecretId": SECRET}),
]
FOLDERS_OF = {
    "steps": {"steps", "done"},
    "contexts": {"contexts", "done"},
    "flow-revisions": {"flow-revisions", "done"},
}
OF_DETAILS = sorted(set().union(*FOLDERS_OF.values()))
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.action)
def test_the_role_allows_each_call_of_the_function(stack: Rendered, call: Call) -> None:
    assert may(stack, "ExporterRole", call)


def test_the_role_allows_no_other_action(stack: Rendered) -> None:
    assert {call.action for call in CALLS} == EXPECTED_CALLS
    assert actions(policy_of(stack, "ExporterRole")) == EXPECTED_CALLS | CALLS_OF_LAMBDA


@pytest.mark.parametrize("folder", OF_DETAILS)
@pytest.mark.parametrize("dataset", [None, *FOLDERS_OF])
def test_the_role_allows_the_folders_of_the_datasets_that_are_exported(
    dataset: str | None, folder: str
) -> None:
    stack = render(Datasets=f"executions,{dataset}") if dataset else render()
    place = {"Bucket": "exportbucket", "Key": f"studio/{folder}/object"}
    calls = [
        call_of("PutObject", place | {"IfNoneMatch": "*"}),
        call_of("GetObject", place),
        call_of("ListObjectsV2", {"Bucket": "exportbucket", "Prefix": f"studio/{folder}/dt="}),
    ]
    exported = dataset is not None and folder in FOLDERS_OF[dataset]

    assert [may(stack, "ExporterRole", call) for call in calls] == [exported] * len(calls)


def test_with_every_dataset_the_role_allows_no_other_action() -> None:
    policy = policy_of(render(Datasets=EVERY_DATASET, TwilioSecretArn=SECRET), "ExporterRole")

    assert actions(policy) == EXPECTED_CALLS | CALLS_OF_LAMBDA
    assert may(render(Datasets=EVERY_DATASET), "ExporterRole", CALLS[0])


@pytest.mark.parametrize(
    "call",
    [
        call_of("PutObject", {"Bucket": "exportbucket", "Key": "other/object"}),
        call_of("PutObject", {"Bucket": "exportbucket", "Key": "studio/daily/object"}),
        call_of("GetObject", {"Bucket": "exportbucket", "Key": "studio-2/object"}),
        call_of("GetObject", {"Bucket": "otherbucket", "Key": LINES["Key"]}),
        call_of("ListObjectsV2", {"Bucket": "exportbucket"}),
        call_of("ListObjectsV2", {"Bucket": "exportbucket", "Prefix": "other/"}),
        call_of("ListObjectsV2", {"Bucket": "otherbucket", "Prefix": "studio/"}),
        call_of("UpdateItem", {"TableName": "other"}),
        call_of("GetSecretValue", {"SecretId": SECRET.replace("twilio", "other")}),
        Call("s3:DeleteObject", f"arn:aws:s3:::exportbucket/{LINES['Key']}"),
        Call("dynamodb:DeleteItem", "arn:aws:dynamodb:us-east-1:123456789012:table/checkpoints"),
        Call("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:undeliveredruns"),
        Call("kms:Decrypt", KEY),
    ],
    ids=str,
)
def test_the_role_refuses_what_is_not_the_functions(stack: Rendered, call: Call) -> None:
    assert not may(stack, "ExporterRole", call)


def test_no_role_has_a_managed_policy_or_a_wild_card_action(stack: Rendered) -> None:
    roles = stack.of_type("AWS::IAM::Role")

    assert roles.keys() == {
        *("ExporterRole", "ScheduleRole"),
        *("CompactorRole", "CompactorScheduleRole"),
    }
    for name, role in roles.items():
        assert "ManagedPolicyArns" not in role
        assert not [action for action in actions(policy_of(stack, name)) if "*" in action]


def test_the_role_follows_an_existing_bucket() -> None:
    stack = render(ExistingBucket="ours")

    assert may(stack, "ExporterRole", call_of("PutObject", LINES | {"Bucket": "ours"}))
    assert not may(stack, "ExporterRole", call_of("PutObject", LINES))


def test_without_a_secret_no_secret_may_be_read() -> None:
    assert "secretsmanager:GetSecretValue" not in actions(policy_of(render(), "ExporterRole"))


def test_the_secrets_key_is_for_secrets_manager_alone() -> None:
    policy = policy_of(render(TwilioSecretKmsKeyArn=KEY), "ExporterRole")
    service = {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}

    assert allowed(policy, "kms:Decrypt", KEY, service)
    assert not allowed(policy, "kms:Decrypt", KEY)


def test_the_function_runs_as_its_role_and_writes_its_own_logs(stack: Rendered) -> None:
    group = f"log-group:{stack.properties('ExporterLogs')['LogGroupName']}:log-stream:one"
    role = policy_of(stack, "ExporterRole")

    assert stack.properties("Exporter")["Role"].endswith(":role/exporterrole")
    assert allowed(role, "logs:PutLogEvents", f"arn:aws:logs:us-east-1:123456789012:{group}")


def test_failures_may_be_sent_to_the_queue_that_is_named(stack: Rendered) -> None:
    config = stack.properties("ExporterEventInvokeConfig")["DestinationConfig"]["OnFailure"]

    assert allowed(policy_of(stack, "ExporterRole"), "sqs:SendMessage", config["Destination"])


def test_the_schedule_may_invoke_the_function_and_report_what_it_could_not(stack: Rendered) -> None:
    target = stack.properties("ExporterRun")["Target"]
    role = policy_of(stack, "ScheduleRole")

    assert target["RoleArn"].endswith(":role/schedulerole")
    assert actions(role) == {"lambda:InvokeFunction", "sqs:SendMessage"}
    assert allowed(role, "lambda:InvokeFunction", target["Arn"])
    assert allowed(role, "sqs:SendMessage", target["DeadLetterConfig"]["Arn"])


@pytest.mark.parametrize(
    ("role", "service"),
    [("ExporterRole", "lambda.amazonaws.com"), ("ScheduleRole", "scheduler.amazonaws.com")],
)
def test_only_its_service_assumes_a_role(stack: Rendered, role: str, service: str) -> None:
    (statement,) = stack.properties(role)["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": service}
