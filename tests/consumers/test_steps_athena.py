"""Athena's page about Steps agrees with the template."""

import pytest

from tests.consumers.pages import sections
from tests.consumers.test_athena import PAGE as EXECUTIONS_PAGE
from tests.consumers.test_athena import assert_table_of_the_template
from tools.devkit.template.rendered import Rendered, render

PAGE = sections("steps/athena")
_TABLE = "The table"
_VIEW_OF_WIDGETS = "View of widgets"
_ANSWERS = "What they answered"
_OF_CONTEXTS = {_ANSWERS, "Compacted days of Contexts"}
_UNREACHED = "Widgets that nobody reached"


def queries(datasets: str) -> dict[str, str]:
    """Return the saved queries about Steps, by name."""
    stack = render(ExistingBucket="BUCKET", Datasets=datasets)
    found = stack.of_type("AWS::Athena::NamedQuery").values()
    return {
        each["Name"]: each["QueryString"] for each in found if each["Name"] not in EXECUTIONS_PAGE
    }


@pytest.fixture(scope="module")
def stack() -> Rendered:
    return render(ExistingBucket="BUCKET", Datasets="executions,steps,contexts,flow-revisions")


def test_the_page_has_the_queries_of_the_template() -> None:
    found = queries("executions,steps,contexts,flow-revisions")

    assert found == {name: blocks[0].code for name, blocks in PAGE.items() if name != _TABLE}


@pytest.mark.parametrize(
    ("datasets", "without"),
    [
        ("executions", PAGE.keys()),
        ("executions,steps", {_VIEW_OF_WIDGETS, _UNREACHED, *_OF_CONTEXTS}),
        ("executions,contexts", PAGE.keys() - _OF_CONTEXTS),
        ("executions,steps,flow-revisions", _OF_CONTEXTS),
        ("executions,contexts,flow-revisions", PAGE.keys() - {*_OF_CONTEXTS, _VIEW_OF_WIDGETS}),
    ],
)
def test_a_query_is_saved_only_if_its_datasets_are_on(datasets: str, without: set[str]) -> None:
    assert queries(datasets).keys() == PAGE.keys() - {_TABLE} - without


@pytest.mark.parametrize(
    ("number", "logical_id"),
    [
        (0, "StepListsTable"),
        (1, "ContextsTable"),
        (2, "FlowRevisionsTable"),
        (3, "DailyStepListsTable"),
        (4, "DailyContextsTable"),
    ],
)
def test_the_page_has_the_tables_of_the_template(
    stack: Rendered, number: int, logical_id: str
) -> None:
    assert_table_of_the_template(PAGE[_TABLE][0].code, stack, number, logical_id)
