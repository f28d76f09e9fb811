"""The tables that a deployment makes of Steps, Contexts and Flow revisions."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.path import along
from simulator.source import StudioSource
from simulator.studio import Studio
from studio_export.details.contexts import Contexts
from studio_export.details.dataset import Execution
from studio_export.details.steps import Steps
from studio_export.log.keys import CONTEXTS, STEPS, LogKey, child_key, revision_key
from studio_export.log.part_keys import part_key
from studio_export.privacy.redaction import unchanged_text
from studio_export.twilio.revision import parse_revision
from tools.devkit.template.rendered import EVERY_DATASET, Rendered, render

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
FLOW_SID = "FW" + "0" * 32
PARENT = LogKey("2026-11-23", FLOW_SID, "14", 3)
TABLES = {
    "StepListsTable": "executions,steps",
    "ContextsTable": "executions,contexts",
    "DailyStepListsTable": "executions,steps",
    "DailyContextsTable": "executions,contexts",
    "FlowRevisionsTable": "executions,flow-revisions",
}
BY_DAY = {
    "StepListsTable": "steps",
    "ContextsTable": "contexts",
    "DailyStepListsTable": "daily-steps",
    "DailyContextsTable": "daily-contexts",
}
COMPACTED = {"StepListsTable": "DailyStepListsTable", "ContextsTable": "DailyContextsTable"}


@pytest.fixture(scope="module")
def stack() -> Rendered:
    return render(Datasets=EVERY_DATASET)


@pytest.fixture
def studio() -> Studio:
    return Studio(lambda: NOW)


@pytest.fixture
def ended(studio: Studio) -> Execution:
    """An Execution that has Steps."""
    flow = studio.add_flow()
    path = along(flow.definition(), "Trigger", "greet", "menu", "Ended")
    made = flow.add(NOW - timedelta(minutes=9), NOW - timedelta(minutes=1), path=path)
    return Execution(made.sid, flow.sid, made.created)


def table(stack: Rendered, name: str) -> Any:
    return stack.properties(name)["TableInput"]


def columns(stack: Rendered, name: str) -> dict[str, str]:
    return {
        each["Name"]: each["Type"] for each in table(stack, name)["StorageDescriptor"]["Columns"]
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_dataset_that_is_not_exported_has_no_table(name: str) -> None:
    alone = render(Datasets=TABLES[name]).resources.keys() & TABLES.keys()

    of_the_dataset = {each for each, datasets in TABLES.items() if datasets == TABLES[name]}
    assert alone == of_the_dataset
    assert not render().resources.keys() & TABLES.keys()
    assert name not in render(Datasets=EVERY_DATASET, MakeAthenaTables="false").resources


@pytest.mark.parametrize("name", TABLES)
def test_a_line_is_read_as_one_of_an_execution_is(stack: Rendered, name: str) -> None:
    storage, executions = (
        table(stack, each)["StorageDescriptor"] for each in (name, "ExecutionsTable")
    )
    own = {"Location": "", "Columns": ""}

    assert storage | own == executions | own


@pytest.mark.parametrize("name", BY_DAY)
def test_partitions_are_those_of_the_executions(stack: Rendered, name: str) -> None:
    """So that a join reads one day of each."""
    found, executions = table(stack, name), table(stack, "ExecutionsTable")
    own = {"storage.location.template": ""}
    folder = f"s3://exportbucket/studio/{BY_DAY[name]}/"

    assert found["PartitionKeys"] == executions["PartitionKeys"]
    assert found["Parameters"] | own == executions["Parameters"] | own
    assert found["Parameters"]["storage.location.template"] == f"{folder}dt=${{dt}}/"
    assert found["StorageDescriptor"]["Location"] == folder
    keys = [child_key(folder, PARENT, 0) for folder in (STEPS, CONTEXTS)]
    keys += [part_key(folder, "2026-11-23", 0) for folder in (STEPS, CONTEXTS)]
    assert [key for key in keys if key.startswith(f"{BY_DAY[name]}/dt=2026-11-23/")]


@pytest.mark.parametrize("name", COMPACTED)
def test_compacted_days_have_the_columns_of_the_dataset(stack: Rendered, name: str) -> None:
    assert columns(stack, COMPACTED[name]) == columns(stack, name)


def test_the_revisions_are_one_folder_without_partitions(stack: Rendered) -> None:
    found = table(stack, "FlowRevisionsTable")

    assert "PartitionKeys" not in found
    assert found["StorageDescriptor"]["Location"] == "s3://exportbucket/studio/flow-revisions/"
    assert revision_key(FLOW_SID, 17).startswith("flow-revisions/FW")


def test_every_key_of_a_line_of_steps_has_a_column(
    stack: Rendered, studio: Studio, ended: Execution
) -> None:
    steps = Steps()
    line = json.loads(steps.fetch(StudioSource(studio), ended, 0).line)
    missing = json.loads(steps.missing(ended, "deleted").line)
    kind = columns(stack, "StepListsTable")["steps"]
    fields = re.findall(r"(\w+):string", kind)

    assert columns(stack, "StepListsTable").keys() == line.keys() | missing.keys()
    assert kind == f"array<struct<{','.join(f'{name}:string' for name in fields)}>>"
    assert set(fields) <= line["steps"][0].keys()


def test_every_key_of_a_line_of_contexts_has_a_column(
    stack: Rendered, studio: Studio, ended: Execution
) -> None:
    contexts = Contexts(unchanged_text)
    line = json.loads(contexts.fetch(StudioSource(studio), ended, 0).line)
    missing = json.loads(contexts.missing(ended, "deleted").line)
    found = columns(stack, "ContextsTable")

    assert found.keys() == line.keys() | missing.keys()
    assert set(found.values()) == {"string"}


def test_every_key_of_a_revision_has_a_column(
    stack: Rendered, studio: Studio, ended: Execution
) -> None:
    url = f"{studio.base_url}/v2/Flows/{ended.flow_sid}/Revisions/1"
    line = parse_revision(StudioSource(studio).get(url, 0).body, ended.flow_sid, 1)
    found = columns(stack, "FlowRevisionsTable")

    assert found.keys() == json.loads(line).keys()
    assert (found["revision"], found["valid"]) == ("bigint", "boolean")
