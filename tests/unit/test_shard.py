"""A share of the Flows, by Sid."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.shard import ALL_FLOWS, MAX_SHARDS, Shard, parse_shard, shards_of

flow_sids = st.uuids().map(lambda uuid: f"FW{uuid.hex}")
counts = st.integers(1, MAX_SHARDS)


@given(flow_sids, counts)
def test_every_flow_is_in_exactly_one_shard_of_any_count(flow_sid: str, count: int) -> None:
    assert sum(shard.includes(flow_sid) for shard in shards_of(count)) == 1


@given(flow_sids)
def test_the_only_shard_of_one_has_every_flow(flow_sid: str) -> None:
    assert ALL_FLOWS.includes(flow_sid)


def test_shards_are_of_about_the_same_size() -> None:
    sids = [f"FW{UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128).hex}"
            for number in range(8000)]  # fmt: skip
    sizes = [sum(map(shard.includes, sids)) for shard in shards_of(8)]
    assert min(sizes) > 900
    assert max(sizes) < 1100


@given(counts)
def test_a_shard_is_written_as_it_is_parsed(count: int) -> None:
    for number in {0, count - 1}:
        shard = Shard(number, count)
        assert parse_shard(str(shard)) == shard


@pytest.mark.parametrize(
    "value",
    ["", "3", "3/", "/8", "8/8", "9/8", "0/0", "-1/8", "1/8 ", "1.0/8", "0/1001", "0/99999", "٣/8",
     None, 3, 0.375, ["3", "8"], {"number": 3}],
)  # fmt: skip
def test_what_is_no_shard_is_refused_with_an_example(value: object) -> None:
    with pytest.raises(ValueError, match=r"the eight shards of 8 are 0/8 to 7/8"):
        parse_shard(value)


def test_the_refusal_names_what_was_given() -> None:
    with pytest.raises(ValueError, match=re.escape("'8/8' is not a shard")):
        parse_shard("8/8")
