"""The pages about Steps whose engines are not installed: parse them, and ask DuckDB instead.

sqlglot translates. What the engine itself would make of a page is not tested, and the page says so.
"""

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from tests.consumers import job
from tests.consumers.compacted_steps import compacted_steps
from tests.consumers.comparable_rows import comparable
from tests.consumers.pages import QUERIES, Block, sections
from tests.consumers.steps_export import StepsExport
from tests.consumers.steps_oracle import passed, steps_answers
from tests.consumers.test_athena import LOGS
from tests.consumers.translated import in_duckdb

_DAY_BY_DAY = ("snowflake", "redshift", "bigquery")
_PAGES = ("athena", *_DAY_BY_DAY, "databricks")
_EXECUTED = ("duckdb", "pandas", "polars", "spark", "clickhouse")
_UNKNOWN_TO_SQLGLOT = "CREATE EXTERNAL TABLE studio."  # of BigQuery
_EVERY_DAY = "2026-11-01"  # Athena's queries ask for 30 days
_TABLE = "The table"
_WIDGETS = "View of widgets"
_COMPACTED = ("Compacted days of Steps", "Compacted days of Contexts")

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
    for question in page("duckdb").keys() - {_TABLE, *_COMPACTED}:
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


@pytest.mark.parametrize("name", ["athena", *_DAY_BY_DAY])
def test_the_views_of_compacted_days_have_each_line_once(
    name: str, with_steps: StepsExport, tmp_path: Path
) -> None:
    """The views of the page by sqlglot, over DuckDB's tables of the objects and of the parts."""
    today = with_steps.now.date()
    unions = [
        in_duckdb(statement.sql(name), name, today)
        for section in _COMPACTED
        for block in page(name)[section]
        for statement in sqlglot.parse(block.code, dialect=name)
        if statement
    ]
    views = {"Lines": "final_step_lists", "Contexts": "final_contexts", "Steps": "final_steps"}
    if name == "athena":  # its view `steps` is another query
        del views["Steps"]
    ask = {each: [f"FROM {view}"] for each, view in views.items()}
    tables = {_TABLE: [*_with_parts(name), *unions]}
    export = compacted_steps(with_steps, tmp_path)
    done = job.run("duckdb", ask | tables, ask, export, tmp_path)

    expected = passed(with_steps, "2026-11-01")
    lines = sorted(each.execution.sid for each in expected if each.has_line)
    assert sorted(row["execution_sid"] for row in done.answers["Lines"]) == lines
    contexts = sorted(each.execution.sid for each in expected)
    assert sorted(row["execution_sid"] for row in done.answers["Contexts"]) == contexts
    steps = sorted(step["sid"] for each in expected for step in each.steps or ())
    if "Steps" in views:
        assert sorted(row["step_sid"] for row in done.answers["Steps"]) == steps


def _with_parts(name: str) -> list[str]:
    """Return DuckDB's views of the objects with their names, and the same of compacted days."""
    columns = "SELECT * REPLACE (CAST(dt AS VARCHAR) AS dt)" if name == "athena" else "SELECT *"
    views = [
        view.replace("format =", "filename = '$path', format =")
        .replace("filename = 'object',", "")
        .replace("SELECT *\n", f"{columns}\n" if "dt=" in view else "SELECT *\n")
        for code in _VIEWS
        for view in re.split(r"\n(?=CREATE )", code)
    ]
    return views + [_of_parts(view) for view in views if "executions" not in view]


def _of_parts(view: str) -> str:
    named = re.sub(r"\b(VIEW|FROM) (\w+)\b(?!\()", r"\1 daily_\2", view)
    return re.sub(
        r"studio/(steps|contexts)/dt=\?\?\?\?-\?\?-\?\?/[^']*",
        r"studio/daily-\1/dt=????-??-??/[0-9][0-9][0-9][0-9][0-9].jsonl.gz",
        named,
    )


def translated(name: str, question: str, export: StepsExport) -> str:
    (block,) = page(name)[question]
    return in_duckdb(block.code, name, export.now.date())


def test_the_questions_of_databricks_equal_those_of_spark() -> None:
    questions = page("spark").keys() - {_TABLE, *_COMPACTED}

    assert {each: page("databricks")[each] for each in questions} == {
        each: page("spark")[each] for each in questions
    }


_DEFINITION = (
    "definition: 'STRUCT(initial_state VARCHAR, states STRUCT(name VARCHAR, type VARCHAR)[])'"
)
