"""Every kind of bad input raises one clear error, and writes nothing.

`tests/unit` has every malformed setting (`test_settings.py`) and event (`function/test_event.py`).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    FlowsFailedError,
    InvalidEventError,
    StudioExportError,
    UnavailableError,
)
from tests.integration.function_world import FunctionWorld

UNKNOWN_FLOW = "FW" + "0" * 32
KEY, ACCOUNT = "SK" + "a" * 32, "AC" + "b" * 32
PRIVATE = "s3cr3t-v4lue"
RANGE = {"from": "2026-11-01", "to": "2026-11-02"}


@dataclass(frozen=True)
class Bad:
    """Input with one mistake, and the error that names it.

    `variables` are set over a good environment, or unset if they are None; `secret` is put in the
    place of the good one; `seconds` is how long the invocation may take.
    """

    says: str
    variables: dict[str, str | None] = field(default_factory=dict)
    secret: str | None = None
    event: object = field(default_factory=dict)
    error: type[StudioExportError] = ConfigurationError
    seconds: float = 60


def variable(name: str, text: str | None, says: str = "", **others: Any) -> Bad:
    return Bad(says or name, {name: text}, **others)


def credentials(says: str, **variables: str) -> Bad:
    return Bad(says, {"TWILIO_SECRET_ID": None, **variables})


def secret(text: str, says: str) -> Bad:
    return Bad(rf"TWILIO_SECRET_ID: the secret twilio-\w+ {says}", secret=text)


def event(says: str, **keys: Any) -> Bad:
    return Bad(says, event=keys, error=InvalidEventError)


TABLE = {
    # The destination
    "no bucket": variable("EXPORT_BUCKET", None, "^EXPORT_BUCKET is not set$"),
    "an unknown bucket": variable(
        "EXPORT_BUCKET", "nowhere", "AccessDeniedError: .* s3://nowhere/.*", error=FlowsFailedError
    ),
    "no table": variable("CHECKPOINT_TABLE", None, "^CHECKPOINT_TABLE is not set$"),
    "an unknown table": variable(
        "CHECKPOINT_TABLE",
        "nowhere",
        "AccessDeniedError: .* table nowhere ",
        error=FlowsFailedError,
    ),
    # The scope
    "an unknown Flow": variable(
        "FLOW_SIDS",
        UNKNOWN_FLOW,
        f"^{UNKNOWN_FLOW}: FlowNotFoundError: Twilio does not know the Flow: .* 20404 ",
        error=FlowsFailedError,
    ),
    "an unknown Flow in the event": Bad(
        f"^{UNKNOWN_FLOW}: FlowNotFoundError",
        event={"flows": [UNKNOWN_FLOW], **RANGE},
        error=FlowsFailedError,
    ),
    # The Studio and the schedule
    "a host that does not answer": variable(
        "STUDIO_BASE_URL", "http://127.0.0.1:9", "^Twilio failed", error=UnavailableError, seconds=1
    ),
    "a malformed setting": variable("SWEEP_AGES", "15m,2m"),
    # Credentials in the environment
    "no credentials": credentials(
        "^no credentials are set. Set TWILIO_SECRET_ID, or TWILIO_API_KEY"
    ),
    "a key without its secret": credentials("TWILIO_API_SECRET is not set", TWILIO_API_KEY=KEY),
    "a key that is none": credentials(
        "TWILIO_API_KEY must be", TWILIO_API_KEY=PRIVATE, TWILIO_API_SECRET=PRIVATE
    ),
    "wrong credentials": Bad(
        "^Twilio refuses the credentials: HTTP 401 code 20003",
        {"TWILIO_SECRET_ID": None, "TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": PRIVATE},
        error=AccessDeniedError,
    ),
    # Credentials in a secret
    "an unknown secret": variable("TWILIO_SECRET_ID", "nowhere", "TWILIO_SECRET_ID nowhere: "),
    "a secret that is no JSON": secret(PRIVATE, "is not a JSON object"),
    "a secret that is no object": secret(f'["{PRIVATE}"]', "is not a JSON object"),
    "a secret of other keys": secret(f'{{"key":"{PRIVATE}"}}', "has neither pair of keys"),
    "a secret of half a pair": secret(f'{{"api_key":"{PRIVATE}"}}', "has neither pair of keys"),
    "a secret with an empty value": secret(
        f'{{"api_key":"","api_secret":"{PRIVATE}"}}', "has an empty api_key or api_secret"
    ),
    "a secret with wrong values": Bad(
        "^Twilio refuses the credentials: HTTP 401 code 20003",
        secret=f'{{"api_key":"{KEY}","api_secret":"{PRIVATE}"}}',
        error=AccessDeniedError,
    ),
    # The event
    "a range without an end": event("'to'", **{"from": "2026-11-01"}),
    "a start that is none": event("'from'", **{**RANGE, "from": "yesterday"}),
    "a start after the end": event("'from' must be before", **{**RANGE, "from": "2026-11-03"}),
    "a range of the future": event("in the past", **{"from": "2999-01-01", "to": "2999-02-01"}),
}


@pytest.fixture
def busy(world: FunctionWorld) -> FunctionWorld:
    """A world with something to export."""
    now = datetime.now(UTC).replace(microsecond=0)
    flow = world.studio.add_flow()
    flow.add(now - timedelta(hours=1), now - timedelta(minutes=50))
    return world


def test_with_valid_input_the_function_exports(busy: FunctionWorld) -> None:
    assert busy.invoke({})["totals"]["lines"] == 1
    assert len(busy.keys()) == 1


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE.keys())
def test_bad_input_raises_one_clear_error_and_writes_nothing(
    busy: FunctionWorld, case: Bad
) -> None:
    busy.setenv(**case.variables)
    if case.secret is not None:
        busy.set_secret(case.secret)

    with pytest.raises(StudioExportError, match=case.says) as caught:
        busy.invoke(case.event, case.seconds)

    assert type(caught.value) is case.error
    assert len(str(caught.value).splitlines()) == 1
    assert PRIVATE not in chained(caught.value)
    assert busy.keys() == []
    created = busy.studio.account.flows[0].executions[0].created
    assert [item for item in busy.items() if wrong(item, created)] == []


def chained(error: BaseException | None) -> str:
    """Return the traceback of the error and its causes."""
    texts = []
    while error:
        texts.append(repr(error))
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


def wrong(item: dict[str, Any], created: datetime) -> bool:
    """Return whether the lease is still held, or a cursor has passed the Execution."""
    cursors = [datetime.fromisoformat(at["S"]) for at in item["cursors"]["M"].values()]
    return "lease" in item or max(cursors) > created


@pytest.mark.parametrize("name", ["EXPORT_BUCKET", "CHECKPOINT_TABLE", "SWEEP_AGES"])
def test_a_malformed_setting_is_reported_before_any_request(busy: FunctionWorld, name: str) -> None:
    busy.setenv(**{name: "?"})
    with pytest.raises(ConfigurationError, match=name):
        busy.invoke({})
    assert (busy.calls, busy.asked) == ([], [])


def test_bad_input_can_be_corrected_without_a_new_process(busy: FunctionWorld) -> None:
    busy.setenv(LOOKBACK_DAYS="0")
    with pytest.raises(ConfigurationError):
        busy.invoke({})
    busy.setenv(LOOKBACK_DAYS="30")
    assert busy.invoke({})["complete"]
