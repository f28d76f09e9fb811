"""An event may ask for a part of the work: an account, a shard of its Flows, until an instant."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from simulator.account import Account
from simulator.many import ManyStudios
from simulator.studio import Studio
from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    InvalidEventError,
)
from studio_export.shard import shards_of
from tests.integration.function_world import BUCKET, FunctionWorld, function_world
from tools.devkit.servers.server import AwsServer

_NAMES = ("acme", "globex")


def _studio(name: str) -> Studio:
    studio = Studio(lambda: datetime.now(UTC), Account(seed=name))
    created = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    for _ in range(3):
        flow = studio.add_flow()
        flow.add(created, created + timedelta(seconds=30))
    return studio


@pytest.fixture
def studios() -> dict[str, Studio]:
    return {name: _studio(name) for name in _NAMES}


@pytest.fixture
def world(
    secrets_server: AwsServer, monkeypatch: pytest.MonkeyPatch, studios: Mapping[str, Studio]
) -> Iterator[FunctionWorld]:
    """A function of two accounts, each with a secret."""
    many = ManyStudios([*studios.values()])
    with function_world(secrets_server, monkeypatch, many) as world:
        prefix = f"accounts-{world.name}/"
        for name, studio in studios.items():
            username, password = studio.account.api_key
            text = json.dumps({"api_key": username, "api_secret": password})
            world.secrets.create_secret(Name=f"{prefix}{name}", SecretString=text)
        world.setenv(
            ACCOUNTS=",".join(_NAMES),
            TWILIO_SECRET_PREFIX=prefix,
            TWILIO_SECRET_ID=None,
            LOOKBACK_DAYS="1",
        )
        yield world


def _sids(studio: Studio) -> set[str]:
    return {flow.sid for flow in studio.account.flows}


def test_each_account_is_exported_into_a_dataset_of_its_own(
    world: FunctionWorld, studios: Mapping[str, Studio]
) -> None:
    for name, studio in studios.items():
        assert {*world.invoke({"account": name})["flows"]} == _sids(studio)
    for name, studio in studios.items():
        prefix = f"studio/account={name}/executions/"
        exported = [key for key in world.bodies() if key.startswith(prefix)]
        assert len(exported) == len(_sids(studio))
        assert all(any(sid in key for sid in _sids(studio)) for key in exported)
    assert {item["dataset"]["S"] for item in world.items()} == {
        f"s3://{BUCKET}-{world.name}/studio/account={name}" for name in _NAMES
    }


def test_a_warm_process_keeps_one_account(world: FunctionWorld) -> None:
    fetched = []
    for name in ("acme", "acme", "globex", "globex", "acme"):
        world.invoke({"account": name})
        fetched.append(world.calls.count("GetSecretValue"))
        world.forget()
    assert fetched == [1, 0, 1, 0, 1]


def test_a_secret_may_choose_the_flows_of_its_account(
    world: FunctionWorld, studios: Mapping[str, Studio]
) -> None:
    flow = studios["acme"].account.flows[1]
    username, password = studios["acme"].account.api_key
    secret = {"api_key": username, "api_secret": password, "flow_sids": [flow.sid]}
    world.secrets.put_secret_value(
        SecretId=f"accounts-{world.name}/acme", SecretString=json.dumps(secret)
    )
    assert {*world.invoke({"account": "acme"})["flows"]} == {flow.sid}


def test_the_trouble_of_one_account_leaves_the_next_one_alone(world: FunctionWorld) -> None:
    world.secrets.put_secret_value(
        SecretId=f"accounts-{world.name}/acme", SecretString='{"api_key": "x", "api_secret": "y"}'
    )
    with pytest.raises(AccessDeniedError):
        world.invoke({"account": "acme"})
    world.secrets.delete_secret(SecretId=f"accounts-{world.name}/acme")
    with pytest.raises((ConfigurationError, AccessDeniedError)):
        world.invoke({"account": "acme"})
    assert world.invoke({"account": "globex"})["complete"]


@pytest.mark.parametrize(
    ("event", "error", "message"),
    [
        ({"account": "initech"}, InvalidEventError, "ACCOUNTS does not contain 'initech'"),
        ({"account": "a/b"}, InvalidEventError, "not a name"),
        ({"shard": "9/8"}, InvalidEventError, "not a shard"),
        ({}, ConfigurationError, "no credentials are set"),
    ],
)
def test_what_no_account_can_do_is_an_error(
    world: FunctionWorld, event: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        world.invoke(event)
    assert world.keys() == []


def test_the_shards_of_an_account_export_each_flow_once(
    world: FunctionWorld, studios: Mapping[str, Studio]
) -> None:
    flows: list[str] = []
    for shard in shards_of(5):
        summary = world.invoke({"account": "acme", "shard": str(shard)})
        assert summary["complete"]
        assert summary["shard"] == str(shard)
        flows += summary["flows"]
    assert sorted(flows) == sorted(_sids(studios["acme"]))
    assert len(world.keys()) == len(flows)


def test_an_event_that_comes_after_its_end_starts_nothing(world: FunctionWorld) -> None:
    late = f"{datetime.now(UTC) - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    summary = world.invoke({"account": "acme", "until": late})
    assert not summary["complete"]
    assert world.asked == []
    assert world.items() == []


def test_an_event_may_end_a_run_before_lambda_does(world: FunctionWorld) -> None:
    soon = f"{datetime.now(UTC) + timedelta(seconds=30):%Y-%m-%dT%H:%M:%SZ}"
    assert world.invoke({"account": "acme", "until": soon})["complete"]
