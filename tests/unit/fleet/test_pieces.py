from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.fleet.pieces import Piece, cut, pieces_of_replay, pieces_of_run
from studio_export.model import Replay, Span
from studio_export.shard import ALL_FLOWS, Shard

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
MONTH = Span(NOW - timedelta(days=30), NOW)
WORKERS = st.integers(1, 16)
FLOWS = st.sets(st.integers(0, 2**128 - 1), max_size=80).map(
    lambda numbers: tuple(f"FW{number:032x}" for number in sorted(numbers))
)
SPANS = st.tuples(st.integers(0, 40 * 86_400), st.integers(1, 40 * 86_400)).map(
    lambda pair: Span(NOW + timedelta(seconds=pair[0]), NOW + timedelta(seconds=pair[0] + pair[1]))
)


def has(piece: Piece, flow_sid: str) -> bool:
    """Return whether the piece exports the Flow."""
    named = not piece.flow_sids or flow_sid in piece.flow_sids
    return named and piece.shard.includes(flow_sid)


def test_a_run_has_a_piece_for_each_worker_that_ends_in_time() -> None:
    assert pieces_of_run(2, NOW) == [Piece(Shard(0, 2), until=NOW), Piece(Shard(1, 2), until=NOW)]


@given(FLOWS, WORKERS)
def test_a_run_exports_every_flow_in_exactly_one_piece(
    flows: tuple[str, ...], workers: int
) -> None:
    pieces = pieces_of_run(workers, NOW)

    assert [sum(has(piece, sid) for piece in pieces) for sid in flows] == [1] * len(flows)


@pytest.mark.parametrize("is_named", [False, True])
@given(flows=FLOWS, workers=WORKERS, span=SPANS)
def test_a_replay_covers_the_range_of_every_flow_exactly_once(
    flows: tuple[str, ...], workers: int, span: Span, *, is_named: bool
) -> None:
    replay = Replay(span, flows if is_named else ())
    pieces = pieces_of_replay(replay, len(flows), workers)

    for sid in flows:
        spans = sorted((p.span for p in pieces if p.span and has(p, sid)), key=lambda s: s.start)
        assert spans[0].start == span.start
        assert spans[-1].stop == span.stop
        assert all(a.stop == b.start for a, b in pairwise(spans))


@given(st.integers(0, 10_000), WORKERS)
def test_a_replay_has_at_most_four_pieces_a_worker(flows: int, workers: int) -> None:
    pieces = pieces_of_replay(Replay(MONTH), flows, workers)

    assert 1 <= len(pieces) <= 4 * workers


def test_with_as_many_flows_as_workers_the_range_stays_whole() -> None:
    pieces = pieces_of_replay(Replay(MONTH), 8, 8)

    assert pieces == [Piece(Shard(n, 8), MONTH) for n in range(8)]


def test_with_fewer_flows_than_workers_the_range_is_cut() -> None:
    pieces = pieces_of_replay(Replay(MONTH), 2, 4)

    assert {piece.shard for piece in pieces} == {ALL_FLOWS}
    assert len({piece.span for piece in pieces}) == 16


def test_the_flows_that_a_replay_names_are_shared_out() -> None:
    names = tuple(f"FW{n:032x}" for n in range(5))
    pieces = pieces_of_replay(Replay(MONTH, names), 1000, 1)

    assert [piece.flow_sids for piece in pieces] == [
        (names[0], names[4]), (names[1],), (names[2],), (names[3],)
    ]  # fmt: skip


@given(SPANS, st.integers(1, 64))
def test_a_span_is_cut_at_whole_hours(span: Span, count: int) -> None:
    spans = cut(span, count)

    assert 1 <= len(spans) <= count
    assert all(each.start < each.stop for each in spans)
    assert {(each.start.minute, each.start.second) for each in spans[1:]} <= {(0, 0)}
