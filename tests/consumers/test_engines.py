"""Run each page of `docs/queries` whose engine is installed, on an export with edge values."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.oddities import Oddity
from tests.consumers import java, job
from tests.consumers.compacted_days import compacted_days
from tests.consumers.comparable_rows import comparable
from tests.consumers.edge_values import EdgeValuesExport, export
from tests.consumers.foreign_files import foreign_files
from tests.consumers.oracle import COMPACTED, Row, answers, expected_rows
from tests.consumers.pages import QUERIES, code_of

pytestmark = pytest.mark.long

_SPARK = pytest.param("spark", marks=java.MARKS)


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory) -> EdgeValuesExport:
    """An export without NaN, which is not JSON."""
    return export(tmp_path_factory.mktemp("strict"), without={Oddity.NAN})


@pytest.fixture(params=["duckdb", "pandas", "polars", _SPARK, "clickhouse"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def exported(engine: str, request: pytest.FixtureRequest) -> EdgeValuesExport:
    found: EdgeValuesExport = request.getfixturevalue(
        "strict" if engine == "clickhouse" else "edge_values"
    )
    return found


def test_a_page_answers_what_twilio_would_and_loads_each_line_once(
    engine: str, exported: EdgeValuesExport, tmp_path: Path
) -> None:
    """With compacted days, and with files beside the objects that are not the export's.

    One test, as a process of Spark takes half a minute of CPU.
    """
    expected = answers(expected_rows(exported, job.SINCE))
    compacted = compacted_days(exported, tmp_path / "compacted")
    foreign = foreign_files([exported.root, compacted], tmp_path / "foreign")
    done = job.run(
        engine, code_of(engine), expected, exported.with_files(compacted, foreign), tmp_path
    )

    early, late = exported.early, exported.objects()
    for loaded, objects in zip(done.loads, (early, late, late), strict=True):
        assert statuses(loaded) == statuses(lines(exported.root, objects))
    for question, rows in expected.items():
        assert comparable(done.answers[question]) == comparable(rows), question


@pytest.mark.parametrize("engine", ["duckdb", "pandas", "polars", "clickhouse"])
def test_before_the_first_compaction_the_final_rows_are_those_of_the_logs(
    engine: str, exported: EdgeValuesExport, tmp_path: Path
) -> None:
    rows = answers(expected_rows(exported, job.SINCE))[COMPACTED]
    done = job.run(engine, without_loads(engine), [COMPACTED], exported, tmp_path)

    assert comparable(done.answers[COMPACTED]) == comparable(rows)


@pytest.mark.parametrize("engine", ["pandas", "polars", "clickhouse"])
def test_an_empty_export_has_no_rows(engine: str, strict: EdgeValuesExport, tmp_path: Path) -> None:
    ask = ["Final rows", "Still active", COMPACTED]
    done = job.run(engine, without_loads(engine), ask, empty(strict), tmp_path)

    assert done.answers == {question: [] for question in ask}


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        ("duckdb", "No files found that match the pattern"),
        pytest.param("spark", "PATH_NOT_FOUND", marks=java.MARKS),
    ],
)
def test_an_empty_export_is_the_error_that_the_page_names(
    engine: str, message: str, strict: EdgeValuesExport, tmp_path: Path
) -> None:
    assert message in (QUERIES / f"{engine}.md").read_text("utf-8")
    with pytest.raises(AssertionError, match=message):
        job.run(engine, without_loads(engine), ["Final rows"], empty(strict), tmp_path)


def without_loads(page: str) -> dict[str, list[str]]:
    return {name: codes for name, codes in code_of(page).items() if name != "Load what is new"}


def empty(export: EdgeValuesExport) -> EdgeValuesExport:
    return replace(export, root=export.root / "nothing", early=frozenset())


def lines(root: Path, objects: Iterable[str]) -> Iterable[Row]:
    for name in objects:
        for line in gzip.decompress((root / name).read_bytes()).split(b"\n")[:-1]:
            yield json.loads(line)


def statuses(rows: Iterable[Row]) -> Counter[tuple[str, str | None]]:
    return Counter((row["sid"], row.get("status")) for row in rows)


def test_clickhouse_refuses_nan_and_leaves_nothing_out(
    edge_values: EdgeValuesExport, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match="Cannot read JSON field here"):
        job.run("clickhouse", code_of("clickhouse"), ["Latest state"], edge_values, tmp_path)
