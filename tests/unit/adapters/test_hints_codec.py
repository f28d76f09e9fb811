"""Hints are read as they were written, or they are none."""

import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.adapters import hints_codec
from studio_export.model import Checkpoint, Hints

FLOW, OTHER = "FW" + "1" * 32, "FW" + "2" * 32
HEAD = datetime(2026, 11, 23, 14, tzinfo=UTC)
CURSORS = {120: HEAD, 900: datetime(2026, 11, 1, tzinfo=UTC)}
KNOWN = Hints((5, 5, 9), {20_000: 7}, 11, 12, 13)
BODY = hints_codec.encode(Checkpoint(CURSORS, hints=KNOWN), FLOW)
SECONDS = st.integers(0, 2**40)


@given(
    st.lists(SECONDS).map(sorted).map(tuple),
    st.dictionaries(st.integers(0, 10**6), st.integers(0, 10**9)),
    SECONDS,
    SECONDS,
    SECONDS,
)
def test_hints_are_read_as_they_were_written(
    watched: tuple[int, ...], totals: dict[int, int], ask: int, ignored: int, dropped: int
) -> None:
    known = Hints(watched, totals, ask, ignored, dropped)
    body = hints_codec.encode(Checkpoint(CURSORS, hints=known), FLOW)
    assert hints_codec.decode(body, FLOW, CURSORS) == known


def test_without_hints_there_is_nothing_to_read() -> None:
    assert hints_codec.encode(Checkpoint(CURSORS), FLOW) == b""
    assert hints_codec.encode(Checkpoint(hints=KNOWN), FLOW) == b""
    assert hints_codec.decode(b"", FLOW, CURSORS) is None
    assert hints_codec.decode(BODY, FLOW, {}) is None


def test_hints_of_another_flow_are_none() -> None:
    assert hints_codec.decode(BODY, OTHER, CURSORS) is None


def test_hints_of_another_head_cursor_are_none() -> None:
    moved = {**CURSORS, 120: HEAD.replace(minute=1)}
    assert hints_codec.decode(BODY, FLOW, moved) is None
    assert hints_codec.decode(BODY, FLOW, {**CURSORS, 900: HEAD}) == KNOWN


@pytest.mark.parametrize("index", range(len(BODY)))
def test_a_flipped_bit_makes_them_none_or_changes_nothing(index: int) -> None:
    flipped = bytearray(BODY)
    flipped[index] ^= 16
    assert hints_codec.decode(bytes(flipped), FLOW, CURSORS) in (None, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        b"not JSON",
        b"{}",
        b"[]",
        zlib.decompress(BODY).replace(b'"1"', b'"2"'),
        zlib.decompress(BODY).replace(b"[5,0,4]", b"[5,-9,4]"),
    ],
    ids=["text", "empty", "list", "a newer version", "descending"],
)
def test_what_is_no_hint_is_none(text: bytes) -> None:
    assert hints_codec.decode(zlib.compress(text), FLOW, CURSORS) is None


@pytest.mark.parametrize("body", [None, "text", 5, BODY[:-1]], ids=repr)
def test_another_type_or_a_cut_body_is_none(body: object) -> None:
    assert hints_codec.decode(body, FLOW, CURSORS) is None


def test_thousands_of_watched_executions_take_some_14_kb() -> None:
    watched = tuple(range(0, 20 * 86_400, 216))  # 8,000 of them, evenly: the least to compress
    known = Hints(watched)
    assert len(hints_codec.encode(Checkpoint(CURSORS, hints=known), FLOW)) < 14_000
