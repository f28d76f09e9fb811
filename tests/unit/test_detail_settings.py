"""Each variable of Steps and Contexts: its values, its default, and what it refuses."""

from datetime import UTC, datetime

import pytest

from studio_export.detail_settings import DetailSettings, read_details
from studio_export.errors import ConfigurationError
from studio_export.log import keys

FLOW, OTHER = "FW" + "1" * 32, "FW" + "2" * 32
ON = {"DATASETS": "executions,steps"}


def details(**env: str) -> DetailSettings:
    found = read_details({**ON, **env})
    assert found
    return found


@pytest.mark.parametrize("env", [{}, {"DATASETS": ""}, {"DATASETS": "executions"}])
def test_executions_alone_are_the_default(env: dict[str, str]) -> None:
    assert read_details(env) is None


def test_the_datasets_are_named_with_commas_between() -> None:
    found = details(DATASETS="flow-revisions, executions,contexts,steps")
    assert found.folders == (keys.STEPS, keys.CONTEXTS, keys.FLOW_REVISIONS)


def test_the_defaults() -> None:
    found = details()
    assert (found.concurrency, found.flow_sids, found.since) == (2, (), None)
    assert found.period_seconds == 900
    assert (found.kept.all, found.kept.paths) == (False, frozenset())


def test_details_never_ask_for_more_at_once_than_the_sweeps() -> None:
    assert details(STUDIO_CONCURRENCY="1").concurrency == 1
    assert details(STUDIO_CONCURRENCY="8", DETAIL_CONCURRENCY="8").concurrency == 8
    with pytest.raises(ConfigurationError, match="DETAIL_CONCURRENCY"):
        details(STUDIO_CONCURRENCY="4", DETAIL_CONCURRENCY="5")


def test_the_flows_are_those_that_are_exported_unless_fewer_are_named() -> None:
    assert details(FLOW_SIDS=f"{FLOW},{OTHER}").flow_sids == (FLOW, OTHER)
    assert details(FLOW_SIDS=f"{FLOW},{OTHER}", DETAIL_FLOW_SIDS=OTHER).flow_sids == (OTHER,)


def test_the_first_instant_is_taken_by_its_hour() -> None:
    assert details(DETAILS_FROM="2026-11-23T14:31:00Z").since == datetime(
        2026, 11, 23, 14, tzinfo=UTC
    )


def test_the_schedule_says_how_often_a_run_comes() -> None:
    assert details(SCHEDULE_MINUTES="60").period_seconds == 3600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATASETS", "executions,Steps"),
        ("DATASETS", "steps"),
        ("DETAIL_CONCURRENCY", "0"),
        ("DETAIL_FLOW_SIDS", "FW1"),
        ("DETAILS_FROM", "yesterday"),
        ("CONTEXT_VALUES", "*.x"),
        ("SCHEDULE_MINUTES", "0"),
    ],
)
def test_a_malformed_value_is_an_error_that_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name}"):
        details(**{name: value})
