"""The tables that a deployment makes, and the queries that come with them."""

import re
from typing import Any

import pytest

from studio_export.log.hour_log import HourLog
from studio_export.log.keys import EXECUTIONS, FLOW_REVISIONS
from studio_export.log.part_keys import COMPACTED, part_key
from tools.devkit.template.rendered import EVERY_DATASET, Rendered, render, transformed
from tools.schema.fields import FIELDS

TABLES = ("ExecutionsTable", "LinesTable", "DailyTable")
COLUMNS = ("ExecutionsTable", "DailyTable")
FOLDERS = {"ExecutionsTable": "executions", "LinesTable": "executions", "DailyTable": "daily"}


def table(stack: Rendered, name: str) -> Any:
    return stack.properties(name)["TableInput"]


@pytest.fixture
def queries(stack: Rendered) -> dict[str, Any]:
    return stack.of_type("AWS::Athena::NamedQuery")


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_are_the_fields_of_the_data_contract(stack: Rendered, name: str) -> None:
    columns = table(stack, name)["StorageDescriptor"]["Columns"]

    assert columns == [{"Name": field.name, "Type": field.column} for field in FIELDS]


@pytest.mark.parametrize("name", COLUMNS)
def test_keys_that_differ_by_case_are_different_keys(stack: Rendered, name: str) -> None:
    serde = table(stack, name)["StorageDescriptor"]["SerdeInfo"]

    assert serde["SerializationLibrary"] == "org.openx.data.jsonserde.JsonSerDe"
    assert serde["Parameters"]["case.insensitive"] == "FALSE"


@pytest.mark.parametrize("name", COLUMNS)
def test_a_line_that_cannot_be_read_is_no_row_of_nulls(stack: Rendered, name: str) -> None:
    serde = table(stack, name)["StorageDescriptor"]["SerdeInfo"]

    assert serde["Parameters"]["ignore.malformed.json"] == "FALSE"


def test_a_line_is_one_field_of_the_lines(stack: Rendered) -> None:
    storage = table(stack, "LinesTable")["StorageDescriptor"]

    assert storage["Columns"] == [{"Name": "line", "Type": "string"}]
    assert storage["SerdeInfo"]["Parameters"] == {"field.delim": "\x01"}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    ("parameters", "place"),
    [
        ({}, "s3://exportbucket/studio"),
        ({"ExistingBucket": "ours", "ExportPrefix": "a/b"}, "s3://ours/a/b"),
    ],
)
def test_a_table_lies_where_the_function_exports_to(
    parameters: dict[str, str], place: str, name: str
) -> None:
    found = table(render(**parameters), name)
    folder = f"{place}/{FOLDERS[name]}/"

    assert found["StorageDescriptor"]["Location"] == folder
    assert found["Parameters"]["storage.location.template"] == f"{folder}dt=${{dt}}/"


@pytest.mark.parametrize("name", TABLES)
def test_partitions_are_projected_by_day_as_the_logs_name_them(stack: Rendered, name: str) -> None:
    found = table(stack, name)
    projection = found["Parameters"]
    keys = (HourLog("FW" + "0" * 32, "2026-11-23T14").key(0), part_key(EXECUTIONS, "2026-11-23", 0))

    assert found["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    assert (projection["projection.enabled"], projection["projection.dt.type"]) == ("true", "date")
    assert projection["projection.dt.format"] == "yyyy-MM-dd"
    assert any(key.startswith(f"{FOLDERS[name]}/dt=2026-11-23/") for key in keys)
    # Released in November 2026, when Twilio had thirty days: nothing is older.
    assert projection["projection.dt.range"] == "2026-10-01,NOW"


ACCOUNTS = {"Accounts": "acme,globex", "TwilioSecretPrefix": "studio-export/"}


def test_with_accounts_each_table_has_a_partition_for_each_account() -> None:
    stack = render(Datasets=EVERY_DATASET, **ACCOUNTS)
    tables = [found["TableInput"] for found in stack.of_type("AWS::Glue::Table").values()]
    places = {found["Parameters"]["storage.location.template"] for found in tables}
    names = [*COMPACTED, *(part_key(each, "2026-11-23", 0).split("dt=")[0] for each in COMPACTED)]

    of_account = "s3://exportbucket/studio/account=${account}/"
    assert places == {
        f"{of_account}{FLOW_REVISIONS}",
        *(f"{of_account}{name}dt=${{dt}}/" for name in names),
    }
    for found in tables:
        assert found["PartitionKeys"][0] == {"Name": "account", "Type": "string"}
        assert found["Parameters"]["projection.account.type"] == "enum"
        assert found["Parameters"]["projection.account.values"] == "acme,globex"
        assert found["Parameters"]["projection.enabled"] == "true"


def test_without_accounts_no_table_knows_of_any() -> None:
    stack = render(Datasets=EVERY_DATASET)

    assert "account=" not in str(stack.of_type("AWS::Glue::Table"))
    assert "projection.account" not in str(stack.of_type("AWS::Glue::Table"))
    assert "PartitionKeys" not in table(stack, "FlowRevisionsTable")


def test_the_tables_of_the_logs_differ_in_how_they_read_alone(stack: Rendered) -> None:
    one, other = (table(stack, name) for name in ("ExecutionsTable", "LinesTable"))
    same = ("TableType", "PartitionKeys")

    assert [one[key] for key in same] == [other[key] for key in same]
    assert one["Parameters"] | {"classification": ""} == other["Parameters"] | {
        "classification": ""
    }


def test_the_table_of_compacted_days_reads_as_that_of_the_logs(stack: Rendered) -> None:
    logs, daily = (table(stack, name) for name in COLUMNS)
    places = ({"storage.location.template": ""}, {"Location": ""})

    assert daily["Parameters"] | places[0] == logs["Parameters"] | places[0]
    assert daily["StorageDescriptor"] | places[1] == logs["StorageDescriptor"] | places[1]


def test_every_query_asks_the_database_in_the_workgroup(queries: dict[str, Any]) -> None:
    assert len(queries) == 9
    assert {query["Database"] for query in queries.values()} == {"stack"}
    assert {query["WorkGroup"] for query in queries.values()} == {"stack"}


def test_every_query_names_the_days_that_it_reads(queries: dict[str, Any]) -> None:
    """Without it, Athena would list every day since the first."""
    for query in queries.values():
        reads = re.findall(r"FROM (?:executions|lines)\b", query["QueryString"])
        assert len(re.findall(r"\bdt >= ", query["QueryString"])) == len(reads)


def test_results_need_no_bucket(stack: Rendered) -> None:
    configuration = stack.one("AWS::Athena::WorkGroup")["WorkGroupConfiguration"]

    assert configuration["ManagedQueryResultsConfiguration"] == {"Enabled": True}
    assert "ResultConfiguration" not in configuration


def test_the_outputs_say_where_to_ask(stack: Rendered) -> None:
    assert stack.outputs["AthenaTable"]["Value"] == "stack.executions"
    assert stack.outputs["AthenaWorkGroup"]["Value"] == "stack"


def test_without_tables_neither_database_nor_workgroup_is_made() -> None:
    stack = render(MakeAthenaTables="false")
    kinds = {resource["Type"] for resource in stack.resources.values()}

    assert not [kind for kind in kinds if kind.startswith(("AWS::Glue", "AWS::Athena"))]
    assert not {"AthenaTable", "AthenaWorkGroup"} & stack.outputs.keys()


def test_the_databases_name_follows_the_stacks_so_that_two_stacks_fit(stack: Rendered) -> None:
    name = transformed()["Resources"]["Database"]["Properties"]["DatabaseInput"]["Name"]
    hyphens_to_underscores = {"Fn::Join": ["_", {"Fn::Split": ["-", {"Ref": "AWS::StackName"}]}]}

    assert name["Fn::If"][2] == hyphens_to_underscores
    assert stack.one("AWS::Glue::Database")["DatabaseInput"]["Name"] == "stack"
    assert render(AthenaDatabase="ours").outputs["AthenaTable"]["Value"] == "ours.executions"


@pytest.mark.parametrize(
    ("name", "accepted"), [("", True), ("studio_2", True), ("Studio", False), ("a-b", False)]
)
def test_a_databases_name_needs_no_quotes(name: str, *, accepted: bool) -> None:
    pattern = transformed()["Parameters"]["AthenaDatabase"]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, name)) is accepted
