"""The README's own two queries."""

import re
from pathlib import Path

import sqlglot
from sqlglot import exp

from tests.consumers import job
from tests.consumers.edge_values import EdgeValuesExport
from tests.consumers.foreign_files import foreign_files
from tests.consumers.oracle import expected_rows
from tests.consumers.pages import ROOT

_ASK = (ROOT / "README.md").read_text("utf-8").split("## Ask it")[1].split("\n## ")[0]
DUCKDB, ATHENA = re.findall(r"```sql\n(.*?)```", _ASK, re.DOTALL)


def test_duckdb_answers_what_twilio_would(edge_values: EdgeValuesExport, tmp_path: Path) -> None:
    here = DUCKDB.replace("'studio/executions", "'s3://BUCKET/studio/executions")
    sections = {"The table": ["SET TimeZone = 'UTC'"], "Ended": [here]}
    foreign = foreign_files([edge_values.root], tmp_path / "foreign")
    done = job.run("duckdb", sections, ["Ended"], edge_values.with_files(foreign), tmp_path)

    days = [expected.day for expected in expected_rows(edge_values, "2026-11-01") if expected.ended]
    assert [(row["dt"], row["ended"]) for row in done.answers["Ended"]] == [
        (day, days.count(day)) for day in sorted(set(days))
    ]


def test_the_athena_query_uses_the_table_of_the_stack() -> None:
    query = sqlglot.parse_one(ATHENA, dialect="athena")

    assert isinstance(query, exp.Select)
    assert query.find(exp.Table).sql() == "studio_export.executions"  # type: ignore[union-attr]
