"""The template as it would be deployed: transformed by SAM, with its parameters filled in.

Implements the intrinsic functions that this template uses, and refuses any other. A physical name
(of a table, in an ARN) is the logical id in lower case: `Checkpoints` becomes `checkpoints`. The
account and the region are always the same.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tools.devkit.environments import ensure
from tools.devkit.repository import ROOT

_PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "stack",
    "AWS::URLSuffix": "amazonaws.com",
}
_ARNS = {
    "AWS::CloudWatch::Alarm": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:{}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:123456789012:table/{}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{}",
    "AWS::Lambda::Function": "arn:aws:lambda:us-east-1:123456789012:function:{}",
    "AWS::Logs::LogGroup": "arn:aws:logs:us-east-1:123456789012:log-group:{}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:{}",
}
# Whose Ref is an ARN too.
_REFS = {
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:{}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:us-east-1:123456789012:stateMachine:{}",
}
_NOTHING = object()  # AWS::NoValue

# A secret, for tests that need one.
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:twilio-AbCdEf"

# The parameter Datasets, for tests that need all that can be exported.
EVERY_DATASET = "executions,steps,contexts,flow-revisions"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The resources and outputs whose conditions are true, with every function evaluated."""

    resources: Json
    outputs: Json

    def properties(self, logical_id: str) -> Json:
        found: Json = self.resources[logical_id]["Properties"]
        return found

    def of_type(self, kind: str) -> dict[str, Json]:
        return {
            name: resource["Properties"]
            for name, resource in self.resources.items()
            if resource["Type"] == kind
        }

    def one(self, kind: str) -> Json:
        """The properties of the only resource of its type."""
        (properties,) = self.of_type(kind).values()
        return properties


@cache
def transformed() -> Json:
    """The template after SAM's transform, by the SAM CLI's own translator."""
    ensure()
    done = subprocess.run(
        [
            str(ROOT / ".venv-sam/bin/python"),
            "tools/devkit/template/transform.py",
            "template.yaml",
        ],
        cwd=ROOT,
        env={**os.environ, "AWS_DEFAULT_REGION": _PSEUDO["AWS::Region"]},
        capture_output=True,
        check=True,
    )
    template: Json = json.loads(done.stdout)
    return template


def render(**parameters: object) -> Rendered:
    """The template with these parameters, and the defaults of the others."""
    template = transformed()
    if unknown := parameters.keys() - template["Parameters"].keys():
        raise ValueError(f"no such parameters: {unknown}")
    return _Renderer(template, parameters).render()


class _Renderer:
    def __init__(self, template: Json, parameters: Mapping[str, object]) -> None:
        self._template = template
        defaults = {name: each.get("Default") for name, each in template["Parameters"].items()}
        # CloudFormation compares and looks up every parameter as a string.
        self._names = {name: str(value) for name, value in {**defaults, **parameters}.items()}
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Condition": self._is,
            "Fn::And": lambda given: all(map(self._value, given)),
            "Fn::Equals": lambda given: len({str(self._value(each)) for each in given}) == 1,
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAtt": lambda given: self._attribute(*given),
            "Fn::If": self._if,
            "Fn::Join": lambda given: given[0].join(self._value(given[1])),
            "Fn::Not": lambda given: not self._value(given[0]),
            "Fn::Or": lambda given: any(map(self._value, given)),
            "Fn::Split": lambda given: self._value(given[1]).split(given[0]),
            "Fn::Sub": self._sub,
            "Ref": self._ref,
        }

    def render(self) -> Rendered:
        return Rendered(self._existing("Resources"), self._existing("Outputs"))

    def _existing(self, section: str) -> Json:
        return {
            name: self._value(each)
            for name, each in self._template[section].items()
            if "Condition" not in each or self._is(each["Condition"])
        }

    def _value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self._value, node) if value is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (name, given), *_ = node.items()
            if name in self._functions and not (name == "Condition" and isinstance(given, dict)):
                return self._functions[name](given)
            if name.startswith("Fn::"):
                raise ValueError(f"{name} is not known here")
        values = {name: self._value(value) for name, value in node.items()}
        return {name: value for name, value in values.items() if value is not _NOTHING}

    def _is(self, condition: str) -> bool:
        return bool(self._value(self._template["Conditions"][condition]))

    def _if(self, given: list[Any]) -> Any:
        condition, then, otherwise = given
        return self._value(then if self._is(condition) else otherwise)

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        if name in _PSEUDO or name in self._names:
            return _PSEUDO.get(name) or self._names[name]
        resource = self._template["Resources"][name]
        if resource["Type"] in _REFS:
            return _REFS[resource["Type"]].format(name.lower())
        return _physical(name, resource, self._value)

    def _attribute(self, name: str, attribute: str) -> str:
        physical = str(self._ref(name))
        if attribute == "Arn":
            return _ARNS[self._template["Resources"][name]["Type"]].format(physical)
        if attribute == "QueueName":
            return physical
        raise ValueError(f"{name}.{attribute} is not known here")

    def _sub(self, given: Any) -> str:
        text, variables = (given, {}) if isinstance(given, str) else given

        def fill(match: re.Match[str]) -> str:
            name, _, attribute = match[1].partition(".")
            if name in variables:
                return str(self._value(variables[name]))
            return str(self._attribute(name, attribute) if attribute else self._ref(name))

        return re.sub(r"\$\{([^!}]+)\}", fill, text).replace("${!", "${")

    def _find_in_map(self, given: list[Any]) -> Any:
        name, first, second = map(self._value, given)
        return self._template["Mappings"][name][first][second]


def _physical(logical_id: str, resource: Json, value: Callable[[Any], Any]) -> str:
    """A resource's own name if the template gives one."""
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::Logs::LogGroup":
            return str(value(properties["LogGroupName"]))
        case "AWS::Glue::Database":
            return str(value(properties["DatabaseInput"]["Name"]))
        case "AWS::Athena::WorkGroup":
            return str(value(properties["Name"]))
    return logical_id.lower()
