import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio_export.log.keys import CONTEXTS, EXECUTIONS, STEPS, child_key, holds_lines, log_key
from studio_export.log.keys import LogKey as Parent
from studio_export.log.part_keys import (
    COMPACTED,
    Kind,
    PartKey,
    complete_key,
    copies_of,
    parse_part_key,
    part_key,
    part_prefixes,
)

DAY = "2026-11-23"
FLOW_SID = "FW" + "0" * 32
FORMS = [(folder, kind) for folder in COMPACTED for kind in (Kind.LINES, *copies_of(folder))]


@given(st.sampled_from(FORMS), st.dates(), st.integers(0, 99_999))
def test_a_name_is_parsed_back_and_lies_below_one_prefix_of_its_dataset(
    form: tuple[str, Kind], date: object, number: int
) -> None:
    folder, kind = form
    day = str(date)
    key = part_key(folder, day, number, kind)

    assert parse_part_key(key) == PartKey(folder, day, number, kind)
    below = [
        (each, prefix)
        for each in COMPACTED
        for prefix in part_prefixes(each, day)
        if key.startswith(prefix)
    ]
    assert [each for each, _ in below] == [folder]
    assert holds_lines(key) == (kind is Kind.LINES)


@given(st.sampled_from(COMPACTED), st.integers(0, 99_999))
def test_a_marker_counts_the_parts_and_holds_no_lines(folder: str, parts: int) -> None:
    key = complete_key(folder, DAY, parts)

    assert parse_part_key(key) == PartKey(folder, DAY, parts, Kind.COMPLETE)
    assert not holds_lines(key)


def test_the_names_are_those_of_the_data_contract() -> None:
    assert [part_key(folder, DAY, 3, kind) for folder, kind in FORMS] == [
        f"daily/dt={DAY}/00003.jsonl.gz",
        f"daily-parquet/dt={DAY}/00003.parquet",
        f"daily-steps/dt={DAY}/00003.jsonl.gz",
        f"daily-steps-parquet/dt={DAY}/00003.parquet",
        f"daily-steps-flat-parquet/dt={DAY}/00003.parquet",
        f"daily-contexts/dt={DAY}/00003.jsonl.gz",
        f"daily-contexts-parquet/dt={DAY}/00003.parquet",
    ]
    assert complete_key(STEPS, DAY, 2) == f"daily-steps/dt={DAY}/_complete-00002.json"


@pytest.mark.parametrize(
    "key",
    [
        log_key(FLOW_SID, f"{DAY}T14", 3),
        child_key(STEPS, Parent(DAY, FLOW_SID, "14", 3), 0),
        f"daily/dt={DAY}/00000.parquet",
        f"daily-parquet/dt={DAY}/00000.jsonl.gz",
        f"daily-parquet/dt={DAY}/_complete-00001.json",
        f"daily-flat-parquet/dt={DAY}/00000.parquet",
        f"daily-contexts-flat-parquet/dt={DAY}/00000.parquet",
        f"daily-steps/dt={DAY}/00000 (1).jsonl.gz",
        f"daily-steps/dt={DAY}/000000.jsonl.gz",
        f"daily-steps/dt={DAY}/_SUCCESS",
        f"done/daily-steps/dt={DAY}/00000.jsonl.gz",
    ],
)
def test_any_other_name_is_none(key: str) -> None:
    assert parse_part_key(key) is None


def test_only_steps_have_a_flat_table() -> None:
    flat = [folder for folder in (EXECUTIONS, STEPS, CONTEXTS) if Kind.FLAT in copies_of(folder)]
    assert flat == [STEPS]
