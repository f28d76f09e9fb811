"""`studio-export doctor`: each fault leads to one check that fails, with a remedy."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.account import Account
from simulator.faults import Fault, Kind
from simulator.request import Operation
from simulator.server import StudioServer
from simulator.studio import Studio
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.model import Credentials
from studio_export.settings import read_studio
from studio_export_cli.doctor.check import Check, Status
from studio_export_cli.doctor.check_twilio import Twilio, api_url, other_regions
from tests.integration.cli.diagnosis import diagnose, only_failure, select
from tests.integration.cli.running import run
from tests.unit.adapters.scripted_server import answer, scripted_server
from tools.devkit.servers.process import free_ports

_FLOW = "FW" + "0" * 32


def test_a_correct_setup_has_no_failure(exported: Path) -> None:
    checks = diagnose("--to", exported, code=0)
    assert select(checks, "FAIL", "WARN") == []
    assert {"settings", "clock", "key", "Executions", "filter", "write once", "items"} <= {
        each["subject"] for each in checks if each["status"] == "OK"
    }


def test_a_wrong_key(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_API_SECRET", "wrong")
    failure = only_failure(diagnose("--to", to, code=1))
    assert failure["subject"] == "key"
    assert "HTTP 401 code 20003" in failure["message"]
    assert "wrong" not in failure["message"].split()


def test_a_key_of_another_region(server: StudioServer) -> None:
    elsewhere = Studio(lambda: datetime.now(UTC), Account(seed="ie1"))
    with StudioServer(elsewhere) as ireland:
        regions = {"us": server.url, "Set TWILIO_EDGE=dublin TWILIO_REGION=ie1": ireland.url}
        key = next(iter(elsewhere.account.credentials.items()))
        checks = list(_twilio(server.url, key, others=regions).checks())
    (failure,) = (each for each in checks if each.status is Status.FAIL)
    assert failure == Check(
        "region",
        Status.FAIL,
        f"{server.url} refuses the key, {ireland.url} accepts it",
        "Set TWILIO_EDGE=dublin TWILIO_REGION=ie1.",
    )


@pytest.mark.parametrize(("skew", "side"), [(600, "behind"), (-600, "ahead of")])
def test_a_clock_ten_minutes_off(studio: Studio, to: Path, skew: int, side: str) -> None:
    studio.faults.on(Fault(Kind.CLOCK_SKEW, skew))
    failure = only_failure(diagnose("--to", to, code=1))
    assert failure["subject"] == "clock"
    assert failure["message"] == f"it is 10m {side} Twilio's"


def test_a_clock_a_minute_off_is_a_warning(studio: Studio, to: Path) -> None:
    studio.faults.on(Fault(Kind.CLOCK_SKEW, 61))
    ((subject, _),) = select(diagnose("--to", to, code=0), "WARN")
    assert subject == "clock"


def test_a_host_that_does_not_answer(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    monkeypatch.setenv("STUDIO_BASE_URL", f"http://127.0.0.1:{port}")
    failure = only_failure(diagnose("--to", to, code=1))
    assert (failure["subject"], f"127.0.0.1:{port}" in failure["message"]) == ("network", True)


def test_missing_settings_do_not_hide_the_rest(to: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_API_SECRET")
    checks = diagnose("--to", to, code=1)
    assert only_failure(checks)["message"] == "TWILIO_API_SECRET is not set"
    assert ("write once", "the store refuses to overwrite an object") in select(checks, "OK")


def test_a_flow_that_is_not_there(to: Path) -> None:
    failure = only_failure(diagnose("--to", to, "--flow", _FLOW, code=1))
    assert failure["message"] == f"Twilio has no Flow {_FLOW}"


def test_a_status_filter_that_works(studio: Studio, to: Path) -> None:
    studio.account.flows[0].add(datetime.now(UTC) - timedelta(days=9))
    assert ("filter", "the status filter works") in select(diagnose("--to", to, code=0), "OK")


def test_a_status_filter_that_is_ignored_is_a_warning(studio: Studio, to: Path) -> None:
    studio.faults.on(Fault(Kind.STATUS_IGNORED))
    checks = diagnose("--to", to, code=0)
    assert select(checks, "WARN") == [
        ("filter", "Twilio ignores the status filter: final lines may come later")
    ]
    (remedy,) = (each["remedy"] for each in checks if each["subject"] == "filter")
    assert remedy == "Nothing is lost. See 'Final lines are late' in docs/runbook.md."


def test_an_empty_answer_does_not_show_whether_the_status_filter_works(
    studio: Studio, to: Path
) -> None:
    studio.faults.on(Fault(Kind.STATUS_UNKNOWN))
    ((subject, what),) = (
        each for each in select(diagnose("--to", to, code=0), "UNKNOWN") if each[0] == "filter"
    )
    assert (subject, what.partition(": ")[0]) == ("filter", "the status filter was not checked")


@pytest.mark.parametrize("kind", [Kind.SERVER_ERROR, Kind.HTML_PAGE, Kind.CUT_BODY, Kind.RESET])
def test_a_question_that_fails_does_not_show_whether_the_status_filter_works(
    studio: Studio, to: Path, kind: Kind
) -> None:
    # The first listing is the check of the Executions, the second is the question.
    studio.faults.on(Fault(kind, operation=Operation.EXECUTIONS, first=2))
    checks = diagnose("--to", to, code=0)
    assert "filter" in {subject for subject, _ in select(checks, "UNKNOWN")}


def test_the_status_filter_is_tried_once_for_the_first_flow_that_can_be_listed(
    studio: Studio, to: Path
) -> None:
    first, second = studio.account.flows
    asked: list[str] = []
    studio.on_request = lambda request: asked.extend(
        [request.flow_sid] if "status" in request.parameters else []
    )
    checks = diagnose(
        "--to", to, "--flow", _FLOW, "--flow", second.sid, "--flow", first.sid, code=1
    )
    assert asked == [second.sid]
    assert [each["subject"] for each in checks].count("filter") == 1


def test_the_check_of_the_status_filter_prints_nothing_of_a_record(
    studio: Studio, to: Path
) -> None:
    studio.faults.on(Fault(Kind.STATUS_IGNORED))
    output = run("doctor", "--to", to).output
    assert "filter" in output
    executions = studio.account.flows[0].executions
    assert [each.sid for each in executions if each.sid in output] == []
    assert "+1555" not in output  # how each of its contacts begins


@pytest.mark.parametrize("kind", [Kind.SUSPENDED, Kind.NO_PERMISSION])
def test_a_refusal_has_its_code(studio: Studio, to: Path, kind: Kind) -> None:
    studio.faults.on(Fault(kind))
    failure = only_failure(diagnose("--to", to, code=1))
    assert failure["subject"] == "key"
    assert "HTTP 403 code" in failure["message"]


def test_the_accounts_token_can_do_more_than_an_export_needs(
    studio: Studio, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWILIO_API_KEY")
    monkeypatch.delenv("TWILIO_API_SECRET")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", studio.account.sid)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    ((subject, what),) = select(diagnose("--to", to, code=0), "WARN")
    assert (subject, what) == ("scope", "the account's auth token can do everything")


@pytest.mark.parametrize(
    ("http_status", "status"),
    [(200, Status.WARN), (401, Status.OK), (403, Status.OK), (404, Status.UNKNOWN)],
)
def test_a_key_that_can_read_more_than_studio_is_a_warning(
    server: StudioServer, http_status: int, status: Status
) -> None:
    key = next(iter(server.studio.account.credentials.items()))
    with scripted_server(answer(http_status)) as api:
        *_, scope = _twilio(server.url, key, api=api.url).checks()
        (request,) = api.requests
    assert (scope.subject, scope.status) == ("scope", status)
    path = f"/2010-04-01/Accounts/{server.studio.account.sid}/Queues.json?PageSize=1"
    assert request.startswith(f"GET {path} ")


def test_the_key_goes_to_no_host_but_twilios_own() -> None:
    assert api_url("https://studio.twilio.com") == "https://api.twilio.com"
    assert api_url("https://studio.dublin.ie1.twilio.com") == "https://api.dublin.ie1.twilio.com"
    for proxy in ("https://studio.example.com", "http://studio.twilio.com", "https://twilio.com"):
        assert api_url(proxy) is None
        assert other_regions(proxy) == {}


def test_a_dry_run_writes_nothing(to: Path) -> None:
    checks = diagnose("--to", to, "--dry-run", code=0)
    assert ("write once", "not checked: the check writes doctor/write-once.txt") in select(
        checks, "UNKNOWN"
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
