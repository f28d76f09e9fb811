"""Every variable of the environment: unset, good, and wrong."""

from typing import Any

import pytest

from studio_export.errors import ConfigurationError
from studio_export.export import ages
from studio_export.export.freshness import Freshness
from studio_export.model import Credentials
from studio_export.privacy.policy import parse_policy
from studio_export.settings import environment, read, read_studio

KEY = "SK" + "a" * 32
ACCOUNT = "AC" + "b" * 32
FLOW = "FW" + "0" * 32
SECRET = "s3cr3t-v4lue"
LEAST = {"EXPORT_BUCKET": "bucket", "CHECKPOINT_TABLE": "table", "TWILIO_SECRET_ID": "twilio"}
API_KEY = {"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET}
ACCOUNT_TOKEN = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": SECRET}


def given(**changes: str) -> dict[str, str]:
    return {**LEAST, **changes}


def without_secret_id(**changes: str) -> dict[str, str]:
    return {**LEAST, "TWILIO_SECRET_ID": "", **changes}


def test_the_least_environment_has_the_documented_defaults() -> None:
    settings = read(LEAST)
    assert (settings.bucket, settings.checkpoint_table) == ("bucket", "table")
    assert settings.prefix == "studio"
    studio = settings.studio
    assert studio.flow_sids == ()
    assert studio.base_url == "https://studio.twilio.com"
    assert studio.concurrency == 4
    assert studio.scale == ages.DEFAULT_AGES
    assert studio.lookback_seconds == 30 * ages.DAY
    assert studio.freshness == Freshness(requests_an_hour=30)
    assert (studio.secret_id, studio.credentials) == ("twilio", None)


def test_an_empty_variable_is_an_unset_one() -> None:
    optional = [
        *("EXPORT_PREFIX", "FLOW_SIDS", "STUDIO_BASE_URL", "TWILIO_EDGE", "TWILIO_REGION"),
        *("STUDIO_CONCURRENCY", "SWEEP_AGES", "LOOKBACK_DAYS", "FRESHNESS"),
        *("TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"),
        *("PRIVACY", "PRIVACY_KEY"),
    ]
    assert read({**LEAST, **dict.fromkeys(optional, "")}) == read(LEAST)


def test_the_environment_is_the_process_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPORT_BUCKET", "another")
    assert environment()["EXPORT_BUCKET"] == "another"


@pytest.mark.parametrize(
    ("name", "text", "field", "wanted"),
    [
        ("EXPORT_BUCKET", "my-bucket.2", "bucket", "my-bucket.2"),
        ("EXPORT_PREFIX", "/a/b_c/", "prefix", "a/b_c"),
        ("EXPORT_PREFIX", "(it's)!*", "prefix", "(it's)!*"),
        ("CHECKPOINT_TABLE", "Table_1.x-y", "checkpoint_table", "Table_1.x-y"),
        (
            "CHECKPOINT_TABLE",
            "arn:aws:dynamodb:eu-west-1:1:table/t",
            "checkpoint_table",
            "arn:aws:dynamodb:eu-west-1:1:table/t",
        ),
    ],
)
def test_a_good_place_is_taken(name: str, text: str, field: str, wanted: str) -> None:
    assert getattr(read(given(**{name: text})), field) == wanted


@pytest.mark.parametrize(
    ("name", "text", "field", "wanted"),
    [
        ("FLOW_SIDS", "*", "flow_sids", ()),
        ("FLOW_SIDS", f" {FLOW} , {FLOW} ", "flow_sids", (FLOW,)),
        ("STUDIO_BASE_URL", "https://studio.example/", "base_url", "https://studio.example"),
        ("STUDIO_BASE_URL", "http://127.0.0.1:8080", "base_url", "http://127.0.0.1:8080"),
        ("STUDIO_BASE_URL", "http://localhost", "base_url", "http://localhost"),
        ("STUDIO_CONCURRENCY", "1", "concurrency", 1),
        ("STUDIO_CONCURRENCY", "64", "concurrency", 64),
        ("SWEEP_AGES", "2m,1h", "scale", (120, 3600)),
        ("LOOKBACK_DAYS", "1", "lookback_seconds", ages.DAY),
        ("FRESHNESS", "1", "freshness", Freshness(requests_an_hour=1)),
        ("FRESHNESS", "3600", "freshness", Freshness(requests_an_hour=3600)),
        ("FRESHNESS", "always", "freshness", Freshness(requests_an_hour=None)),
        ("TWILIO_SECRET_ID", "arn:aws:x", "secret_id", "arn:aws:x"),
        ("PRIVACY", "context=drop", "privacy", parse_policy("context=drop")),
    ],
)
def test_a_good_setting_of_the_source_is_taken(
    name: str, text: str, field: str, wanted: Any
) -> None:
    assert getattr(read_studio(given(**{name: text})), field) == wanted


def test_edge_and_region_make_the_host() -> None:
    studio = read_studio(given(TWILIO_EDGE="dublin", TWILIO_REGION="ie1"))
    assert studio.base_url == "https://studio.dublin.ie1.twilio.com"


def test_a_base_url_comes_before_edge_and_region() -> None:
    url = "https://studio.example"
    studio = read_studio(given(STUDIO_BASE_URL=url, TWILIO_EDGE="dublin"))
    assert studio.base_url == url


def test_an_api_key_is_wanted_before_the_account() -> None:
    studio = read_studio(without_secret_id(**API_KEY, **ACCOUNT_TOKEN))
    assert studio.credentials == Credentials(KEY, SECRET)


def test_the_account_and_its_token_will_do() -> None:
    studio = read_studio(without_secret_id(**ACCOUNT_TOKEN))
    assert studio.credentials == Credentials(ACCOUNT, SECRET)


def test_a_secret_id_comes_before_all_credentials() -> None:
    assert read_studio(given(**API_KEY)).credentials is None


@pytest.mark.parametrize("name", ["EXPORT_BUCKET", "CHECKPOINT_TABLE"])
def test_a_missing_place_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} is not set$"):
        read({key: value for key, value in LEAST.items() if key != name})


def test_missing_credentials_name_every_way_to_give_them() -> None:
    with pytest.raises(ConfigurationError, match=r"TWILIO_SECRET_ID.*TWILIO_API_KEY.*TWILIO_ACC"):
        read(without_secret_id())


MALFORMED = {
    "EXPORT_BUCKET": ("Bucket", "s3://bucket", "ab", "bucket\n"),
    "EXPORT_PREFIX": ("/", "a//b", "a b", "a/é", "{prefix}", "a\n"),
    "CHECKPOINT_TABLE": ("t", "a table"),
    # Another spelling of a Sid would be another log.
    "FLOW_SIDS": ("FW1", "FW" + "A" * 32, FLOW + ",", f"{FLOW};{FLOW}", ACCOUNT),
    "STUDIO_BASE_URL": (
        *("studio.twilio.com", "http://studio.twilio.com", "ftp://studio.twilio.com", "https://"),
        *("https://studio.twilio.com/v2", "https://studio.twilio.com?x=1", "https://["),
        *("https://u@studio.twilio.com", "https://studio.twilio.com:port"),
    ),
    "STUDIO_CONCURRENCY": ("0", "65", "four", "-1", "1.5", "9" * 5000),
    "SWEEP_AGES": ("2", "1h,2m", "2m,30d"),
    "LOOKBACK_DAYS": ("0", "31", "a week"),
    "FRESHNESS": ("0", "3601", "never", "Always", "1.5"),
    "PRIVACY": ("context",),
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in MALFORMED.items() for text in texts]
)
def test_a_malformed_setting_is_refused_by_its_name_on_one_line(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        read(given(**{name: text}))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"TWILIO_EDGE": "dublin"}, "TWILIO_REGION"),
        ({"TWILIO_REGION": "ie1"}, "TWILIO_EDGE"),
        ({"TWILIO_EDGE": "evil.example/", "TWILIO_REGION": "ie1"}, "TWILIO_EDGE"),
        ({"TWILIO_EDGE": "dublin", "TWILIO_REGION": "IE 1"}, "TWILIO_REGION"),
    ],
)
def test_edge_and_region_are_refused_by_their_names(changes: dict[str, str], name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read(given(**changes))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"TWILIO_API_KEY": KEY}, "TWILIO_API_SECRET"),
        ({"TWILIO_API_SECRET": SECRET}, "TWILIO_API_KEY"),
        ({**API_KEY, "TWILIO_API_KEY": SECRET}, "TWILIO_API_KEY"),
        ({**API_KEY, "TWILIO_API_KEY": ACCOUNT}, "TWILIO_API_KEY"),
        ({"TWILIO_ACCOUNT_SID": ACCOUNT}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_AUTH_TOKEN": SECRET}, "TWILIO_ACCOUNT_SID"),
        ({**ACCOUNT_TOKEN, "TWILIO_ACCOUNT_SID": SECRET}, "TWILIO_ACCOUNT_SID"),
    ],
)
def test_credentials_are_refused_by_their_names_and_never_quoted(
    changes: dict[str, str], name: str
) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        read(without_secret_id(**changes))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("pair", [API_KEY, ACCOUNT_TOKEN])
def test_the_privacy_key_lies_beside_the_credentials(pair: dict[str, str]) -> None:
    studio = read_studio(without_secret_id(**pair, PRIVACY_KEY=f" {SECRET}\n"))
    assert studio.credentials
    assert studio.credentials.privacy_key == SECRET


def test_no_representation_shows_a_secret() -> None:
    assert SECRET not in repr(read(without_secret_id(**API_KEY, PRIVACY_KEY=SECRET)))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("", None),
        ("http://proxy.example.com:3128", "http://proxy.example.com:3128"),
        (" https://proxy.example.com:443/\n", "https://proxy.example.com:443"),
        (f"http://user:{SECRET}@10.0.0.1:80", f"http://user:{SECRET}@10.0.0.1:80"),
        ("http://[::1]:3128", "http://[::1]:3128"),
    ],
)
def test_the_proxy_is_a_host_and_a_port(url: str, wanted: str | None) -> None:
    assert read_studio(given(TWILIO_PROXY=url)).proxy == wanted


@pytest.mark.parametrize(
    "url",
    [
        "proxy.example.com:3128",
        "socks5://proxy.example.com:1080",
        f"http://user:{SECRET}@proxy.example.com",
        f"http://user:{SECRET}@proxy.example.com:port",
        f"http://user:{SECRET}@:3128",
        f"http://user:{SECRET}@proxy.example.com:3128/path",
        f"http://user:{SECRET}@[:3128",
    ],
)
def test_a_malformed_proxy_is_refused_and_never_quoted(url: str) -> None:
    with pytest.raises(ConfigurationError, match="TWILIO_PROXY") as caught:
        read_studio(given(TWILIO_PROXY=url))
    assert SECRET not in f"{caught.value}{caught.value.__cause__}"


def test_no_representation_shows_the_password_of_the_proxy() -> None:
    studio = read_studio(given(TWILIO_PROXY=f"http://user:{SECRET}@10.0.0.1:80"))
    assert SECRET not in repr(studio)
