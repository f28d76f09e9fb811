"""`studio-export report`: the page, in a browser too, and with hostile values."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import Result

from studio_export.log.hour_log import HourLog, append
from studio_export.model import Checkpoint
from studio_export.twilio.record import Record
from studio_export_cli.stores.directory import DirectoryStore
from studio_export_cli.stores.sqlite import SqliteCheckpoints
from tests.integration.cli.buckets import Bucket
from tests.integration.cli.running import run
from tools.devkit.browser import Browser, browser, installed

_NOW = datetime.now(UTC).replace(microsecond=0)
_DAY = (_NOW - timedelta(days=5)).replace(hour=10, minute=0, second=0)
_FLOWS = [f"FW{number:032x}" for number in range(8)]
_PICTURES = re.compile("<svg.*?</svg>")
_ATTACK = """</text><img src=x onerror="document.title='owned'"><script>alert(1)</script>"""


def _record(number: int, status: str, lasts_seconds: int = 90, days: int = 0) -> Record:
    created = _DAY + timedelta(days=days, minutes=number % 60)
    fields = {
        "sid": f"FN{days}-{number}",
        "status": status,
        "date_created": created.isoformat(),
        "date_updated": (created + timedelta(seconds=lasts_seconds)).isoformat(),
        "contact_channel_address": "+15005550006",
    }
    return Record(fields["sid"], status, created, json.dumps(fields).encode())


def _export(root: Path, flow_sid: str, records: list[Record]) -> None:
    store = DirectoryStore(root)
    for record in records:
        log = HourLog(flow_sid, record.created.isoformat()[:13])
        append(store, log, len(store.list(log.prefix)), [record])


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """Eight Flows: one was seen active first, one has a status that is an attack."""
    root = tmp_path / "export"
    for flow_sid in _FLOWS:
        _export(
            root, flow_sid, [_record(n, "ended", 20 * n + 1, d) for n in range(4) for d in (0, 2)]
        )
    _export(root, _FLOWS[0], [_record(50, "active"), _record(50, "ended"), _record(51, _ATTACK)])
    checkpoints = SqliteCheckpoints(root / ".studio-export" / "checkpoints.sqlite3", ".")
    for flow_sid, behind in ((_FLOWS[0], 200), (_FLOWS[1], 4 * 86_400)):
        cursors = {age: _NOW - timedelta(seconds=age + behind) for age in (120, 86_400)}
        checkpoints.acquire(flow_sid, "one", _NOW, _NOW + timedelta(seconds=1))
        checkpoints.save(
            flow_sid, "one", Checkpoint(cursors, dict.fromkeys(cursors, 60)), release=True
        )
    return root


def _report(to: object, out: Path, *arguments: str, code: int | None = None) -> Result:
    return run("report", "--to", to, "--out", out, *arguments, code=code)


@pytest.fixture
def html(to: Path, tmp_path: Path) -> Path:
    _report(to, tmp_path / "out", code=0)
    return tmp_path / "out" / "report.html"


def test_it_prints_the_path_of_the_page(to: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    result = _report(to, out, code=0)

    assert result.stdout == f"{out}/report.html\n"
    assert [path.name for path in out.iterdir()] == ["report.html"]


def test_it_counts_each_execution_once_by_its_last_line(html: Path) -> None:
    tiles = re.findall(r"<b>([^<]*)</b><span>([^<]*)</span>", html.read_text())

    assert tiles[:4] == [
        ("66", "Executions"),
        ("65", "ended, 98.5%"),
        ("1", "without a final line"),
        ("8", "Flows"),
    ]


def test_a_range_has_what_was_created_in_it(to: Path, tmp_path: Path) -> None:
    since, until = _DAY + timedelta(minutes=1), _DAY + timedelta(minutes=3)
    _report(to, tmp_path, "--since", since.isoformat(), "--until", until.isoformat())

    assert "<b>16</b><span>Executions" in (tmp_path / "report.html").read_text()


def test_the_page_holds_no_telephone_number_and_names_no_other_host(html: Path) -> None:
    text = html.read_text()

    assert "5005550006" not in text
    assert not re.search(r"https?://|src=(?!x)|@import|url\(", text)


def test_the_heading_has_the_range_and_omits_midnight(to: Path, tmp_path: Path) -> None:
    since, until = f"{_DAY:%Y-%m-%d}", (_DAY + timedelta(hours=1)).isoformat()
    _report(to, tmp_path, "--since", since, "--until", until)

    text = (tmp_path / "report.html").read_text()
    date = f"{_DAY.day} {_DAY:%B %Y}"
    assert f"Created from {date} to {date}, 11:00, in {to}" in text


def test_a_hostile_status_stays_text(html: Path) -> None:
    text = html.read_text()

    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_late_flow_is_marked(html: Path) -> None:
    assert re.search(rf"{_FLOWS[1]}</th>.*?late at 2 of 2 ages", html.read_text())


def test_a_range_without_an_execution_is_refused(to: Path, tmp_path: Path) -> None:
    result = _report(to, tmp_path, "--since", "2020-01-01", "--until", "2020-01-02", code=2)

    assert "no Execution of this range is exported" in result.stderr


def test_an_unreadable_object_is_named(to: Path, tmp_path: Path) -> None:
    key = DirectoryStore(to).list("executions/")[0]
    (to / key).write_bytes(b"?")

    result = _report(to, tmp_path, code=1)

    assert f"{key} is unreadable" in result.stderr


def test_a_bucket_has_the_same_page_as_a_directory(
    to: Path, html: Path, tmp_path: Path, bucket: Bucket
) -> None:
    bucket.copy_logs(to)
    checkpoints = ("--checkpoints", str(tmp_path / "none.sqlite3"))

    _report(bucket.to, tmp_path / "s3", *checkpoints, code=0)

    text = (tmp_path / "s3" / "report.html").read_text()
    assert _PICTURES.findall(text)[:3] == _PICTURES.findall(html.read_text())[:3]
    assert "No checkpoints were found" in text


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    program = installed()
    if program is None:
        pytest.skip("no browser is installed: apt-get install chromium")
    with browser(program) as opened:
        yield opened


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200], ids=["phone", "desktop"])
def test_a_browser_shows_it_without_a_request_an_error_or_a_sideways_scroll(
    html: Path, window: Browser, width: int, *, dark: bool
) -> None:
    window.requests.clear()
    window.complaints.clear()
    window.show(html, width, dark=dark)

    assert window.requests == [html.as_uri()]
    assert window.complaints == []
    assert window.value("document.documentElement.scrollWidth") <= width
    assert window.value("document.title") == "Twilio Studio Executions"
    assert window.value("document.querySelectorAll('script,img,link[rel=stylesheet]').length") == 0
    picture = html.with_suffix(f".{width}.png")
    window.picture(picture)
    assert int.from_bytes(picture.read_bytes()[16:20]) == pytest.approx(width, abs=20)


def test_on_a_phone_every_text_of_a_chart_is_readable_and_inside_its_card(
    html: Path, window: Browser
) -> None:
    window.show(html, 390)

    smallest = window.value(
        "Math.min(...[...document.querySelectorAll('svg text')]"
        ".map(t => t.getBoundingClientRect().height).filter(h => h))"
    )
    outside = window.value(
        "[...document.querySelectorAll('svg text')].filter(t => {"
        "const [a, b] = [t, t.closest('.card')].map(e => e.getBoundingClientRect());"
        "return a.width && (a.left < b.left || a.right > b.right)}).map(t => t.textContent)"
    )
    assert smallest > 9
    assert outside == []


def test_even_a_script_in_the_page_would_not_run(html: Path, window: Browser) -> None:
    text = html.read_text().replace("</main>", "<script>document.title='owned'</script></main>")
    html.write_text(text)

    window.show(html, 1200)

    assert window.value("document.title") == "Twilio Studio Executions"


def test_each_picture_has_a_name_and_its_numbers_behind_it(html: Path, window: Browser) -> None:
    window.show(html, 1200)

    unnamed = "[...document.querySelectorAll('svg')].filter(s => !s.getAttribute('aria-label'))"
    without = (
        "[...document.querySelectorAll('svg')].filter(s => !s.parentElement.querySelector('table'))"
    )
    assert window.value(f"{unnamed}.length") == 0
    assert window.value(f"{without}.length") == 0


def test_a_directory_that_cannot_be_written_leads_to_one_line(to: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = _report(to, tmp_path / "file", code=2)
    assert result.stderr.startswith(f"studio-export: --out {tmp_path}/file is a file.")
