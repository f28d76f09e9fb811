"""The names, secrets and datasets of many accounts."""

import pytest

from studio_export.accounts import account_names, dataset, secret_id, variables_of
from studio_export.errors import ConfigurationError

FLOW = "FW" + "0" * 32


def test_names_are_separated_by_commas_and_each_counts_once() -> None:
    names = account_names({"ACCOUNTS": "acme, globex_eu,acme,a.b-1"})
    assert names == ("acme", "globex_eu", "a.b-1")


@pytest.mark.parametrize("text", ["acme,,globex", "a/b", "a=b", "*", "a b", "é", "x" * 65])
def test_a_malformed_name_is_refused_by_its_variable(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"ACCOUNTS contains '.*', which is not 1 to 64"):
        account_names({"ACCOUNTS": text})


def test_an_account_has_a_secret_and_a_dataset_by_its_name() -> None:
    assert secret_id({"TWILIO_SECRET_PREFIX": "studio-export/"}, "acme") == "studio-export/acme"
    assert dataset("s3://bucket/studio/", "acme") == "s3://bucket/studio/account=acme"


def test_what_is_not_set_is_named() -> None:
    with pytest.raises(ConfigurationError, match="ACCOUNTS is not set"):
        account_names({})
    with pytest.raises(ConfigurationError, match="TWILIO_SECRET_PREFIX is not set"):
        secret_id({}, "acme")


def test_a_secret_sets_the_region_and_the_flows_of_its_account() -> None:
    secret = {"api_key": "SK", "region": "ie1", "edge": "dublin", "flow_sids": [FLOW, FLOW]}
    assert variables_of("acme", secret) == {
        "TWILIO_REGION": "ie1",
        "TWILIO_EDGE": "dublin",
        "FLOW_SIDS": f"{FLOW},{FLOW}",
    }
    assert variables_of("acme", {"flow_sids": "*"}) == {"FLOW_SIDS": "*"}
    assert variables_of("acme", {"api_key": "SK"}) == {}


@pytest.mark.parametrize("value", [12345, True, {"a": 12345}])
def test_a_value_that_is_no_text_is_named_and_not_quoted(value: object) -> None:
    with pytest.raises(ConfigurationError, match="secret of acme has 'region'") as caught:
        variables_of("acme", {"region": value})
    assert "12345" not in str(caught.value)
