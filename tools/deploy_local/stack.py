"""A deployed stack, as CloudFormation and the services describe it."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import fill
from typing import Any
from uuid import uuid4

from tools.deploy_local.account import LocalAccount
from tools.deploy_local.transcript import StepError

_COMPLETE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_NOT_MADE = re.compile(r'No resource provider found for "([^"]+)"')
_NOT_UPDATED = re.compile(r'Unable to update resource type "([^"]+)"')
# What LocalStack writes where a reference has no value.
_UNRESOLVED = '"unknown'


@dataclass(frozen=True, slots=True)
class DeployedStack:
    account: LocalAccount
    name: str

    @property
    def outputs(self) -> dict[str, str]:
        (stack,) = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    @property
    def resources(self) -> list[dict[str, Any]]:
        found = self._cloudformation.describe_stack_resources(StackName=self.name)
        return list(found["StackResources"])

    @property
    def retained(self) -> list[str]:
        """The names of bucket and table, which outlive the stack."""
        return [
            each["PhysicalResourceId"]
            for each in self.resources
            if each["ResourceType"] in {"AWS::S3::Bucket", "AWS::DynamoDB::Table"}
        ]

    @property
    def not_made(self) -> set[str]:
        """Types whose resources LocalStack counts as complete and does not make."""
        return set(_NOT_MADE.findall(self.account.log.read_text(errors="replace")))

    @property
    def not_updated(self) -> set[str]:
        """Types whose resources LocalStack counts as updated and leaves as they are."""
        return set(_NOT_UPDATED.findall(self.account.log.read_text(errors="replace")))

    @property
    def parameters(self) -> set[str]:
        summary = self._cloudformation.get_template_summary(StackName=self.name)
        return {each["ParameterKey"] for each in summary["Parameters"]}

    def changes(self, change_set: str) -> list[dict[str, Any]]:
        """The resource changes of a change set, which has this ARN."""
        described = self._cloudformation.describe_change_set(ChangeSetName=change_set)
        return [each["ResourceChange"] for each in described["Changes"]]

    def upload_template(self) -> str:
        """Upload the deployed template beside SAM's uploads, and return its URL."""
        template = self._cloudformation.get_template(StackName=self.name, TemplateStage="Original")
        managed = self._cloudformation.describe_stack_resource(
            StackName="aws-sam-cli-managed-default", LogicalResourceId="SamCliSourceBucket"
        )
        place = {
            "Bucket": managed["StackResourceDetail"]["PhysicalResourceId"],
            "Key": f"{self.name}.template",
        }
        self.account.client("s3").put_object(**place, Body=template["TemplateBody"].encode())
        return f"{self.account.aws.endpoint}/{place['Bucket']}/{place['Key']}"

    def changes_by(self, template_url: str, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        """What an update to these parameters would change, by a change set that is not executed."""
        made = self._cloudformation.create_change_set(
            StackName=self.name,
            ChangeSetName=f"try-{uuid4()}",
            TemplateURL=template_url,
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in parameters.items()
            ],
        )
        waiter = self._cloudformation.get_waiter("change_set_create_complete")
        waiter.wait(ChangeSetName=made["Id"], WaiterConfig={"Delay": 1})
        return self.changes(made["Id"])

    def check(self) -> None:
        """See that every resource is complete, and that no reference came to nothing.

        Raises:
            StepError: one is not.
        """
        for each in self.resources:
            if each["ResourceStatus"] not in _COMPLETE:
                raise StepError(f"{each['LogicalResourceId']} is {each['ResourceStatus']}")
        for kind, text in self._properties():
            if _UNRESOLVED in text:
                raise StepError(f"a reference has no value in {kind}: {text}")

    def _properties(self) -> Iterable[tuple[str, str]]:
        """What the services were given, as JSON."""
        client = self.account.client
        asked = {
            "a function": client("lambda").list_functions()["Functions"],
            "an alarm": client("cloudwatch").describe_alarms()["MetricAlarms"],
            "a bucket's policy": [
                client("s3").get_bucket_policy(Bucket=each["PhysicalResourceId"])["Policy"]
                for each in self.resources
                if each["ResourceType"] == "AWS::S3::Bucket"
            ],
            "a schedule": [
                client("scheduler").get_schedule(Name=each["PhysicalResourceId"])
                for each in self.resources
                if each["ResourceType"] == "AWS::Scheduler::Schedule"
            ],
            "a role": client("iam").get_account_authorization_details()["RoleDetailList"],
        }
        return ((kind, json.dumps(found, default=str)) for kind, found in asked.items())

    @property
    def _cloudformation(self) -> Any:
        return self.account.client("cloudformation")


def by_type(rows: Iterable[tuple[str, str, str]]) -> str:
    """Lines of what happened, to which type, and to which resources: (what, type, name)."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for what, kind, name in rows:
        groups[what, kind].append(name)
    return "\n".join(
        fill(
            f"{what:<16} {kind.removeprefix('AWS::'):<26} {', '.join(sorted(names))}",
            100,
            subsequent_indent=" " * 44,
        )
        for (what, kind), names in sorted(groups.items())
    )
