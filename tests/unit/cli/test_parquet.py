import gzip
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from studio_export.compaction.days import Parts
from studio_export.errors import CorruptLogError
from studio_export.log.keys import EXECUTIONS
from studio_export.log.part_keys import Kind
from studio_export_cli.compact.parquet import Arrow, arrow, as_parquet, write_missing
from studio_export_cli.compact.tables import TABLES
from tools.devkit.fakes.store import MemoryStore
from tools.schema.fields import FIELDS

DAY = "2026-11-01"
TABLE = TABLES[EXECUTIONS, Kind.PARQUET]
LINES = [
    (
        b'{"sid":"FN1","flow_version":3,"date_created":"2026-11-01T10:00:00+02:00","links":{},'
        rb'"date_updated":null,"context":{"Key":1,"key":[]},"initiated_by":"a\u0000"}'
    ),
    b'{"sid":"FN2","flow_version":%s,"context":"text"}' % (b"9" * 30),
    b'{"sid":"FN3","flow_version":"3","context":NaN,"new":[1]}',
]


@pytest.fixture
def library() -> Arrow:
    pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    found = arrow()
    assert found
    return found


def part(lines: list[bytes]) -> bytes:
    return gzip.compress(b"".join(line + b"\n" for line in lines))


def read(library: Arrow, body: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = library.pq.read_table(BytesIO(body)).to_pylist()
    return rows


def test_known_fields_have_columns_and_the_line_is_there_verbatim(library: Arrow) -> None:
    first, second, third = read(library, as_parquet(library, TABLE, part(LINES)))

    assert [row["line"].encode() for row in (first, second, third)] == LINES
    assert first["date_created"] == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert first["date_updated"] is None
    assert first["flow_version"] == 3
    assert first["initiated_by"] == "a\0"


def test_the_columns_are_the_fields_of_the_data_contract_and_the_line(library: Arrow) -> None:
    file = library.pq.ParquetFile(BytesIO(as_parquet(library, TABLE, part(LINES))))

    assert file.schema_arrow.names == [*(field.name for field in FIELDS), "line"]


def test_what_may_be_anything_is_its_json_text(library: Arrow) -> None:
    first, second, third = read(library, as_parquet(library, TABLE, part(LINES)))

    assert first["context"] == '{"Key":1,"key":[]}'
    assert (second["context"], third["context"]) == ("text", "NaN")


def test_a_number_that_does_not_fit_is_null_in_its_column(library: Arrow) -> None:
    rows = read(library, as_parquet(library, TABLE, part(LINES)))

    assert [row["flow_version"] for row in rows] == [3, None, None]


def test_a_part_without_a_parquet_copy_gets_one(library: Arrow) -> None:
    store = MemoryStore()
    store.objects[f"daily/dt={DAY}/00000.jsonl.gz"] = part(LINES[:2])
    store.objects[f"daily/dt={DAY}/00001.jsonl.gz"] = part(LINES[2:])

    assert write_missing(library, store, EXECUTIONS, DAY, Parts(lines={0, 1}, parquet={0})) == 1
    assert [key for key in store.objects if "parquet" in key] == [
        f"daily-parquet/dt={DAY}/00001.parquet"
    ]


def test_many_rows_make_several_row_groups(library: Arrow) -> None:
    lines = [b'{"sid":"FN%d"}' % number for number in range(10_001)]

    file = library.pq.ParquetFile(BytesIO(as_parquet(library, TABLE, part(lines))))

    assert file.num_row_groups == 2
    assert file.metadata.num_rows == 10_001


@pytest.mark.parametrize("copy", [b"no parquet", None], ids=["unreadable", "other lines"])
def test_a_parquet_copy_that_differs_from_its_part_is_an_error(
    library: Arrow, copy: bytes | None
) -> None:
    store = MemoryStore()
    store.objects[f"daily/dt={DAY}/00000.jsonl.gz"] = part(LINES)
    key = f"daily-parquet/dt={DAY}/00000.parquet"
    store.objects[key] = copy or as_parquet(library, TABLE, part(LINES[:1]))

    with pytest.raises(CorruptLogError, match=key):
        write_missing(library, store, EXECUTIONS, DAY, Parts(lines={0}))
