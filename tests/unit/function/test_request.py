"""What part of the work an event asks for: an account, a share of its Flows, a time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio_export.errors import InvalidEventError
from studio_export.function.request import Request, parse_request
from studio_export.shard import Shard

EVENTS = Path(__file__).parents[3] / "events"
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_an_event_may_name_an_account_a_shard_and_an_end() -> None:
    event = {"account": "acme", "shard": "3/8", "until": "2026-11-23T14:15:00Z", "from": "x"}
    assert parse_request(event) == Request("acme", Shard(3, 8), NOW + timedelta(minutes=15))


@pytest.mark.parametrize("event", [None, {}, "text", [], {"detail": {"shard": "3/8"}}])
def test_without_them_an_event_asks_for_all_the_work(event: object) -> None:
    assert parse_request(event) == Request()


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.name)
def test_no_example_of_an_event_asks_for_a_part(path: Path) -> None:
    # EventBridge's event has `account`, too: that of AWS.
    assert parse_request(json.loads(path.read_text())) == Request()


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"shard": "8/8"}, r"the event's 'shard': '8/8' is not a shard\..* 0/8 to 7/8"),
        ({"shard": 3}, "the event's 'shard': 3 is not a shard"),
        ({"shard": None}, "the event's 'shard': None is not a shard"),
        ({"account": "a/b"}, "the event's 'account' is 'a/b', not a name"),
        ({"account": ""}, "the event's 'account' is '', not a name"),
        ({"account": ["acme"]}, "the event's 'account' is "),
        ({"account": None}, "the event's 'account' is None"),
        ({"until": "soon"}, "the event's 'until' must be an instant such as 2026"),
        ({"until": 5}, "the event's 'until' must be an instant"),
        ({"Shard": "3/8"}, "'Shard'.* lower case: 'shard'"),
        ({" account": "acme"}, "' account'.* lower case: 'account'"),
        ({"UNTIL": "x"}, "'UNTIL'.* lower case: 'until'"),
    ],
)
def test_a_malformed_part_is_refused_by_its_key(event: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidEventError, match=message):
        parse_request(event)


@pytest.mark.parametrize(
    ("until", "wanted"),
    [
        (None, 800.0),
        (NOW + timedelta(hours=1), 800.0),
        (NOW + timedelta(seconds=60), 60.0),
        (NOW, 0.0),
        (NOW - timedelta(hours=1), 0.0),
    ],
)
def test_a_run_ends_when_lambda_or_the_event_ends_it(until: datetime | None, wanted: float) -> None:
    assert Request(until=until).seconds(NOW, 800.0) == wanted
