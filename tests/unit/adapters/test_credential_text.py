import pytest

from studio_export.errors import ConfigurationError
from studio_export.settings import read_studio

_KEY = "SK" + "0" * 32
_AROUND = ["\n", "\r\n", " ", "\t", "\u00a0", "\ufeff", "\u200b"]


@pytest.mark.parametrize("extra", _AROUND)
@pytest.mark.parametrize(
    ("username", "password", "name"),
    [
        ("TWILIO_API_KEY", "TWILIO_API_SECRET", _KEY),
        ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "AC" + "0" * 32),
    ],
)
def test_what_is_invisible_around_a_credential_is_dropped(
    username: str, password: str, name: str, extra: str
) -> None:
    env = {username: f"{extra}{name}{extra}", password: f"{extra}secret{extra}"}
    credentials = read_studio(env).credentials
    assert credentials
    assert (credentials.username, credentials.password) == (name, "secret")


@pytest.mark.parametrize("extra", _AROUND)
def test_the_name_of_a_secret_is_stripped_too(extra: str) -> None:
    assert read_studio({"TWILIO_SECRET_ID": f"twilio{extra}"}).secret_id == "twilio"


def test_a_privacy_key_that_is_no_text_is_named_and_not_quoted() -> None:
    env = {"TWILIO_API_KEY": _KEY, "TWILIO_API_SECRET": "x", "PRIVACY_KEY": "\udcffsecret"}
    with pytest.raises(ConfigurationError, match="PRIVACY_KEY is not UTF-8") as caught:
        read_studio(env)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_white_space_around_the_base_url_is_dropped() -> None:
    env = {"TWILIO_API_KEY": _KEY, "TWILIO_API_SECRET": "x", "STUDIO_BASE_URL": " https://a.b\n"}
    assert read_studio(env).base_url == "https://a.b"


def test_a_variable_of_white_space_is_not_set() -> None:
    with pytest.raises(ConfigurationError, match="no credentials are set"):
        read_studio({"TWILIO_SECRET_ID": " ", "TWILIO_API_KEY": "\n", "TWILIO_API_SECRET": "\r\n"})


@pytest.mark.parametrize(
    "secret",
    ["two words", "two\nlines", "se\u200bcret", "sécret", '"secret"', "'secret'", "\udcff"],
)
def test_a_secret_that_cannot_be_one_is_named_and_not_quoted(secret: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^TWILIO_API_SECRET ") as caught:
        read_studio({"TWILIO_API_KEY": _KEY, "TWILIO_API_SECRET": secret})
    assert secret not in str(caught.value)
