"""The events that `make invoke` sends, read as the function reads them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.clock import VirtualClock
from simulator.studio import Studio
from studio_export.function.event import parse_event

EVENTS = Path(__file__).parents[2] / "events"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def event(name: str) -> object:
    return json.loads((EVENTS / name).read_text())


def test_schedulers_own_event_starts_a_run() -> None:
    assert parse_event(event("schedule.json"), NOW) is None


@pytest.mark.parametrize("name", ["replay-range.json", "replay-flow.json"])
def test_a_range_is_a_replay(name: str) -> None:
    replay = parse_event(event(name), NOW)

    assert replay is not None
    assert (replay.span.start.day, replay.span.stop.day) == (1, 3)


def test_the_replayed_flow_is_one_that_the_simulated_studio_has() -> None:
    flow = Studio(VirtualClock(NOW)).add_flow()
    replay = parse_event(event("replay-flow.json"), NOW)

    assert replay is not None
    assert replay.flow_sids == (flow.sid,)
