import pytest

from studio_export.errors import ConfigurationError, InvalidEventError
from studio_export.function.account_environment import account_environment, names_of

ENV = {"EXPORT_PREFIX": "studio", "TWILIO_SECRET_ID": "one"}
MANY = {"ACCOUNTS": "acme,globex", "TWILIO_SECRET_PREFIX": "studio-export/"}


def test_without_accounts_there_is_one_without_a_name() -> None:
    assert names_of(ENV) == ("",)
    assert account_environment(ENV, "") == ENV


def test_accounts_are_named() -> None:
    assert names_of(MANY) == ("acme", "globex")


@pytest.mark.parametrize(("env", "name"), [(ENV, "acme"), (MANY, "initech"), (MANY, "")])
def test_an_account_that_is_not_named_is_refused(env: dict[str, str], name: str) -> None:
    with pytest.raises(InvalidEventError, match="Accounts are"):
        account_environment(env, name)


def test_a_malformed_name_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="ACCOUNTS"):
        names_of({"ACCOUNTS": "acme,a b"})
