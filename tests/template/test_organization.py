"""What an organization may require of a stack: its KMS key, permissions boundary and labels."""

import pytest

from studio_export.version import VERSION
from tests.template.policy import allowed, policy_of
from tools.devkit.template.rendered import Json, Rendered, render, transformed

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
SERVICES = ("s3", "dynamodb", "sqs")


@pytest.fixture(scope="module")
def keyed() -> Rendered:
    return render(KmsKeyArn=KEY)


def encryption(stack: Rendered) -> Json:
    encrypted = stack.properties("ExportBucket")["BucketEncryption"]
    (rule,) = encrypted["ServerSideEncryptionConfiguration"]
    return dict(rule)


def test_bucket_table_queues_logs_and_topic_use_the_key_that_is_given(keyed: Rendered) -> None:
    by_default = encryption(keyed)["ServerSideEncryptionByDefault"]
    table = keyed.properties("Checkpoints")["SSESpecification"]

    assert by_default == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    assert table == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
    assert keyed.properties("ExporterLogs")["KmsKeyId"] == KEY
    assert keyed.one("AWS::SNS::Topic")["KmsMasterKeyId"] == KEY
    for queue in keyed.of_type("AWS::SQS::Queue").values():
        assert (queue["KmsMasterKeyId"], queue["SqsManagedSseEnabled"]) == (KEY, False)


def test_a_bucket_key_saves_most_calls_to_kms(keyed: Rendered) -> None:
    assert encryption(keyed)["BucketKeyEnabled"] is True


def test_without_a_key_nothing_names_one(stack: Rendered) -> None:
    assert "kms" not in str(stack.resources).lower()


@pytest.mark.parametrize("service", SERVICES)
def test_the_function_may_use_the_key_through_its_services_alone(
    keyed: Rendered, service: str
) -> None:
    policy = policy_of(keyed, "ExporterRole")
    via = {"kms:ViaService": f"{service}.us-east-1.amazonaws.com"}

    assert allowed(policy, "kms:GenerateDataKey", KEY, via)
    assert allowed(policy, "kms:Decrypt", KEY, via)
    assert not allowed(policy, "kms:Decrypt", KEY)
    assert not allowed(policy, "kms:Decrypt", KEY.replace("key/1", "key/2"), via)


def test_the_schedule_may_use_the_key_for_its_queue_alone(keyed: Rendered) -> None:
    policy = policy_of(keyed, "ScheduleRole")

    for service in SERVICES:
        via = {"kms:ViaService": f"{service}.us-east-1.amazonaws.com"}
        assert allowed(policy, "kms:GenerateDataKey", KEY, via) is (service == "sqs")


def test_every_role_bears_the_boundary_that_is_given_and_none_otherwise(stack: Rendered) -> None:
    bounded = render(PermissionsBoundaryArn=BOUNDARY).of_type("AWS::IAM::Role")

    assert {role["PermissionsBoundary"] for role in bounded.values()} == {BOUNDARY}
    assert not [r for r in stack.of_type("AWS::IAM::Role").values() if "PermissionsBoundary" in r]


def test_every_parameter_is_in_one_group_of_the_console_and_has_a_description() -> None:
    parameters = transformed()["Parameters"]
    groups = transformed()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]

    assert sorted(grouped) == sorted(parameters)
    assert all(each["Description"] for each in parameters.values())


def test_the_application_repository_gets_the_version_and_the_licence() -> None:
    application = transformed()["Metadata"]["AWS::ServerlessRepo::Application"]

    assert (application["SemanticVersion"], application["SpdxLicenseId"]) == (VERSION, "Apache-2.0")


def test_what_outlives_the_stack_says_whose_it_was(stack: Rendered) -> None:
    for name in ("ExportBucket", "Checkpoints"):
        assert stack.properties(name)["Tags"] == [{"Key": "application", "Value": "studio-export"}]
