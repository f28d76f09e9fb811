"""Run each page of `docs/queries` whose engine is installed, on an export with edge values."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from simulator.oddities import Oddity
from tests.consumers import java, job
from tests.consumers.comparable_rows import comparable
from tests.consumers.edge_values import EdgeValuesExport, export
from tests.consumers.oracle import Row, answers, expected_rows
from tests.consumers.pages import sections

_needs_java = pytest.mark.skipif(bool(java.missing()), reason=f"Spark: {java.missing()}")
_SPARK = pytest.param("spark", marks=_needs_java)


def code_of(page: str) -> dict[str, list[str]]:
    return {name: [block.code for block in blocks] for name, blocks in sections(page).items()}


@pytest.fixture
def strict(tmp_path: Path) -> EdgeValuesExport:
    """An export without NaN, which is not JSON."""
    return export(tmp_path / "strict", without={Oddity.NAN})


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
    """One test for both, because a Spark process takes half a minute of CPU."""
    expected = answers(expected_rows(exported, job.SINCE))
    done = job.run(engine, code_of(engine), expected, exported, tmp_path)

    early, late = exported.early, exported.objects()
    for loaded, objects in zip(done.loads, (early, late, late), strict=True):
        assert statuses(loaded) == statuses(lines(exported.root, objects))
    for question, rows in expected.items():
        assert comparable(done.answers[question]) == comparable(rows), question


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
