"""What a change of each parameter touches: a change set for each, none of them executed."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tools.deploy_local.stack import DeployedStack
from tools.deploy_local.transcript import StepError

_RETAINED = {"ExportBucket", "Checkpoints"}
_ACTIONS = ("Add", "Modify", "Replace", "Remove")
# Another value for each parameter that does not name a resource of the account.
OTHER_VALUES = {
    "Accounts": "acme,globex",
    "AlarmEmail": "someone@example.org",
    "Architecture": "arm64",
    "AthenaDatabase": "other",
    "CompactDaily": "false",
    "ContextValues": "widgets.menu.Digits",
    "ContextsExpireAfterDays": "60",
    "Datasets": "executions,steps,contexts,flow-revisions",
    "DetailConcurrency": "1",
    "DetailFlowSids": "FW00000000000000000000000000000000",
    "DetailsFrom": "2026-11-23",
    "ExistingBucket": "existing",
    "ExpireAfterDays": "90",
    "ExportPrefix": "other",
    "FlowSids": "FW00000000000000000000000000000000",
    "Freshness": "always",
    "LogLevel": "DEBUG",
    "LogRetentionDays": "60",
    "LookbackDays": "7",
    "MakeAthenaTables": "false",
    "MakeDashboard": "false",
    "MemoryMegabytes": "1024",
    "Privacy": "context=drop",
    "PrivacyKey": "0" * 32,
    "PythonRuntime": "python3.12",
    "ReservedConcurrency": "1",
    "RetentionHeadroomAlarmSeconds": "86400",
    "StudioBaseUrl": "https://proxy.example.org",
    "StudioConcurrency": "8",
    "SweepAges": "2m,1d,29d",
    "ScheduleMinutes": "5",
    "TwilioAccountSid": "AC00000000000000000000000000000000",
    "TwilioApiKey": "SK00000000000000000000000000000000",
    "TwilioApiSecret": "other",
    "TwilioAuthToken": "other",
    "TwilioEdge": "dublin",
    "TwilioRegion": "ie1",
    "TwilioSecretArn": "",
    "TwilioSecretPrefix": "studio-export/",
    "Workers": "4",
}


def table(
    stack: DeployedStack, given: Mapping[str, str], existing_resources: Mapping[str, str]
) -> str:
    """Return a table in Markdown: a row for each parameter, how many resources of which type.

    Args:
        stack: a stack that was deployed with the parameters `given`.
        given: those parameters.
        existing_resources: values of the parameters that name a resource of the account.

    Raises:
        StepError: a change would replace bucket or table, or no other value is known to try.
    """
    others = {**OTHER_VALUES, **existing_resources}
    if without := stack.parameters - others.keys():
        raise StepError(f"no other value to try for {sorted(without)}: add it to {__name__}")
    template_url = stack.upload_template()
    rows = ["| parameter | adds | changes | replaces | removes |", "|---|---|---|---|---|"]
    for name in sorted(stack.parameters):
        changes = stack.changes_by(template_url, {**given, name: others[name]})
        replaced = {each["LogicalResourceId"] for each in changes if _replaces(each)}
        if lost := _RETAINED & replaced:
            raise StepError(f"a change of {name} replaces {sorted(lost)}, which the export needs")
        rows.append(f"| {name} | {' | '.join(_cells(changes))} |")
    return "\n".join(rows)


def _cells(changes: list[dict[str, Any]]) -> list[str]:
    counts: dict[str, Counter[str]] = {action: Counter() for action in _ACTIONS}
    for each in changes:
        action = "Replace" if _replaces(each) else each["Action"]
        counts[action][each["ResourceType"].rpartition(":")[2]] += 1
    return [
        ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in sorted(found.items()))
        for found in counts.values()
    ]


def _replaces(change: dict[str, Any]) -> bool:
    return change.get("Replacement") == "True"
