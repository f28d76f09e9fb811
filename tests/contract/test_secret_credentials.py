import json
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from studio_export.adapters.secrets_manager import SecretsManagerCredentials
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.errors import AccessDeniedError, ConfigurationError, UnavailableError
from studio_export.model import Credentials
from tools.devkit.servers.server import NOWHERE, AwsServer

KEY = {"api_key": "SK0", "api_secret": "s3cret"}
TOKEN = {"account_sid": "AC0", "auth_token": "t0ken"}


@pytest.fixture
def client(secrets_server: AwsServer) -> Any:
    return boto3.client("secretsmanager", **secrets_server.client_options())


def secret(client: Any, value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    name = f"twilio-{uuid4().hex}"
    client.create_secret(Name=name, SecretString=text)
    return name


def test_the_given_credentials_never_change() -> None:
    credentials = StaticCredentials(Credentials("SK0", "s3cret"))

    assert not credentials.renew()
    assert credentials.get() == Credentials("SK0", "s3cret")


def test_no_text_of_credentials_shows_the_password() -> None:
    credentials = Credentials("SK0", "s3cret")

    assert "s3cret" not in f"{credentials} {credentials!r}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (KEY, Credentials("SK0", "s3cret")),
        (TOKEN, Credentials("AC0", "t0ken")),
        ({**TOKEN, **KEY}, Credentials("SK0", "s3cret")),
        ({**TOKEN, "api_key": "SK0"}, Credentials("AC0", "t0ken")),
        ({**KEY, "note": 1}, Credentials("SK0", "s3cret")),
        ({"api_key": "SK0\n", "api_secret": " s3cret\n"}, Credentials("SK0", "s3cret")),
    ],
)
def test_a_secret_holds_an_api_key_or_an_auth_token(
    client: Any, value: object, expected: Credentials
) -> None:
    assert SecretsManagerCredentials(client, secret(client, value)).get() == expected


def test_a_binary_secret_is_read(client: Any) -> None:
    name = f"twilio-{uuid4().hex}"
    client.create_secret(Name=name, SecretBinary=json.dumps(KEY).encode())

    assert SecretsManagerCredentials(client, name).get() == Credentials("SK0", "s3cret")


@pytest.mark.parametrize(
    "value",
    [
        "s3cret",
        '{"api_key": "SK0", "api_secret": "s3cret"',
        '"s3cret"',
        ["s3cret"],
        {},
        {"api_key": "SK0"},
        {"api_secret": "s3cret", "account_sid": "AC0"},
        {"api_key": "SK0", "api_secret": ""},
        {"api_key": None, "api_secret": "s3cret"},
        {"username": "SK0", "password": "s3cret"},
    ],
)
def test_any_other_secret_is_a_wrong_setting_and_stays_a_secret(client: Any, value: object) -> None:
    with pytest.raises(ConfigurationError) as caught:
        SecretsManagerCredentials(client, secret(client, value)).get()

    message = str(caught.value)
    for part in ("TWILIO_SECRET_ID", "api_key", "api_secret", "account_sid", "auth_token"):
        assert part in message
    assert "s3cret" not in message
    # Error trackers record what an error was raised from, with its attributes.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("beside", "expected"),
    [({"privacy_key": " k3y\n"}, "k3y"), ({}, None), ({"privacy_key": None}, None)],
)
def test_the_secret_may_hold_the_privacy_key_too(
    client: Any, beside: dict[str, object], expected: str | None
) -> None:
    credentials = SecretsManagerCredentials(client, secret(client, {**KEY, **beside})).get()

    assert credentials.privacy_key == expected
    assert "k3y" not in repr(credentials)


def test_another_privacy_key_alone_is_no_reason_to_ask_twilio_again(client: Any) -> None:
    name = secret(client, KEY)
    credentials = SecretsManagerCredentials(client, name)
    credentials.get()
    client.put_secret_value(SecretId=name, SecretString=json.dumps({**KEY, "privacy_key": "k3y"}))

    assert not credentials.renew()


def test_a_missing_secret_is_a_wrong_setting(client: Any) -> None:
    with pytest.raises(ConfigurationError, match="TWILIO_SECRET_ID nowhere"):
        SecretsManagerCredentials(client, "nowhere").get()


def test_a_secret_is_fetched_once_until_it_is_renewed(client: Any) -> None:
    name = secret(client, KEY)
    credentials = SecretsManagerCredentials(client, name)
    before = credentials.get()
    client.put_secret_value(SecretId=name, SecretString=json.dumps(TOKEN))

    assert credentials.get() == before
    assert credentials.renew()
    assert credentials.get() == Credentials("AC0", "t0ken")
    assert not credentials.renew()


def test_a_renewal_that_fails_keeps_what_was_there(client: Any) -> None:
    name = secret(client, KEY)
    credentials = SecretsManagerCredentials(client, name)
    before = credentials.get()
    client.put_secret_value(SecretId=name, SecretString="broken")

    with pytest.raises(ConfigurationError):
        credentials.renew()

    assert credentials.get() == before


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("AccessDeniedException", 400, AccessDeniedError),
        ("DecryptionFailure", 400, AccessDeniedError),
        ("UnrecognizedClientException", 400, AccessDeniedError),
        ("InvalidRequestException", 400, ConfigurationError),
        ("ThrottlingException", 400, UnavailableError),
        ("InternalServiceError", 500, UnavailableError),
    ],
)
def test_refusals_name_the_secret(code: str, status: int, error: type[Exception]) -> None:
    client = boto3.client("secretsmanager", **NOWHERE.client_options())
    with Stubber(client) as stub:
        stub.add_client_error("get_secret_value", code, http_status_code=status)

        with pytest.raises(error, match=rf"twilio-key.*{code}"):
            SecretsManagerCredentials(client, "twilio-key").get()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    one_try = Config(retries={"total_max_attempts": 1})
    client = boto3.client("secretsmanager", config=one_try, **NOWHERE.client_options())

    with pytest.raises(UnavailableError, match="secretsmanager:GetSecretValue on twilio-key"):
        SecretsManagerCredentials(client, "twilio-key").get()
