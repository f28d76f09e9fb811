"""Alarms and dashboard name only metrics that the function or AWS emits."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from studio_export.errors import StudioExportError
from studio_export.function.telemetry import NAMESPACE, measures_of_details
from studio_export.summary import DetailSummary
from tests.integration.function_world import FunctionWorld
from tools.devkit.operations.measure import measure_of
from tools.devkit.operations.metrics import Metric, Metrics
from tools.devkit.template.dashboard import rows, widgets
from tools.devkit.template.rendered import EVERY_DATASET, render

# Metrics that AWS emits for the function, the queues and the table.
OF_AWS = {
    "AWS/Lambda": ({"Duration", "Errors", "Invocations"}, "FunctionName", {"exporter"}),
    "AWS/SQS": (
        {"ApproximateNumberOfMessagesVisible"},
        *("QueueName", {"failedinvocations", "undeliveredruns"}),
    ),
    "AWS/DynamoDB": ({"ConsumedWriteCapacityUnits"}, "TableName", {"checkpoints"}),
}


Emitted = Callable[[object], Metrics]


def named_by_the_template(datasets: str = EVERY_DATASET) -> set[Metric]:
    stack = render(Datasets=datasets)
    alarms = [measure_of(each)[0] for each in stack.of_type("AWS::CloudWatch::Alarm").values()]
    shown = {row.metric for widget in widgets(stack) for row in rows(widget) if row.metric}
    return shown.union(*(alarm.metrics for alarm in alarms))


@pytest.fixture
def emitted(world: FunctionWorld, capsys: pytest.CaptureFixture[str]) -> Emitted:
    """Invoke the handler, and read its output as CloudWatch does."""
    variables = render().properties("Exporter")["Environment"]["Variables"]
    world.setenv(POWERTOOLS_SERVICE_NAME=variables["POWERTOOLS_SERVICE_NAME"])
    created = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
    world.studio.add_flow().add(created, created + timedelta(minutes=1))

    def invoke(event: object) -> Metrics:
        capsys.readouterr()
        with contextlib.suppress(StudioExportError):
            world.invoke(event)
        metrics = Metrics()
        for line in capsys.readouterr().out.splitlines():
            if "_aws" in json.loads(line):
                metrics.put_emf(line, at=0)
        return metrics

    return invoke


def test_a_run_emits_every_metric_that_an_alarm_or_the_dashboard_names(emitted: Emitted) -> None:
    named = named_by_the_template("executions")
    ours = {metric for metric in named if metric.namespace not in OF_AWS}

    assert ours <= emitted({}).values.keys()


def test_a_run_that_leaves_details_emits_every_metric_of_their_alarms() -> None:
    left = DetailSummary(objects_left=1, headroom_seconds=3600)
    emitted = {name for name, _, _ in measures_of_details(left)}

    of_details = named_by_the_template() - named_by_the_template("executions")
    assert {metric.name for metric in of_details} <= emitted
    assert {metric.namespace for metric in of_details} == {NAMESPACE}


def test_the_unit_of_each_metric_matches_its_name(emitted: Emitted) -> None:
    for metric, unit in emitted({}).units.items():
        assert unit == ("Seconds" if metric.name.endswith("Seconds") else "Count"), metric


def test_a_replay_emits_what_it_counted_and_no_metric_of_runs(emitted: Emitted) -> None:
    names = {metric.name for metric in emitted({"from": "2026-11-01", "to": "2026-11-02"}).values}

    assert {
        "LinesExported",
        "PagesFetched",
        "RecordsRejected",
        "CorruptLogs",
        "AccessDenied",
    } <= names
    assert not names & {"RunsSucceeded", "HeadLagSeconds", "OldestFailureSeconds"}


@pytest.mark.parametrize("flows", ["*", "FW" + "0" * 32])
def test_refused_credentials_are_counted_even_if_the_flows_cannot_be_listed(
    flows: str, world: FunctionWorld, emitted: Emitted
) -> None:
    world.setenv(FLOW_SIDS=flows)
    world.set_secret('{"api_key": "SK' + "1" * 32 + '", "api_secret": "wrong"}')
    measured = {metric.name: values for metric, values in emitted({}).values.items()}

    assert measured["AccessDenied"] == [1.0]
    assert measured.get("RunsSucceeded", [0.0]) == [0.0]


def test_a_malformed_event_emits_no_metric(emitted: Emitted) -> None:
    assert not emitted({"from": "yesterday"}).values


def test_every_other_metric_is_one_that_aws_measures_of_the_stacks_resources() -> None:
    for metric in named_by_the_template():
        if metric.namespace in OF_AWS:
            names, dimension, resources = OF_AWS[metric.namespace]
            ((name, value),) = metric.dimensions
            assert metric.name in names
            assert (name, value in resources) == (dimension, True)


@pytest.mark.parametrize(
    ("event", "variables", "count"),
    [
        (
            {"account": "globex"},
            {"ACCOUNTS": "acme,globex", "TWILIO_SECRET_PREFIX": "none/"},
            [1.0],
        ),
        ({"account": "globex"}, {"ACCOUNTS": "acme,globex"}, [1.0]),
        ({"account": "globex"}, {"ACCOUNTS": "acme", "TWILIO_SECRET_PREFIX": "none/"}, None),
        ({}, {"EXPORT_BUCKET": None}, [1.0]),
        ({"from": "yesterday"}, {"EXPORT_BUCKET": None}, [1.0]),
        ({"shard": "9/8"}, {}, None),
    ],
)
def test_what_keeps_the_function_from_beginning_counts_as_access_denied_unless_it_is_the_event(
    world: FunctionWorld,
    emitted: Emitted,
    event: object,
    variables: dict[str, str | None],
    count: list[float] | None,
) -> None:
    world.setenv(**variables)
    measured = {metric.name: values for metric, values in emitted(event).values.items()}
    assert measured.get("AccessDenied") == count
