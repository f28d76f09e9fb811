"""Whatever goes wrong while an AWS identity is fetched: one line, and no reason to try again."""

import io
import sys
from collections.abc import Mapping
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, SSLError

from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.aws_errors import translated
from studio_export.adapters.s3 import S3Store
from studio_export.errors import (
    AccessDeniedError,
    ConfigurationError,
    EndpointError,
    StoreError,
    StudioExportError,
    UnavailableError,
)
from tests.unit.adapters.scripted_server import scripted_server
from tools.devkit.servers.server import AwsServer

VARIABLES = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CA_BUNDLE")
SSO = "sso_start_url = https://x.invalid\nsso_region = us-east-1\nsso_account_id = 1\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/export\n"
STATIC = "[profile base]\naws_access_key_id = A\naws_secret_access_key = x\n"

# The files of botocore that a person writes, each with a mistake of its kind.
PROFILES = {
    "a program that is not there": "credential_process = /nowhere/program\n",
    "a program that fails": f"credential_process = {sys.executable} -c 'raise SystemExit(1)'\n",
    "a program that prints no JSON": "credential_process = /bin/echo hello\n",
    "a program that prints another JSON": 'credential_process = /bin/echo {"Version":1}\n',
    "a program that cannot be run": "credential_process = /dev/null\n",
    "a malformed command": "credential_process = 'unclosed\n",
    "a web identity without its token": f"{ROLE}web_identity_token_file = /nowhere/token\n",
    "single sign-on without a login": f"{SSO}sso_role_name = export\n",
    "roles in a circle": f"{ROLE}source_profile = other\n[profile other]\n"
    f"{ROLE}source_profile = broken\n",
    "a source that is not there": f"{ROLE}source_profile = nowhere\n",
    "a role with a code, and nobody to type it": f"{ROLE}source_profile = base\n"
    f"mfa_serial = arn:aws:iam::123456789012:mfa/person\n{STATIC}",
    "half of a key": "aws_access_key_id = AKIA\n",
}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "config"
    for name, value in {
        "AWS_CONFIG_FILE": str(file),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": "us-east-1",
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    return file


@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.parametrize("mistake", PROFILES.values(), ids=PROFILES)
def test_a_mistake_in_a_profile_is_one_line_and_stops_the_run(
    mistake: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(f"[profile broken]\n{mistake}")
    monkeypatch.setenv("AWS_PROFILE", "broken")
    monkeypatch.setattr("sys.stdin", io.StringIO())

    with pytest.raises(AccessDeniedError) as caught:
        S3Store(AwsClients(1).s3(), "bucket", "studio").list("executions/")

    assert "\n" not in str(caught.value)


def test_a_profile_that_is_not_there_is_a_setting(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("")
    monkeypatch.setenv("AWS_PROFILE", "nowhere")

    with pytest.raises(ConfigurationError, match="nowhere"):
        AwsClients(1).s3()


def test_a_bundle_of_certificates_that_is_not_there_is_named(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")
    with scripted_server() as server:
        there = AwsServer("scripted", server.url.replace("http:", "https:"))
        one_try = Config(retries={"total_max_attempts": 1})
        client = boto3.client("s3", config=one_try, **there.client_options())

        with pytest.raises(EndpointError, match="AWS_CA_BUNDLE"):
            S3Store(client, "bucket", "studio").get("a")


def answer(code: str, status: int, operation: str) -> ClientError:
    response: Mapping[str, object] = {
        "Error": {"Code": code},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, operation)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answer("InvalidIdentityToken", 400, "AssumeRoleWithWebIdentity"), AccessDeniedError),
        (answer("ValidationError", 400, "AssumeRole"), AccessDeniedError),
        (answer("UnauthorizedException", 401, "GetRoleCredentials"), AccessDeniedError),
        (answer("Throttling", 400, "AssumeRole"), UnavailableError),
        (answer("InternalFailure", 500, "AssumeRole"), UnavailableError),
        (answer("ValidationError", 400, "PutObject"), UnavailableError),
        (EOFError("EOF when reading a line"), AccessDeniedError),
        (KeyError("AccessKeyId"), AccessDeniedError),
        (BotoCoreError(), AccessDeniedError),
        (EndpointConnectionError(endpoint_url="https://x"), UnavailableError),
        (
            SSLError(endpoint_url="https://x", error=OSError("[SSL: CERTIFICATE_VERIFY_FAILED]")),
            EndpointError,
        ),
        (
            SSLError(endpoint_url="https://x", error=OSError("[SSL: WRONG_VERSION_NUMBER]")),
            UnavailableError,
        ),
    ],
)
def test_what_is_raised_in_a_call_says_whether_to_try_again(
    error: Exception, kind: type[StudioExportError]
) -> None:
    assert type(translated(error, "any:Call", "a thing")) is kind


def test_a_store_error_keeps_its_class() -> None:
    error = answer("InternalError", 500, "PutObject")
    assert isinstance(translated(error, "s3:PutObject", "x", StoreError), StoreError)
