"""The dashboard: it fits, and names nothing that is not there."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from tests.unit.function.emitted import emitted_output
from tools.devkit.template.dashboard import fields_of, rows, widgets
from tools.devkit.template.rendered import EVERY_DATASET, Json, Rendered, render, transformed

ROOT = Path(__file__).parents[2]
PRICES = json.loads((ROOT / "tools" / "bench" / "prices.json").read_text())["dollars"]
STACK = render(Datasets=EVERY_DATASET)
WIDGETS = widgets(STACK)
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
IN_THE_RUNBOOK = re.findall(r"```\n(fields .*?)```", RUNBOOK, re.DOTALL)
ACCOUNTS = {"Accounts": "acme,globex", "TwilioSecretPrefix": "studio-export/"}
QUERIES = [
    each["properties"]["query"] for each in widgets(render(**ACCOUNTS)) if each["type"] == "log"
]


def cells(widget: Json) -> set[tuple[int, int]]:
    return {
        (widget["x"] + column, widget["y"] + row)
        for column in range(widget["width"])
        for row in range(widget["height"])
    }


@pytest.mark.parametrize("accounts", [{}, ACCOUNTS], ids=["one", "accounts"])
@pytest.mark.parametrize("datasets", ["executions", EVERY_DATASET])
def test_widgets_fill_the_24_columns_and_none_lies_on_another(
    datasets: str, accounts: dict[str, str]
) -> None:
    placed = widgets(render(Datasets=datasets, **accounts))
    for one, other in combinations(placed, 2):
        assert not cells(one) & cells(other)
    taken = set[tuple[int, int]]().union(*(cells(widget) for widget in placed))
    assert taken == {(x, y) for x in range(24) for y in range(1 + max(y for _, y in taken))}


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("datasets", ["executions", "executions,steps", EVERY_DATASET])
def test_every_alarm_is_on_it(datasets: str, workers: int) -> None:
    stack = render(Datasets=datasets, Workers=workers)
    (shown,) = (each["properties"]["alarms"] for each in widgets(stack) if each["type"] == "alarm")

    assert sorted(arn.rpartition(":")[2] for arn in shown) == sorted(
        name.lower() for name in stack.of_type("AWS::CloudWatch::Alarm")
    )


@pytest.mark.parametrize("query", [*QUERIES, *IN_THE_RUNBOOK])
def test_a_query_asks_for_fields_that_the_functions_log_lines_have(query: str) -> None:
    has = set().union(*(line.keys() for line in emitted_output().lines))

    assert fields_of(query)
    assert fields_of(query) <= has


def test_with_accounts_a_query_has_a_row_for_each_and_without_it_is_not_there() -> None:
    by_account = [query for query in QUERIES if "by account" in query]
    shown = [each["properties"].get("query") for each in WIDGETS]

    assert len(by_account) == 1
    assert by_account[0] not in shown
    assert {"account", "lines", "head_lag_seconds"} <= fields_of(by_account[0])


def test_queries_ask_the_functions_log_group(stack: Rendered) -> None:
    group = stack.properties("ExporterLogs")["LogGroupName"]

    assert all(query.startswith(f"SOURCE '{group}' |") for query in QUERIES)


def test_the_fields_of_a_query_are_neither_functions_nor_aliases_nor_words() -> None:
    query = "SOURCE 'g' | filter a = \"x y\" | stats sum(b) as C, max(d) as E by f | sort C desc"

    assert fields_of(query) == {"a", "b", "d", "f"}


def test_expressions_name_the_rows_of_their_widget() -> None:
    for widget in WIDGETS:
        ids = {row.options.get("id") for row in rows(widget)}
        for row in rows(widget):
            assert set(re.findall(r"[a-z]\w*", row.expression)) <= ids


def test_costs_are_counted_by_the_prices_of_the_bench() -> None:
    (costs,) = (each for each in WIDGETS if "Dollars" in each["properties"]["title"])
    written = {float(text) for row in rows(costs) for text in re.findall(r"0\.\d+", row.expression)}

    assert written == {
        PRICES[name]
        for name in ("lambda_gb_second", "lambda_invocation", "s3_put_or_list", "dynamodb_write")
    }


def test_the_lines_drawn_across_are_the_thresholds_of_alarms() -> None:
    drawn = {
        (each["label"], float(each["value"]))
        for widget in WIDGETS
        for each in widget["properties"].get("annotations", {}).get("horizontal", [])
    }
    timeout = float(STACK.properties("Exporter")["Timeout"])
    alarms = STACK.of_type("AWS::CloudWatch::Alarm")

    for label, value in drawn - {("Time-out", timeout)}:
        assert float(alarms[label]["Threshold"]) == value * 3600  # drawn in hours


def test_an_intel_processor_has_another_price() -> None:
    body = render(Architecture="x86_64").one("AWS::CloudWatch::Dashboard")["DashboardBody"]

    assert "0.0000166667" in body


def test_a_dashboard_of_another_region_has_another_name(stack: Rendered) -> None:
    """The names of dashboards are the account's, in all regions."""
    assert stack.one("AWS::CloudWatch::Dashboard")["DashboardName"] == "stack-us-east-1"


@pytest.mark.parametrize(
    ("partition", "host"),
    [("aws", "console.aws.amazon.com"), ("aws-us-gov", "console.amazonaws-us-gov.com")],
)
def test_the_console_has_a_host_of_its_own_in_each_partition(partition: str, host: str) -> None:
    assert transformed()["Mappings"]["Console"][partition] == {"Host": host}


def test_the_output_is_the_dashboards_address_in_the_console(stack: Rendered) -> None:
    assert stack.outputs["Dashboard"]["Value"] == (
        "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/dashboard"
    )


def test_the_dashboard_may_be_left_out() -> None:
    stack = render(MakeDashboard="false")

    assert not stack.of_type("AWS::CloudWatch::Dashboard")
    assert "Dashboard" not in stack.outputs
