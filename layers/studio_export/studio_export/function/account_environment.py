"""The environment of one account, where the function exports several."""

from studio_export import accounts
from studio_export.adapters.aws_clients import AwsClients
from studio_export.adapters.secrets_manager import SecretsManagerCredentials
from studio_export.env_values import Environment
from studio_export.errors import InvalidEventError

ONLY_ACCOUNT = ""  # the name of the account where ACCOUNTS names none


def names_of(env: Environment) -> tuple[str, ...]:
    """Return the names of all accounts; `ONLY_ACCOUNT` if there are none.

    Raises:
        ConfigurationError: a name is malformed.
    """
    return accounts.account_names(env) if env.get("ACCOUNTS") else (ONLY_ACCOUNT,)


def account_environment(env: Environment, name: str) -> Environment:
    """Return the environment with the account's secret, region, Flows and dataset.

    Raises:
        InvalidEventError: `ACCOUNTS` does not name the account.
        StudioExportError: the secret cannot be read, or is malformed.
    """
    names = names_of(env)
    if name not in names:
        known = ", ".join(names) if env.get("ACCOUNTS") else "none, because ACCOUNTS is not set"
        raise InvalidEventError(f"the event's 'account' is {name!r}. Accounts are: {known}")
    if name == ONLY_ACCOUNT:
        return env
    secret = accounts.secret_id(env, name)
    fields = SecretsManagerCredentials(AwsClients(1).secrets_manager(), secret).fields()
    return {
        **env,
        **accounts.variables_of(name, fields),
        "TWILIO_SECRET_ID": secret,
        "EXPORT_PREFIX": accounts.dataset(env.get("EXPORT_PREFIX") or "studio", name),
    }
