"""Read an account's secret: from AWS Secrets Manager, or from a file."""

import json
from collections.abc import Mapping
from pathlib import Path

from studio_export.accounts import secret_id, variables_of
from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError
from studio_export_cli import aws

_FILE = "file:"
# The keys of a secret, by the variables that have the same in the environment.
_VARIABLES = {
    "TWILIO_API_KEY": "api_key",
    "TWILIO_API_SECRET": "api_secret",
    "TWILIO_ACCOUNT_SID": "account_sid",
    "TWILIO_AUTH_TOKEN": "auth_token",
    "PRIVACY_KEY": "privacy_key",
}


def account_variables(env: Environment, name: str) -> dict[str, str]:
    """Return the variables of one account: its credentials, its region, its Flows.

    Raises:
        StudioExportError: the secret cannot be read, or is malformed.
        OSError: the file of the secret cannot be read.
    """
    secret = secret_id(env, name)
    if not secret.startswith(_FILE):
        fields = aws.secret_credentials(secret, 1).fields()
        return {"TWILIO_SECRET_ID": secret, **variables_of(name, fields)}
    fields = _read_file(Path(secret.removeprefix(_FILE)))
    credentials = {variable: fields.get(key) or "" for variable, key in _VARIABLES.items()}
    texts = {variable: str(value) for variable, value in credentials.items()}
    if not texts["PRIVACY_KEY"]:
        del texts["PRIVACY_KEY"]
    return {"TWILIO_SECRET_ID": "", **texts, **variables_of(name, fields)}


def _read_file(path: Path) -> Mapping[str, object]:
    try:
        fields = json.loads(path.read_bytes())
    except ValueError:  # not chained: it holds the text, which is the secret
        fields = None
    if not isinstance(fields, dict):
        raise ConfigurationError(
            f"TWILIO_SECRET_PREFIX: {path} is not a JSON object. Store one with"
            ' "api_key" and "api_secret", or with "account_sid" and "auth_token".'
        )
    return fields
