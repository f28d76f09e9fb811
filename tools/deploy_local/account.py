"""What stands in for an AWS account and for Twilio on this machine, while a deployment is tried."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import boto3

from simulator.server import StudioServer
from simulator.studio import Studio
from tools.devkit.repository import ROOT
from tools.devkit.servers.dynalite import dynalite
from tools.devkit.servers.process import answers, free_ports, running
from tools.devkit.servers.server import AwsServer
from tools.local_lambda.cloud import recent_studio

_EXECUTIONS = 600
_START_SECONDS, _STOP_SECONDS = 120, 30
_TOOLS = [ROOT / name / "bin" for name in (".venv", ".venv-sam", ".venv-localstack")]


@dataclass(frozen=True, slots=True)
class LocalAccount:
    """LocalStack, and a Studio with a key."""

    aws: AwsServer
    studio: Studio
    log: Path

    def client(self, service: str) -> Any:
        return boto3.client(service, **self.aws.client_options())  # type: ignore[call-overload]

    @property
    def environment(self) -> dict[str, str]:
        """Where the commands are, and what they find: `studio-export`, `sam` and `aws`."""
        api_key, api_secret = self.key
        return {
            **os.environ,
            **self.aws.environment(),
            "PATH": os.pathsep.join([*map(str, _TOOLS), os.environ.get("PATH", os.defpath)]),
            "SAM_CLI_TELEMETRY": "0",
            "STUDIO_BASE_URL": self.studio.base_url,
            "TWILIO_API_KEY": api_key,
            "TWILIO_API_SECRET": api_secret,
        }

    @property
    def key(self) -> tuple[str, str]:
        """An API key of Twilio's, and its secret."""
        return next(iter(self.studio.account.credentials.items()))


@contextmanager
def local_account() -> Iterator[LocalAccount]:
    """Start everything, and stop it.

    Raises:
        ServerError: LocalStack or dynalite is missing, or does not start.
    """
    (port,) = free_ports(1)
    with (
        TemporaryDirectory(prefix="deploy-local-", ignore_cleanup_errors=True) as directory,
        dynalite() as dynamodb,
        StudioServer(recent_studio(_EXECUTIONS)) as studio,
    ):
        aws = AwsServer("LocalStack", f"http://127.0.0.1:{port}")
        log = Path(directory) / "log"
        environment = _environment(Path(directory), port, dynamodb, studio)
        command = [str(_TOOLS[-1] / "python"), "-m", "tools.deploy_local.engine"]
        health = f"{aws.endpoint}/_localstack/health"
        with running(command, lambda: answers(health), log, environment, _START_SECONDS) as engine:
            try:
                yield LocalAccount(aws, studio.studio, log)
            except Exception:
                print(log.read_text(errors="replace")[-5000:], file=sys.stderr)
                raise
            finally:
                # It ends the functions' processes, which SIGKILL would leave behind.
                engine.terminate()
                engine.wait(_STOP_SECONDS)


def _environment(
    directory: Path, port: int, dynamodb: AwsServer, studio: StudioServer
) -> dict[str, str]:
    return {
        "PYTHONPATH": str(ROOT),
        "FILESYSTEM_ROOT": str(directory / "files"),
        "TMPDIR": str(directory),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        "SQS_ENDPOINT_STRATEGY": "path",
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "1",
        "LAMBDA_RETRY_BASE_DELAY": "1",
        "DYNAMODB_LOCAL_PORT": str(urlsplit(dynamodb.endpoint).port),
        "FUNCTION_VARIABLES": json.dumps({"STUDIO_BASE_URL": studio.url}),
    }
