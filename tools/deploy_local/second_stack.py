"""The stack as an organization has it: the other branch of each condition."""

import json
from collections.abc import Mapping

from tools.deploy_local.account import LocalAccount
from tools.deploy_local.session import SCHEDULED, Session


def make_resources(account: LocalAccount) -> dict[str, str]:
    """Make what an organization has, and return the parameters that name it."""
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    boundary = account.client("iam").create_policy(
        PolicyName="boundary",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [anything]}),
    )
    topics = {
        parameter: account.client("sns").create_topic(Name=parameter)["TopicArn"]
        for parameter in ("AlarmTopicArn", "PageTopicArn")
    }
    return {
        "KmsKeyArn": key,
        "TwilioSecretKmsKeyArn": key,
        "PermissionsBoundaryArn": boundary["Policy"]["Arn"],
        **topics,
    }


def create(session: Session, bucket: str, existing: Mapping[str, str]) -> None:
    session.page.section(
        "Create once more, with the other branch of each condition",
        "Into the bucket that outlived the stack, with a KMS key, a boundary, two topics,\n"
        "credentials as parameters, the state machine for two workers, and neither dashboard,\n"
        "Athena tables nor compaction.",
    )
    api_key, api_secret = session.account.key
    session.deploy(
        ExistingBucket=bucket,
        TwilioApiKey=api_key,
        TwilioApiSecret=api_secret,
        **existing,
        ReservedConcurrency="2",
        Workers="2",
        MakeDashboard="false",
        MakeAthenaTables="false",
        CompactDaily="false",
    )
    session.page.note(
        "The table is new and the lines are not: the run reads them and repeats none.\n"
        "A conflict is a put that S3 refused, because the object was there."
    )
    totals = session.invoke("Function", SCHEDULED)["totals"]
    session.page.block(json.dumps(totals), "json")
    session.verify(bucket)
