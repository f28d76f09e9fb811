from pathlib import Path

import pytest

from studio_export_cli.doctor.check import Status
from studio_export_cli.doctor.check_network import check_network


def _only(env: dict[str, str], subject: str) -> tuple[Status, str]:
    check = next(each for each in check_network(env) if each.subject == subject)
    return check.status, f"{check.message} {check.remedy}"


def test_without_any_variable_the_defaults_are_named() -> None:
    status, text = _only({}, "trust")
    assert status is Status.OK
    assert "SSL_CERT_FILE" in text
    assert _only({}, "proxy")[0] is Status.OK


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "AWS_CA_BUNDLE"])
def test_a_bundle_that_cannot_be_read_is_a_failure(tmp_path: Path, variable: str) -> None:
    (tmp_path / "empty").touch()
    for name in ("missing", "empty"):
        checks = list(check_network({variable: str(tmp_path / name)}))
        (failed,) = (each for each in checks if each.status is Status.FAIL)
        assert variable in failed.message


def test_the_bundle_of_another_program_is_a_warning() -> None:
    status, text = _only({"REQUESTS_CA_BUNDLE": "/etc/ca.pem"}, "trust")
    assert status is Status.WARN
    assert "SSL_CERT_FILE=/etc/ca.pem" in text


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_that_is_not_used_is_a_warning(variable: str) -> None:
    status, text = _only({variable: "http://proxy.example.com:3128"}, "proxy")
    assert status is Status.WARN
    assert "TWILIO_PROXY" in text
    assert "--proxy" in text


def test_the_password_of_a_proxy_is_not_printed() -> None:
    env = {"TWILIO_PROXY": "http://user:hunter2@proxy.example.com:3128", "HTTPS_PROXY": "x"}
    status, text = _only(env, "proxy")
    assert status is Status.OK
    assert "proxy.example.com:3128" in text
    assert "hunter2" not in text
