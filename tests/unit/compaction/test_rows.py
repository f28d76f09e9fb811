import gzip

import pytest

from studio_export.compaction.rows import LineChecksum, final_rows
from studio_export.log.codec import ObjectEncoder, encode
from studio_export.log.reader import lines
from studio_export.twilio.record import Record
from tests.unit.compaction.day_logs import MIDNIGHT

EDGE_VALUES = [
    b'{"sid":"FN1","status":"ended","date_created":"2026-11-01T00:00:00Z","big":'
    + b"9" * 40
    + b"}",
    b'{"sid":"FN2","status":"ended","date_created":"2026-11-01T00:00:00Z","context":NaN}',
    '{"sid":"FN3","status":"ended","date_created":null,"context":"\u2028\\u0000\\ufffd"}'.encode(),
    b'{"sid":"FN4","status":"ended","deep":' + b"[" * 3000 + b"]" * 3000 + b"}",
    b'{ "Sid":"FN0", "sid":"FN5" , "status":"ended","STATUS":"active"}',
]
OTHERS = [
    b'{"sid":"FN6","status":"active"}',
    b'{"sid":"FN7","status":null}',
    b'{"sid":"FN8","status":"endedx","context":NaN}',
    b'{"sid":"FN9"}',
]


def encoded(texts: list[bytes]) -> bytes:
    return encode([Record("", None, MIDNIGHT, text) for text in texts]).body


def test_final_rows_are_verbatim_whatever_is_in_them() -> None:
    rows = final_rows(encoded(EDGE_VALUES + OTHERS))

    assert [row.line for row in rows] == EDGE_VALUES
    assert [row.sid for row in rows] == ["FN1", "FN2", "FN3", "FN4", "FN5"]
    assert rows[0].created == MIDNIGHT


def test_an_encoded_object_is_one_gzip_member_of_its_lines() -> None:
    encoder = ObjectEncoder()
    for text in EDGE_VALUES:
        encoder.add(text)

    body = encoder.finish().body

    assert gzip.decompress(body) == b"".join(text + b"\n" for text in EDGE_VALUES)
    assert list(lines(body)) == EDGE_VALUES
    assert encoder.lines == len(EDGE_VALUES)


@pytest.mark.parametrize(
    "body",
    [
        b"no gzip",
        encoded(EDGE_VALUES)[:-1],
        encoded(EDGE_VALUES) + b"more",
        gzip.compress(b"{}"),
        b"\x1f\x8b",
    ],
    ids=["no gzip", "cut", "more after it", "no line end", "header alone"],
)
def test_what_is_not_whole_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(lines(body))


def test_a_checksum_ignores_order_and_differs_for_a_missing_repeated_or_changed_line() -> None:
    def checksum(*texts: bytes) -> LineChecksum:
        total = LineChecksum()
        for text in texts:
            total = total.plus(text)
        return total

    whole = checksum(b"a", b"b", b"c")

    assert checksum(b"c", b"a", b"b") == whole
    assert len(whole.hex) == 64
    assert whole not in {
        checksum(b"a", b"b"),
        checksum(b"a", b"b", b"c", b"c"),
        checksum(b"a", b"b", b"x"),
    }
