"""The pages whose engines are not installed: parse them, and run their queries in DuckDB.

sqlglot translates. What the engine itself would make of a page is not tested, and the page says so.
"""

import ast
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from tests.consumers import job
from tests.consumers.compacted_days import compacted_days
from tests.consumers.comparable_rows import comparable
from tests.consumers.edge_values import EdgeValuesExport
from tests.consumers.oracle import COMPACTED, Row, answers, expected_rows
from tests.consumers.pages import QUERIES, sections
from tests.consumers.translated import daily_view, in_duckdb

_PAGES = ("snowflake", "redshift", "bigquery", "databricks")
_EXECUTED = ("duckdb", "pandas", "polars", "spark", "clickhouse", "athena")

# Statements that sqlglot cannot parse, by their beginning.
_UNKNOWN_TO_SQLGLOT = {
    "CREATE PIPE studio_pipe",
    "CREATE EXTERNAL SCHEMA studio",
    "CREATE EXTERNAL TABLE studio.executions",
    "CREATE EXTERNAL TABLE studio.lines",
    "CREATE EXTERNAL TABLE studio.daily_lines",
}
_TABLE = [block.code for block in sections("duckdb")["The table"]]
_QUESTIONS = sections("duckdb").keys() - {
    *("The table", COMPACTED, "Load what is new", "What trips it")
}


def statements(page: str) -> list[exp.Expr]:
    return [
        statement
        for blocks in sections(page).values()
        for block in blocks
        if block.language == "sql"
        for statement in sqlglot.parse(block.code, dialect=page)
        if statement
    ]


@pytest.mark.parametrize("page", _PAGES)
def test_every_statement_parses_in_its_dialect(page: str) -> None:
    unknown = [each.sql() for each in statements(page) if isinstance(each, exp.Command)]

    assert all(sql.startswith(tuple(_UNKNOWN_TO_SQLGLOT)) for sql in unknown), unknown


@pytest.mark.parametrize("page", _PAGES)
def test_a_page_that_is_not_executed_says_so(page: str) -> None:
    assert "**Not executed in " in (QUERIES / f"{page}.md").read_text("utf-8")


@pytest.mark.parametrize("page", [page for page in _PAGES if page != "databricks"])
def test_the_questions_answer_what_twilio_would(
    page: str, edge_values: EdgeValuesExport, tmp_path: Path
) -> None:
    expected = answers(expected_rows(edge_values, job.SINCE))
    questions = {name: translated(page, name, edge_values) for name in expected}
    compacted = compacted_days(edge_values, tmp_path / "compacted")
    table = {"The table": [*_TABLE, daily_view()]}
    done = job.run(
        "duckdb", questions | table, expected, edge_values.with_files(compacted), tmp_path
    )

    # Redshift's COPY does not keep the order of objects.
    unsure = {edge_values.restless.sid} if page == "redshift" else set()
    for question, rows in expected.items():
        asked = done.answers[question]
        assert comparable(without(unsure, asked)) == comparable(without(unsure, rows)), question


def without(sids: Collection[str], rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.get("sid") not in sids]


def translated(page: str, question: str, export: EdgeValuesExport) -> list[str]:
    """The question; before it the view `finals`, over DuckDB's own tables, where it asks that."""
    *before, block = sections(page)[question]
    views = [before[-1]] if before else []
    return [in_duckdb(each.code, page, export.now.date()) for each in (*views, block)]


def test_the_databricks_queries_equal_the_spark_queries() -> None:
    spark, databricks = sections("spark"), sections("databricks")

    assert {name: databricks[name] for name in _QUESTIONS} == {
        name: spark[name] for name in _QUESTIONS
    }
    assert databricks[COMPACTED][-1] == spark[COMPACTED][-1]


def test_the_compacted_days_of_databricks_are_each_final_row(
    edge_values: EdgeValuesExport, tmp_path: Path
) -> None:
    rows = answers(expected_rows(edge_values, job.SINCE))[COMPACTED]
    ask = {
        "The table": [*_TABLE, daily_view()],
        COMPACTED: translated("databricks", COMPACTED, edge_values),
    }
    compacted = compacted_days(edge_values, tmp_path / "compacted")
    done = job.run("duckdb", ask, [COMPACTED], edge_values.with_files(compacted), tmp_path)

    assert comparable(done.answers[COMPACTED]) == comparable(rows)


def test_the_databricks_python_parses() -> None:
    (block,) = (each for each in sections("databricks")["Load what is new"])

    assert ast.parse(block.code)


def test_every_page_has_the_same_sections_and_is_indexed() -> None:
    pages = {path.stem for path in QUERIES.glob("*.md")} - {"README"}
    listed = (QUERIES / "README.md").read_text("utf-8")

    assert pages == {*_PAGES, *_EXECUTED}
    for page in pages:
        assert f"({page}.md)" in listed
        assert sections("duckdb").keys() <= sections(page).keys()
