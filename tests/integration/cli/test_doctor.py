"""`studio-export doctor`: each fault is one clear verdict, and nothing else is wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.account import Account
from simulator.faults import Fault, Kind
from simulator.server import StudioServer
from simulator.studio import Studio
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.model import Credentials
from studio_export.settings import read_studio
from studio_export_cli.doctor.check import Severity, Verdict
from studio_export_cli.doctor.check_twilio import Twilio, api_url, other_regions
from tests.integration.cli.diagnosis import by, one_wrong, told
from tests.integration.cli.running import run
from tests.unit.adapters.scripted_server import answer, scripted_server
from tools.devkit.servers.process import free_ports

_FLOW = "FW" + "0" * 32


def test_a_sound_setup_has_nothing_wrong(to: Path) -> None:
    run("run", "--to", to)
    verdicts = told("--to", to, code=0)
    assert by(verdicts, "wrong", "warning") == []
    assert {"settings", "clock", "key", "Executions", "write once", "items"} <= {
        each["subject"] for each in verdicts if each["severity"] == "ok"
    }


def test_a_wrong_key(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_API_SECRET", "wrong")
    wrong = one_wrong(told("--to", to, code=1))
    assert wrong["subject"] == "key"
    assert "HTTP 401 code 20003" in wrong["what"]
    assert "wrong" not in wrong["what"].split()


def test_a_key_of_another_region(server: StudioServer) -> None:
    elsewhere = Studio(lambda: datetime.now(UTC), Account(seed="ie1"))
    with StudioServer(elsewhere) as ireland:
        regions = {"us": server.url, "TWILIO_EDGE=dublin TWILIO_REGION=ie1": ireland.url}
        key = next(iter(elsewhere.account.credentials.items()))
        verdicts = list(_twilio(server.url, key, others=regions).examine())
    (wrong,) = (each for each in verdicts if each.severity is Severity.WRONG)
    assert wrong == Verdict(
        "region",
        Severity.WRONG,
        f"refused by {server.url}, accepted by {ireland.url}",
        "The key is of another region: TWILIO_EDGE=dublin TWILIO_REGION=ie1.",
    )


@pytest.mark.parametrize(("skew", "said"), [(600, "behind"), (-600, "ahead of")])
def test_a_clock_ten_minutes_off(server: StudioServer, to: Path, skew: int, said: str) -> None:
    server.studio.faults.on(Fault(Kind.CLOCK_SKEW, skew))
    wrong = one_wrong(told("--to", to, code=1))
    assert wrong["subject"] == "clock"
    assert wrong["what"] == f"10m {said} Twilio's"


def test_a_clock_a_minute_off_is_a_warning(server: StudioServer, to: Path) -> None:
    server.studio.faults.on(Fault(Kind.CLOCK_SKEW, 61))
    ((subject, _),) = by(told("--to", to, code=0), "warning")
    assert subject == "clock"


def test_nobody_answers(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    monkeypatch.setenv("STUDIO_BASE_URL", f"http://127.0.0.1:{port}")
    wrong = one_wrong(told("--to", to, code=1))
    assert (wrong["subject"], f"127.0.0.1:{port}" in wrong["what"]) == ("reach", True)


def test_missing_settings_do_not_hide_the_rest(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_API_SECRET")
    verdicts = told("--to", to, code=1)
    assert one_wrong(verdicts)["what"] == "TWILIO_API_SECRET is not set"
    assert ("write once", "a key that is taken is refused") in by(verdicts, "ok")


def test_a_flow_that_is_not_there(to: Path) -> None:
    wrong = one_wrong(told("--to", to, "--flow", _FLOW, code=1))
    assert wrong["what"] == f"Twilio knows no Flow {_FLOW}"


@pytest.mark.parametrize("kind", [Kind.SUSPENDED, Kind.NO_PERMISSION])
def test_a_refusal_says_its_code(server: StudioServer, to: Path, kind: Kind) -> None:
    server.studio.faults.on(Fault(kind))
    wrong = one_wrong(told("--to", to, code=1))
    assert wrong["subject"] == "key"
    assert "HTTP 403 code" in wrong["what"]


def test_the_accounts_token_is_more_than_is_needed(
    server: StudioServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWILIO_API_KEY")
    monkeypatch.delenv("TWILIO_API_SECRET")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", server.studio.account.sid)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    ((subject, what),) = by(told("--to", to, code=0), "warning")
    assert (subject, what) == ("scope", "the account's auth token may do everything")


@pytest.mark.parametrize(
    ("status", "severity"),
    [(200, Severity.WARNING), (401, Severity.OK), (403, Severity.OK), (404, Severity.UNKNOWN)],
)
def test_a_key_that_reads_more_than_studio_is_told_from_one_that_does_not(
    server: StudioServer, status: int, severity: Severity
) -> None:
    key = next(iter(server.studio.account.credentials.items()))
    with scripted_server(answer(status)) as api:
        *_, scope = _twilio(server.url, key, api=api.url).examine()
        (request,) = api.requests
    assert (scope.subject, scope.severity) == ("scope", severity)
    path = f"/2010-04-01/Accounts/{server.studio.account.sid}/Queues.json?PageSize=1"
    assert request.startswith(f"GET {path} ")


def test_the_key_goes_to_no_host_but_twilios_own() -> None:
    assert api_url("https://studio.twilio.com") == "https://api.twilio.com"
    assert api_url("https://studio.dublin.ie1.twilio.com") == "https://api.dublin.ie1.twilio.com"
    for proxy in ("https://studio.example.com", "http://studio.twilio.com", "https://twilio.com"):
        assert api_url(proxy) is None
        assert other_regions(proxy) == {}


def test_a_dry_run_writes_nothing(to: Path) -> None:
    verdicts = told("--to", to, "--dry-run", code=0)
    assert ("write once", "not tried: it would write doctor/write-once.txt") in by(
        verdicts, "unknown"
    )
    assert not to.exists()


def _twilio(
    base_url: str,
    key: tuple[str, str],
    others: dict[str, str] | None = None,
    api: str | None = None,
) -> Twilio:
    name, secret = key
    settings = read_studio(
        {"STUDIO_BASE_URL": base_url, "TWILIO_API_KEY": name, "TWILIO_API_SECRET": secret}
    )
    credentials = StaticCredentials(Credentials(name, secret))
    return Twilio(settings, credentials, SystemClock(), others or {}, api)
