"""Keys are rotated during runs: nothing is lost, and no run fails."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from simulator.faults import Fault, Kind
from simulator.request import Operation, Request
from simulator.sids import sid
from studio_export.errors import FlowsFailedError, StudioExportError
from tests.integration.function_world import FunctionWorld

EXECUTIONS = 10
ACCOUNT = sid("AC", "rotated", 0)
KEY, ANOTHER_KEY = sid("SK", "rotated", 0), sid("SK", "rotated", 1)

Secret = dict[str, str]


def by_key(username: str, password: str) -> Secret:
    return {"api_key": username, "api_secret": password}


def by_account(username: str, password: str) -> Secret:
    return {"account_sid": username, "auth_token": password}


@pytest.fixture
def busy(world: FunctionWorld) -> FunctionWorld:
    """Two Flows with Executions of an hour ago; two rows a page."""
    now = datetime.now(UTC).replace(microsecond=0)
    for _ in range(2):
        flow = world.studio.add_flow()
        for number in range(EXECUTIONS):
            flow.add(now - timedelta(minutes=60 - number), now - timedelta(minutes=20))
    world.studio.faults.on(Fault(Kind.PAGE_SIZE, value=2, operation=Operation.EXECUTIONS))
    world.setenv(LOOKBACK_DAYS="1", SWEEP_AGES="2m")
    return world


def use(world: FunctionWorld, secret: Secret, *, revoke: bool = True) -> None:
    """Store a new key in the secret, and let Twilio accept it, alone if the old one is revoked."""
    username, password = secret.values()
    if revoke:
        world.studio.account.credentials.clear()
    world.studio.account.credentials[username] = password
    world.set_secret(json.dumps(secret))


def before_page(world: FunctionWorld, number: int, act: Callable[[], None]) -> None:
    """Act once, before the page of that number is answered."""
    acted: list[Request] = []

    def on_request(request: Request) -> None:
        world.asked.append(request)
        if request.page == number and not acted:
            acted.append(request)
            act()

    world.studio.on_request = on_request


def exported(world: FunctionWorld) -> Counter[str]:
    return Counter(str(line["sid"]) for line in world.lines())


def refused(world: FunctionWorld) -> int:
    """Return how many requests were repeated, as refused ones are."""
    sent = Counter((each.flow_sid, *sorted(each.parameters.items())) for each in world.asked)
    return sum(times - 1 for times in sent.values())


def all_once(world: FunctionWorld) -> Counter[str]:
    return Counter(each.sid for flow in world.studio.account.flows for each in flow.executions)


@pytest.mark.parametrize("concurrency", ["1", "4"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (by_key(KEY, "one"), by_key(ANOTHER_KEY, "two")),
        (by_account(ACCOUNT, "primary"), by_account(ACCOUNT, "two")),
        (by_account(ACCOUNT, "primary"), by_key(ANOTHER_KEY, "two")),
    ],
    ids=["another API key", "the secondary token promoted", "from the token to a key"],
)
def test_a_key_revoked_between_two_pages_loses_nothing(
    old: Secret, new: Secret, concurrency: str, busy: FunctionWorld
) -> None:
    busy.setenv(STUDIO_CONCURRENCY=concurrency)
    use(busy, old)
    before_page(busy, 2, lambda: use(busy, new))

    summary = busy.invoke({})

    assert summary["complete"]
    assert exported(busy) == all_once(busy)
    username, password = new.values()
    assert busy.studio.account.credentials == {username: password}  # so the old one was revoked
    assert refused(busy) >= 1


def test_a_refused_request_fetches_the_secret_once(busy: FunctionWorld) -> None:
    before_page(busy, 2, lambda: use(busy, by_key(ANOTHER_KEY, "two")))

    busy.invoke({})

    assert busy.calls.count("GetSecretValue") == 2
    assert refused(busy) == 1


def test_a_warm_invocation_uses_a_key_rotated_since_the_last_one(busy: FunctionWorld) -> None:
    assert busy.invoke({})["complete"]
    use(busy, by_key(ANOTHER_KEY, "two"))
    busy.forget_checkpoints()
    flow = busy.studio.account.flows[0]
    flow.add(flow.executions[0].created, datetime.now(UTC) - timedelta(minutes=10))

    assert busy.invoke({})["complete"]
    assert exported(busy) == all_once(busy)


def test_while_both_keys_are_good_no_request_is_refused(busy: FunctionWorld) -> None:
    before_page(busy, 2, lambda: use(busy, by_key(ANOTHER_KEY, "two"), revoke=False))

    assert busy.invoke({})["complete"]
    assert busy.calls.count("GetSecretValue") == 1
    assert refused(busy) == 0


def test_a_key_revoked_too_early_stops_the_run_and_the_next_one_continues(
    busy: FunctionWorld,
) -> None:
    account = busy.studio.account
    before_page(busy, 2, account.credentials.clear)
    with pytest.raises(FlowsFailedError, match="AccessDeniedError: Twilio refuses the credentials"):
        busy.invoke({})
    with pytest.raises(StudioExportError, match="Twilio refuses the credentials"):
        busy.invoke({})

    use(busy, by_key(ANOTHER_KEY, "two"))

    assert busy.invoke({})["complete"]
    assert exported(busy) == all_once(busy)
