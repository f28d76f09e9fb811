"""`studio-export report` with Steps and the names of Flows: the page, in a browser too."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.server import StudioServer
from simulator.steps import steps_of
from studio_export_cli.stores.directory import DirectoryStore
from tests.integration.cli.details import export_details, small_studio
from tests.integration.cli.running import run
from tools.devkit.browser import browser, installed

_ATTACK = """</text><img src=x onerror="document.title='owned'"><script>alert(1)</script>"""


@pytest.fixture
def server() -> Iterator[StudioServer]:
    with small_studio(executions=60) as running:
        running.studio.account.flows[0].name = "Parcel & survey"
        yield running


@pytest.fixture
def export(to: Path) -> Path:
    assert export_details(to, "executions,steps,flow-revisions").exit_code == 0
    return to


def _report(export: Path, out: Path, *arguments: object) -> str:
    run("report", "--to", export, "--out", out, *arguments, code=0)
    return (out / "report.html").read_text("utf-8")


def _numbers(page: str, title: str) -> dict[str, str]:
    """Return the first two columns of the numbers behind a chart."""
    card = page[page.index(f"<h2>{title}</h2>") :]
    table = card[card.index("<tbody>") : card.index("</tbody>")]
    return dict(re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>', table))


def test_the_page_has_a_section_for_a_flow_by_its_name(export: Path, tmp_path: Path) -> None:
    page = _report(export, tmp_path / "out")

    assert '<h2 class="flow">Inside Parcel &amp; survey</h2>' in page
    titles = ("Funnel", "Where they leave", "Time in each widget", "Errors and time-outs")
    for title in (*titles, "Most frequent paths", "By revision"):
        assert f"<h2>{title}</h2>" in page


def test_the_funnel_of_named_widgets_has_the_numbers_of_the_studio(
    export: Path, server: StudioServer, tmp_path: Path
) -> None:
    (flow,) = server.studio.account.flows
    now = datetime.now(UTC)
    ended = [each for each in flow.executions if each.ended(now)]
    reached = [
        {step["transitioned_to"] for step in steps_of(flow, each, now, "")} for each in ended
    ]

    page = _report(export, tmp_path / "out", "--funnel", "greet,menu")

    assert _numbers(page, "Funnel") == {
        "began": f"{len(ended)}",
        "greet": f"{sum('greet' in each for each in reached)}",
        "menu": f"{sum({'greet', 'menu'} <= each for each in reached)}",
    }
    assert f"Steps of {len(ended)} of {len(ended)} Executions that ended." in page


def test_the_steps_are_left_out_on_request(export: Path, tmp_path: Path) -> None:
    assert "Funnel" not in _report(export, tmp_path / "out", "--no-steps")


def test_a_funnel_without_a_widget_is_refused(export: Path, tmp_path: Path) -> None:
    result = run("report", "--to", export, "--out", tmp_path, "--funnel", "greet,,menu", code=2)
    assert "has a stage without a widget" in result.stderr


def test_an_unreadable_object_of_steps_is_named(export: Path, tmp_path: Path) -> None:
    key = DirectoryStore(export).list("steps/")[0]
    (export / key).write_bytes(b"?")

    result = run("report", "--to", export, "--out", tmp_path, code=1)

    assert f"{key} is unreadable" in result.stderr


def _with_hostile_widgets(export: Path) -> None:
    for path in (export / "steps").rglob("*.jsonl.gz"):
        lines = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        for step in (step for line in lines for step in line["steps"]):
            step["transitioned_from"] = _ATTACK
        text = "".join(json.dumps(each) + "\n" for each in lines)
        path.write_bytes(gzip.compress(text.encode()))


@pytest.mark.parametrize("hostile", [False, True], ids=["own", "hostile"])
@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_a_browser_shows_every_text_inside_its_card_and_runs_nothing(
    export: Path, tmp_path: Path, width: int, *, hostile: bool
) -> None:
    program = installed()
    if program is None:
        pytest.skip("no browser is installed: apt-get install chromium")
    if hostile:
        _with_hostile_widgets(export)
    text = _report(export, tmp_path / "out")

    with browser(program) as window:
        window.show(tmp_path / "out" / "report.html", width)
        outside = window.value(
            "[...document.querySelectorAll('svg text, p, .wraps td, .wraps th')].filter(t => {"
            "const [a, b] = [t, t.closest('.card') || document.body]"
            ".map(e => e.getBoundingClientRect());"
            "return a.width && (a.left < b.left || a.right > b.right + 1)"
            " && !t.closest('details')}).map(t => t.textContent)"
        )
        assert outside == []
        assert window.value("document.documentElement.scrollWidth") <= width
        assert window.value("document.title") == "Twilio Studio Executions"
        assert window.complaints == []
    assert "<script" not in text
