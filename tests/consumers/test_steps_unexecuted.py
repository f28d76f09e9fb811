"""The pages about Steps whose engines are not installed: parse them, and ask DuckDB instead.

sqlglot translates. What the engine itself would make of a page is not tested, and the page says so.
"""

import re

import pytest
import sqlglot
from sqlglot import exp

from tests.consumers import job
from tests.consumers.comparable_rows import comparable
from tests.consumers.pages import QUERIES, Block, sections
from tests.consumers.steps_export import StepsExport
from tests.consumers.steps_oracle import steps_answers
from tests.consumers.test_athena import LOGS
from tests.consumers.translated import in_duckdb

_DAY_BY_DAY = ("snowflake", "redshift", "bigquery")
_PAGES = ("athena", *_DAY_BY_DAY, "databricks")
_EXECUTED = ("duckdb", "pandas", "polars", "spark", "clickhouse")
_UNKNOWN_TO_SQLGLOT = "CREATE EXTERNAL TABLE studio."  # of BigQuery
_EVERY_DAY = "2026-11-01"  # Athena's queries ask for 30 days
_TABLE = "The table"
_WIDGETS = "View of widgets"

_VIEWS = [block.code for name in ("duckdb", "steps/duckdb") for block in sections(name)[_TABLE]]
_WIDGETS_VIEW = """
    CREATE OR REPLACE VIEW widgets AS
    SELECT flow_sid, revision, initial_state, state.name AS widget, state.type AS type
    FROM (SELECT sid AS flow_sid, revision, definition.initial_state AS initial_state,
                 unnest(definition.states) AS state
          FROM flow_revisions)
"""


def page(name: str) -> dict[str, list[Block]]:
    return sections(f"steps/{name}")


def test_every_page_has_the_same_questions_and_is_indexed() -> None:
    pages = {path.stem for path in (QUERIES / "steps").glob("*.md")} - {"README"}
    index = (QUERIES / "steps" / "README.md").read_text("utf-8")

    assert pages == {*_PAGES, *_EXECUTED}
    for name in pages:
        assert f"({name}.md)" in index
        assert page("duckdb").keys() <= page(name).keys()
    for question in page("duckdb").keys() - {_TABLE}:
        assert f"| {question} |" in index


@pytest.mark.parametrize("name", _PAGES)
def test_a_page_that_is_not_executed_states_it(name: str) -> None:
    text = (QUERIES / "steps" / f"{name}.md").read_text("utf-8")

    assert re.search(r"\*\*Not executed (in|on) ", text)


@pytest.mark.parametrize("name", _PAGES)
def test_every_statement_parses_in_its_dialect(name: str) -> None:
    parsed = [
        statement
        for blocks in page(name).values()
        for block in blocks
        for statement in sqlglot.parse(block.code, dialect=name)
        if statement
    ]

    unknown = [each.sql() for each in parsed if isinstance(each, exp.Command)]
    assert [sql for sql in unknown if not sql.startswith(_UNKNOWN_TO_SQLGLOT)] == []


@pytest.mark.parametrize("name", _DAY_BY_DAY)
def test_the_questions_answer_what_the_studio_would(
    name: str, with_steps: StepsExport, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = steps_answers(with_steps)
    questions = {each: [translated(name, each, with_steps)] for each in expected}
    tables = {_TABLE: [*_VIEWS, _WIDGETS_VIEW]}
    work = tmp_path_factory.mktemp(name)
    done = job.run("duckdb", questions | tables, expected, with_steps, work)

    for question, rows in expected.items():
        assert comparable(done.answers[question]) == comparable(rows), question


def test_the_queries_of_athena_answer_what_the_studio_would(
    with_steps: StepsExport, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With days as text, and a revision's definition as JSON text, as Athena's tables have them.

    The view `steps` is DuckDB's: its `UNNEST` does not spread a row into columns.
    """
    expected = steps_answers(with_steps, _EVERY_DAY)
    questions = {each: [translated("athena", each, with_steps)] for each in expected}
    as_text = [
        view.replace("SELECT *\n", "SELECT * REPLACE (CAST(dt AS VARCHAR) AS dt)\n").replace(
            _DEFINITION, "definition: 'JSON'"
        )
        for view in re.split(r"\n(?=CREATE )", page("duckdb")[_TABLE][0].code)
    ]
    *_, revisions = as_text
    as_text[-1] = revisions.replace(" REPLACE (CAST(dt AS VARCHAR) AS dt)", "")
    tables = {_TABLE: [LOGS, *as_text, translated("athena", _WIDGETS, with_steps)]}
    work = tmp_path_factory.mktemp("athena")
    done = job.run("duckdb", questions | tables, expected, with_steps, work)

    for question, rows in expected.items():
        assert comparable(done.answers[question]) == comparable(rows), question


def translated(name: str, question: str, export: StepsExport) -> str:
    (block,) = page(name)[question]
    return in_duckdb(block.code, name, export.now.date())


def test_the_questions_of_databricks_equal_those_of_spark() -> None:
    questions = page("spark").keys() - {_TABLE}

    assert {each: page("databricks")[each] for each in questions} == {
        each: page("spark")[each] for each in questions
    }


_DEFINITION = (
    "definition: 'STRUCT(initial_state VARCHAR, states STRUCT(name VARCHAR, type VARCHAR)[])'"
)
