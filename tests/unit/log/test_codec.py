"""Records as the bytes of one object, and back."""

import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.log.codec import encode
from studio_export.log.reader import decode
from studio_export.twilio.page import parse_executions
from studio_export.twilio.record import Record
from tests.unit.texts import execution, page
from tools.devkit.duckdb_reader import duckdb_reader

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MTIME = slice(4, 8)  # of a gzip header


def record(sid: str = "FN1", status: str | None = "ended", x: str = "1") -> Record:
    text = execution(x, sid=json.dumps(sid), status=json.dumps(status))
    return Record(sid, status, NOON, text.encode())


def gzipped(lines: str) -> bytes:
    return gzip.compress(lines.encode(), mtime=0)


statuses = st.none() | st.sampled_from(["active", "ended"]) | st.text(max_size=5)
many = st.lists(st.tuples(st.text(min_size=1, max_size=10), statuses), min_size=1, max_size=300)


@given(many)
def test_what_was_packed_is_read_back(lines: list[tuple[str, str | None]]) -> None:
    body = encode([record(sid, status) for sid, status in lines]).body
    assert decode(body) == lines


def test_a_body_is_the_lines_each_with_its_end() -> None:
    records = [record(f"FN{n}") for n in range(300)]
    lines = gzip.decompress(encode(records).body)
    assert lines == b"".join(bytes(each.text) + b"\n" for each in records)


def test_a_body_is_one_gzip_member_without_a_time() -> None:
    body = encode([record(f"FN{n}") for n in range(300)]).body
    assert body.startswith(b"\x1f\x8b\x08")
    assert body[MTIME] == bytes(4)
    assert body.count(b"\x1f\x8b\x08") == 1


def test_the_same_records_give_the_same_bytes() -> None:
    assert encode([record(), record("FN2")]) == encode([record(), record("FN2")])


def test_the_digest_is_of_the_lines_before_compression() -> None:
    encoded = encode([record(), record("FN2")])
    assert encoded.sha256 == hashlib.sha256(gzip.decompress(encoded.body)).hexdigest()


def test_a_page_is_packed_as_it_was_read() -> None:
    text = execution(r'[123456789012345678901234567890, "\ud83d\ude00 é", 1.0]')
    encoded = encode(parse_executions(page(text)).records)
    assert gzip.decompress(encoded.body) == text.encode() + b"\n"


def test_duckdb_reads_an_object(tmp_path: Path) -> None:
    path = tmp_path / "FW-T12-00000.jsonl.gz"
    path.write_bytes(
        encode([record(), record("FN2", None, r'"\ufffd"'), record("FN3", "active")]).body
    )
    with duckdb_reader() as query:
        rows = query(f"FROM read_json('{path}') SELECT sid, status ORDER BY sid")
    assert rows == [("FN1", "ended"), ("FN2", None), ("FN3", "active")]


@pytest.mark.parametrize(
    "x",
    ["NaN", "9" * 5000, pytest.param("[NaN," + "9" * 5000 + "]", id="both"), "[-Infinity]"],
)
def test_a_line_that_a_strict_parser_refuses_is_read(x: str) -> None:
    assert decode(encode([record(), record("FN2", "active", x)]).body) == [
        ("FN1", "ended"),
        ("FN2", "active"),
    ]


@pytest.mark.parametrize("depth", [900, 2000, 100_000])
def test_a_line_nested_deeper_than_a_parsers_stack_is_read(depth: int) -> None:
    deep = record(x="[" * depth + "]" * depth)
    assert decode(encode([deep]).body) == [("FN1", "ended")]


@pytest.mark.parametrize("status", ["5", "[]", '{"status":"ended"}'])
def test_a_status_of_an_odd_type_is_none_again(status: str) -> None:
    text = execution(status=status)
    assert decode(gzipped(text + "\n")) == [("FN1", None)]


@pytest.mark.parametrize("stop", range(len(encode([record()]).body)))
def test_an_object_cut_anywhere_is_refused(stop: int) -> None:
    with pytest.raises(ValueError, match=r"gzip"):
        decode(encode([record()]).body[:stop])


def test_an_object_with_a_flipped_bit_is_refused() -> None:
    body = bytearray(encode([record(f"FN{n}") for n in range(50)]).body)
    body[len(body) // 2] ^= 1
    with pytest.raises(ValueError, match=r"gzip"):
        decode(bytes(body))


@pytest.mark.parametrize(
    "body",
    [
        b"plain text",
        gzipped(""),
        gzipped(execution()),
        gzipped("{}\n"),
        gzipped("[]\n"),
        gzipped('{"sid":5}\n'),
        gzipped("not json\n"),
        gzipped('{"sid":"FN1"\n'),
        gzipped('{"sid":"FN1","x":NaN]\n'),
        gzipped(execution() + "\n\n" + execution("NaN") + "\n"),
        gzip.compress(b'{"sid":"\xff"}\n', mtime=0),
    ],
)
def test_what_is_not_an_object_of_lines_with_a_sid_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any text: the log is corrupt
        decode(body)


def test_a_second_gzip_member_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match=r"gzip"):
        decode(encode([record()]).body + encode([record("FN2")]).body)
