"""The privacy policy, from the environment to the objects in the bucket."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from isal import isal_zlib

from simulator.oddities import Oddity
from studio_export.errors import ConfigurationError
from studio_export.function import bootstrap
from studio_export.log.reader import decode
from tests.integration.function_world import BUCKET, FunctionWorld
from tools.devkit import program
from tools.devkit.repository import import_path

KEY = "0123456789abcdef0123456789abcdef"
HASHED = "contact_channel_address=hmac"


@pytest.fixture
def busy(world: FunctionWorld) -> FunctionWorld:
    """A Flow with two Executions, one of them still active."""
    world.setenv(LOOKBACK_DAYS="1")
    now = datetime.now(UTC).replace(microsecond=0)
    flow = world.studio.add_flow()
    flow.add(now - timedelta(hours=1), now - timedelta(minutes=50))
    flow.add(now - timedelta(hours=1))
    return world


def set_privacy_key(world: FunctionWorld, key: object) -> None:
    world.set_secret(world.key_as_json(privacy_key=key))


def run(world: FunctionWorld, policy: str) -> None:
    """Make a run in a new process with this policy."""
    world.setenv(PRIVACY=policy)
    bootstrap.warm.cache_clear()
    assert world.invoke({})["complete"]


def test_what_the_policy_hides_is_not_in_the_bucket(busy: FunctionWorld) -> None:
    set_privacy_key(busy, KEY)
    run(busy, f"{HASHED},contact_sid=mask,initiated_by=drop,context=string")
    exported = busy.lines()
    assert len(exported) == 2
    for line in exported:
        assert line["contact_channel_address"].startswith("hmac:")
        assert (line["contact_sid"], line["context"]) == ("***", "{}")
        assert "initiated_by" not in line


def test_the_policy_also_applies_to_rejected_records(busy: FunctionWorld) -> None:
    flow = busy.studio.account.flows[0]
    for execution in flow.executions:
        execution.oddity = Oddity.NULL_SID
    run(busy, "contact_channel_address=drop,contact_sid=mask")
    keys = busy.keys()
    assert len([key for key in keys if "/rejected/" in key]) == len(keys) == 2
    text = busy.bodies()[keys[0]].decode()
    assert json.loads(text)["contact_sid"] == "***"
    assert "+1555" not in text


def test_no_policy_writes_the_same_bytes_as_one_that_keeps_everything(busy: FunctionWorld) -> None:
    run(busy, "")
    before = busy.bodies()
    for key in before:
        busy.s3.delete_object(Bucket=f"{BUCKET}-{busy.name}", Key=key)
    busy.forget_checkpoints()
    run(busy, "context=keep")
    assert busy.bodies() == before


@pytest.mark.parametrize("policy", ["", HASHED, "context=drop", "contact_channel_address=mask"])
def test_a_changed_policy_doubles_no_line_and_rewrites_none(
    busy: FunctionWorld, policy: str
) -> None:
    set_privacy_key(busy, KEY)
    run(busy, "contact_channel_address=drop")
    before = busy.bodies()
    one, other = busy.studio.account.flows[0].executions
    other.ends_at = datetime.now(UTC) - timedelta(minutes=10)
    busy.forget_checkpoints()
    run(busy, policy)
    after = busy.bodies()
    assert before.items() < after.items()
    exported = Counter(line for body in after.values() for line in decode(body))
    lines_of_both = [(one.sid, "ended"), (other.sid, "active"), (other.sid, "ended")]
    assert exported == Counter(lines_of_both)


def test_hashes_of_two_processes_are_equal(busy: FunctionWorld, tmp_path: Any) -> None:
    set_privacy_key(busy, KEY)
    run(busy, HASHED)
    api_key, api_secret = busy.studio.account.api_key
    environment = import_path() | {
        "TWILIO_API_KEY": api_key,
        "TWILIO_API_SECRET": api_secret,
        "PRIVACY": HASHED,
        "PRIVACY_KEY": KEY,
        "STUDIO_BASE_URL": busy.studio_url,
    }
    ended = program.run([*program.STUDIO_EXPORT, "run", "--to", str(tmp_path)], env=environment)
    assert ended.returncode == 0, ended.stderr
    texts = [isal_zlib.decompress(path.read_bytes(), wbits=31) for path in tmp_path.rglob("*.gz")]
    commanded = [json.loads(line) for text in texts for line in text.splitlines()]
    assert {hashes(line) for line in commanded} == {hashes(line) for line in busy.lines()}


def hashes(line: dict[str, Any]) -> tuple[str, str]:
    return line["sid"], line["contact_channel_address"]


@pytest.mark.parametrize("key", [None, "", 5, "short"])
def test_a_hash_without_a_valid_key_is_refused_before_any_request_but_the_secrets(
    busy: FunctionWorld,
    key: object,
    capfd: pytest.CaptureFixture[str],
) -> None:
    set_privacy_key(busy, key)
    busy.setenv(PRIVACY=HASHED)
    with pytest.raises(
        ConfigurationError, match=r"privacy_key of the secret has .* at least 32"
    ) as raised:
        busy.invoke({})
    assert "short" not in str(raised.value)
    assert "AccessDenied" in capfd.readouterr().out
    assert (busy.calls, busy.asked) == (["GetSecretValue"], [])


def test_a_hash_without_a_key_in_the_environment_is_refused_before_any_request(
    busy: FunctionWorld,
) -> None:
    api_key, api_secret = busy.studio.account.api_key
    key = {"TWILIO_API_KEY": api_key, "TWILIO_API_SECRET": api_secret}
    busy.setenv(TWILIO_SECRET_ID=None, PRIVACY=HASHED, **key)
    with pytest.raises(
        ConfigurationError, match=r"PRIVACY_KEY has 0 characters\. Set a key of at least 32"
    ):
        busy.invoke({})
    assert (busy.calls, busy.asked) == ([], [])


@pytest.mark.parametrize("policy", ["context=drop", HASHED])
def test_wiring_the_function_fetches_no_secret(busy: FunctionWorld, policy: str) -> None:
    busy.setenv(PRIVACY=policy)
    bootstrap.warm(None)
    assert busy.calls == []


def test_the_key_is_fetched_once_together_with_the_credentials(busy: FunctionWorld) -> None:
    set_privacy_key(busy, KEY)
    run(busy, HASHED)
    assert busy.invoke({})["complete"]
    assert busy.calls.count("GetSecretValue") == 1
