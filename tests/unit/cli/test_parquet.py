import gzip
import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.compaction.days import Parts
from studio_export.errors import CorruptLogError
from studio_export.log.keys import CONTEXTS, EXECUTIONS, STEPS
from studio_export.log.part_keys import Kind
from studio_export_cli.compact.parquet import Arrow, arrow, as_parquet, write_missing
from studio_export_cli.compact.tables import TABLES
from tools.devkit.fakes.store import MemoryStore
from tools.schema.detail_fields import CONTEXT_FIELDS, STEP_FIELDS, STEP_LIST_FIELDS
from tools.schema.fields import FIELDS, Field

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


@pytest.mark.parametrize(
    ("folder", "fields"), [(STEPS, STEP_LIST_FIELDS), (CONTEXTS, CONTEXT_FIELDS)]
)
def test_so_are_those_of_steps_and_contexts(
    library: Arrow, folder: str, fields: tuple[Field, ...]
) -> None:
    schema = TABLES[folder, Kind.PARQUET].schema(library.pa)

    assert schema.names == [*(field.name for field in fields), "line"]
    if folder == STEPS:
        step = schema.field("steps").type.value_type
        assert [field.name for field in step] == [field.name for field in STEP_FIELDS]


NEWEST_STEP = (
    b'{"sid":"FT2","name":"hangup","transitioned_to":"Ended","date_created":"2026-11-01T10:00:09Z",'
    b'"context":{"a":NaN},"links":{"x":1}}'
)
OLDEST_STEP = b'{"sid":"FT1","name":null,"date_created":null,"new":[1]}'
STEP_LINES = [
    b'{"execution_sid":"FN1","flow_sid":"FW1","steps":[%b,%b]}' % (NEWEST_STEP, OLDEST_STEP),
    b'{"execution_sid":"FN2","flow_sid":"FW1","steps":[]}',
    b'{"execution_sid":"FN3","flow_sid":"FW1","steps":null,"missing":"deleted"}',
]


def test_the_list_of_steps_is_a_list_of_structs_the_newest_first(library: Arrow) -> None:
    table = TABLES[STEPS, Kind.PARQUET]
    first, second, third = read(library, as_parquet(library, table, part(STEP_LINES)))

    assert [each["line"].encode() for each in (first, second, third)] == STEP_LINES
    assert [step["sid"] for step in first["steps"]] == ["FT2", "FT1"]
    assert first["steps"][0]["date_created"] == datetime(2026, 11, 1, 10, 0, 9, tzinfo=UTC)
    assert (first["steps"][0]["context"], first["steps"][0]["links"]) == ('{"a":NaN}', '{"x":1}')
    assert (second["steps"], second["missing"]) == ([], None)
    assert (third["steps"], third["missing"]) == (None, "deleted")


def test_the_flat_table_has_a_row_for_each_step_the_oldest_first(library: Arrow) -> None:
    table = TABLES[STEPS, Kind.FLAT]
    rows = read(library, as_parquet(library, table, part(STEP_LINES)))

    assert [(row["execution_sid"], row["n"], row["last_n"], row["step_sid"]) for row in rows] == [
        ("FN1", 1, 2, "FT1"),
        ("FN1", 2, 2, "FT2"),
    ]
    assert (rows[1]["name"], rows[1]["transitioned_to"]) == ("hangup", "Ended")
    assert tuple(rows[0]) == table.columns


@given(st.lists(st.lists(st.sampled_from(["menu", "", None, "\U0001f600", 5]), max_size=4)))
def test_every_step_of_a_part_is_in_its_flat_copy_once(
    named: list[list[object]],
) -> None:
    library = arrow()
    if library is None:
        pytest.skip("the extra `parquet` is not installed")
    texts = [
        json.dumps(
            {"execution_sid": f"FN{n}", "steps": [{"sid": f"FT{i}", "name": x} for i, x in e]}
        ).encode()
        for n, e in enumerate(map(list, map(enumerate, named)))
    ]

    rows = read(library, as_parquet(library, TABLES[STEPS, Kind.FLAT], part(texts)))

    assert [(row["execution_sid"], row["step_sid"]) for row in rows] == [
        (f"FN{n}", f"FT{i}") for n, listed in enumerate(named) for i in reversed(range(len(listed)))
    ]


def test_a_part_of_steps_gets_both_copies_and_each_is_compared(library: Arrow) -> None:
    store = MemoryStore()
    store.objects[f"daily-steps/dt={DAY}/00000.jsonl.gz"] = part(STEP_LINES)
    flat = f"daily-steps-flat-parquet/dt={DAY}/00000.parquet"

    assert write_missing(library, store, STEPS, DAY, Parts(lines={0})) == 2
    assert flat in store.objects

    store.objects[flat] = as_parquet(library, TABLES[STEPS, Kind.FLAT], part(STEP_LINES[:0]))
    with pytest.raises(CorruptLogError, match=flat):
        write_missing(library, store, STEPS, DAY, Parts(lines={0}, parquet={0}))


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
