"""Athena's page agrees with the template, and its queries are right, as run by DuckDB.

sqlglot translates. What Athena itself would make of them is not tested.
"""

import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from tests.consumers import java, job
from tests.consumers.comparable_rows import comparable
from tests.consumers.edge_values import EdgeValuesExport
from tests.consumers.oracle import COMPACTED, answers, expected_rows
from tests.consumers.pages import sections
from tests.consumers.translated import in_duckdb
from tools.devkit.template.rendered import Rendered, render
from tools.schema.fields import FIELDS

PAGE = sections("athena")
_EVERY_DAY = "2026-11-01"  # the queries ask for 30 days


@pytest.fixture(scope="module")
def stack() -> Rendered:
    return render(ExistingBucket="BUCKET")


def test_the_page_has_the_queries_of_the_template(stack: Rendered) -> None:
    queries = {each["Name"]: each for each in stack.of_type("AWS::Athena::NamedQuery").values()}

    for name, query in queries.items():
        (block,) = PAGE[name]
        assert block.code == query["QueryString"]
    assert queries.keys() == PAGE.keys() - {"The table", "Load what is new", "What trips it"}


@pytest.mark.parametrize(
    ("number", "logical_id"), [(0, "ExecutionsTable"), (1, "LinesTable"), (2, "DailyTable")]
)
def test_the_page_has_the_tables_of_the_template(
    stack: Rendered, number: int, logical_id: str
) -> None:
    assert_table_of_the_template(PAGE["The table"][0].code, stack, number, logical_id)


def assert_table_of_the_template(page: str, stack: Rendered, number: int, logical_id: str) -> None:
    """Compare a table that the page makes with the template's."""
    made: Any = sqlglot.parse(page, dialect="athena")[number]
    table = stack.properties(logical_id)["TableInput"]
    storage = table["StorageDescriptor"]
    columns = [*storage["Columns"], *table.get("PartitionKeys", [])]
    properties = {
        each.this.name: each.args["value"].name
        for each in made.find_all(exp.Property, exp.SerdeProperties)
        if isinstance(each.this, exp.Literal) and "value" in each.args
    }

    assert made.find(exp.Table).name == table["Name"]
    assert [
        (each.name, each.kind.sql("hive").lower().replace(": ", ":").replace(", ", ","))
        for each in made.find_all(exp.ColumnDef)
        if not each.find_ancestor(exp.DataType)
    ] == [(each["Name"], each["Type"]) for each in columns]
    assert made.find(exp.LocationProperty).this.name == storage["Location"]
    serde = storage["SerdeInfo"]["Parameters"] if logical_id != "LinesTable" else {}
    assert properties == {k: v for k, v in table["Parameters"].items() if "." in k} | serde


def test_the_queries_answer_what_twilio_would(
    edge_values: EdgeValuesExport, tmp_path: Path
) -> None:
    expected = answers(expected_rows(edge_values, _EVERY_DAY)) | {"Check the table": []}
    del expected[COMPACTED]
    translated = {name: [translate(PAGE[name][0].code, edge_values)] for name in expected}
    done = job.run("duckdb", translated | {"The table": [LOGS]}, expected, edge_values, tmp_path)

    for question, rows in expected.items():
        assert comparable(done.answers[question]) == comparable(rows), question


def test_the_view_has_each_final_row_once_and_none_of_a_copy(
    compacted: EdgeValuesExport, tmp_path: Path
) -> None:
    rows = answers(expected_rows(compacted, _EVERY_DAY))[COMPACTED]
    ask = PAGE["Final rows"][0].code.replace("FROM executions", "FROM finals")
    view = [translate(code, compacted) for code in (PAGE[COMPACTED][0].code, ask)]
    sections = {"The table": [LOGS, DAILY], COMPACTED: view}
    done = job.run("duckdb", sections, [COMPACTED], compacted, tmp_path)

    assert comparable(done.answers[COMPACTED]) == comparable(rows)


def translate(sql: str, export: EdgeValuesExport) -> str:
    return in_duckdb(sql, "athena", export.now.date())


@pytest.mark.parametrize("engine", [pytest.param("hive", marks=java.MARKS)])
def test_hive_reads_each_line_verbatim_as_the_template_says(
    engine: str, stack: Rendered, edge_values: EdgeValuesExport, tmp_path: Path
) -> None:
    """Uses the SerDe and formats of the table `lines`; the other's are not available."""
    storage = stack.properties("LinesTable")["TableInput"]["StorageDescriptor"]
    table = [in_hive(storage), "spark.sql('MSCK REPAIR TABLE lines')"]
    ask = {"The table": table, "Every line": ["SELECT dt, line FROM lines"]}
    done = job.run(engine, ask, ["Every line"], edge_values, tmp_path)

    exported = Counter(
        (name.split("/dt=")[1][:10], line.decode())
        for name in edge_values.objects()
        for line in gzip.decompress((edge_values.root / name).read_bytes()).split(b"\n")[:-1]
    )
    assert Counter((row["dt"], row["line"]) for row in done.answers["Every line"]) == exported


def in_hive(storage: Any) -> str:
    """Return Python code that creates the described table."""
    serde = storage["SerdeInfo"]
    (name, value), *_ = serde["Parameters"].items()
    columns = ", ".join(f"{each['Name']} {each['Type']}" for each in storage["Columns"])
    statement = f"""
        CREATE EXTERNAL TABLE lines ({columns}) PARTITIONED BY (dt string)
        ROW FORMAT SERDE '{serde["SerializationLibrary"]}'
        WITH SERDEPROPERTIES ('{name}' = '\\{ord(value):03o}')
        STORED AS INPUTFORMAT '{storage["InputFormat"]}' OUTPUTFORMAT '{storage["OutputFormat"]}'
        LOCATION '{storage["Location"]}'
    """
    return f"spark.sql({statement!r})"


_COLUMNS = ", ".join(
    f"{each.name}: '{'VARCHAR' if each.column == 'string' else each.column}'" for each in FIELDS
)
# As Hive reads a folder: every name that begins with neither "." nor "_".
LOGS = """
    SET TimeZone = 'UTC';
    CREATE OR REPLACE VIEW executions AS
    SELECT * EXCLUDE (dt, filename), dt::VARCHAR AS dt, filename AS "$path"
    FROM read_json('s3://BUCKET/studio/executions/dt=????-??-??/[!._]*.gz',
                   format = 'newline_delimited',
                   columns = {COLUMNS}, filename = true, hive_partitioning = true);
    CREATE OR REPLACE VIEW lines AS
    SELECT line, dt::VARCHAR AS dt
    FROM read_json('s3://BUCKET/studio/executions/dt=????-??-??/[!._]*.gz',
                   format = 'newline_delimited',
                   records = false, columns = {line: 'JSON'}, hive_partitioning = true);
""".replace("COLUMNS", _COLUMNS)
DAILY = """
    CREATE OR REPLACE VIEW daily AS
    SELECT * EXCLUDE (dt, filename), dt::VARCHAR AS dt, filename AS "$path"
    FROM read_json('s3://BUCKET/studio/daily/dt=????-??-??/[!._]*.gz',
                   format = 'newline_delimited',
                   columns = {COLUMNS}, filename = true, hive_partitioning = true);
""".replace("COLUMNS", _COLUMNS)
