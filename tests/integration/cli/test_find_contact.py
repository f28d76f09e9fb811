"""`studio-export find-contact`: it finds every line of a contact and never prints the value."""

import gzip
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from studio_export_cli.app import app
from tests.integration.cli.details import export_details
from tests.integration.cli.running import run

_FIELD = "contact_channel_address"


def _records(to: Path) -> list[tuple[str, int, dict[str, Any]]]:
    """Key, number and content of each line."""
    return [
        (path.relative_to(to).as_posix(), number, json.loads(line))
        for path in sorted(to.glob("executions/*/*.jsonl.gz"))
        for number, line in enumerate(gzip.decompress(path.read_bytes()).splitlines(), 1)
    ]


def _findings(to: Path, value: str) -> dict[str, Any]:
    result = run("find-contact", "--to", to, "--contact", value, "--json")
    assert result.exit_code in {0, 1}, result.output
    assert value not in result.output
    return dict(json.loads(result.stdout))


def test_every_line_of_a_contact_is_found_and_no_other(exported: Path) -> None:
    records = _records(exported)
    value = records[0][2][_FIELD]
    wanted = {(key, number) for key, number, record in records if value in json.dumps(record)}
    findings = _findings(exported, value)
    assert {
        (each["key"], n["line"]) for each in findings["objects"] for n in each["lines"]
    } == wanted
    assert findings["objects_read"] == len({key for key, _, _ in records})


def test_an_object_of_executions_has_the_day_from_which_it_can_be_deleted(exported: Path) -> None:
    key, _, record = _records(exported)[0]
    (each,) = (
        each for each in _findings(exported, record[_FIELD])["objects"] if each["key"] == key
    )
    day = date.fromisoformat(key.split("/")[1].removeprefix("dt="))
    assert each["not_before"] == (day + timedelta(days=35)).isoformat()


def test_compacted_days_and_rejected_records_are_searched_too(exported: Path) -> None:
    _, _, record = _records(exported)[0]
    value, day = record[_FIELD], record["date_created"][:10]
    context = {"execution_sid": record["sid"], "context": {"trigger": {"call": {"From": value}}}}
    (exported / "rejected").mkdir()
    (exported / "rejected" / "ab.json").write_text(json.dumps({"sid": None, _FIELD: value}))
    for folder, name, body in (
        ("daily", "00000.jsonl.gz", gzip.compress(json.dumps(record).encode() + b"\n")),
        ("daily-parquet", "00000.parquet", b"PAR1"),
        ("daily-contexts", "00000.jsonl.gz", gzip.compress(json.dumps(context).encode() + b"\n")),
        ("daily-steps-flat-parquet", "00000.parquet", b"PAR1"),
    ):
        path = exported / folder / f"dt={day}" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(body)
    findings = _findings(exported, value)
    found = {each["key"] for each in findings["objects"]}
    folders = ("daily", "daily-contexts")
    assert {"rejected/ab.json", *(f"{each}/dt={day}/00000.jsonl.gz" for each in folders)} <= found
    assert findings["parquet"] == [
        f"daily-parquet/dt={day}/00000.parquet",
        f"daily-steps-flat-parquet/dt={day}/00000.parquet",
    ]


def test_steps_and_contexts_of_its_executions_are_found_by_their_sids(to: Path) -> None:
    export_details(to, "executions,steps,contexts")
    key, _, record = next(each for each in _records(to) if each[2]["status"] == "ended")
    findings = _findings(to, record[_FIELD])
    of_one = {each["key"]: {line["sid"] for line in each["lines"]} for each in findings["objects"]}
    stem = key.removeprefix("executions/").removesuffix(".jsonl.gz")
    for folder in ("steps", "contexts"):
        (child,) = (each for each in of_one if each.startswith(f"{folder}/{stem}-"))
        assert record["sid"] in of_one[child]
    sids = set().union(*of_one.values())
    lines = {sid for key, sids in of_one.items() if key.startswith("executions/") for sid in sids}
    assert sids == lines


def test_nothing_is_deleted_and_the_value_is_printed_nowhere(exported: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in exported.rglob("*")}
    value = _records(exported)[0][2][_FIELD]
    result = run("find-contact", "--to", exported, "--contact", value, code=1)
    assert value not in result.output
    assert result.stdout.splitlines()[-1].startswith("Nothing was deleted.")
    assert {path: path.stat().st_mtime_ns for path in exported.rglob("*")} == before


def test_the_value_may_come_from_stdin(exported: Path) -> None:
    value = _records(exported)[0][2][_FIELD]
    arguments = ["find-contact", "--to", str(exported), "--contact", "-", "--json"]
    result = CliRunner().invoke(app, arguments, input=f"{value}\n")
    assert json.loads(result.stdout) == _findings(exported, value)


def test_a_contact_without_a_line_exits_with_0(exported: Path) -> None:
    result = run("find-contact", "--to", exported, "--contact", "+19999999999", code=0)
    assert result.stdout.startswith("0 lines of 0 Executions in 0 of ")


def test_a_value_that_is_too_short_is_refused_and_not_quoted(to: Path) -> None:
    result = run("find-contact", "--to", to, "--contact", "+1x")
    assert (result.exit_code, "+1x" in result.output) == (2, False)


def test_an_unreadable_object_is_named(exported: Path) -> None:
    path = next(exported.glob("executions/*/*.jsonl.gz"))
    path.write_bytes(path.read_bytes()[:20])
    result = run("find-contact", "--to", exported, "--contact", "+19999999999", code=1)
    assert f"{path.relative_to(exported)} is unreadable" in result.stderr


def test_what_the_privacy_policy_hashed_is_found_with_its_key(
    to: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("run", "--to", tmp_path / "plain")
    _, _, record = _records(tmp_path / "plain")[0]
    monkeypatch.setenv("PRIVACY", f"{_FIELD}=hmac,context=drop")
    monkeypatch.setenv("PRIVACY_KEY", "k" * 40)
    run("run", "--to", to)
    found = [line for each in _findings(to, record[_FIELD])["objects"] for line in each["lines"]]
    assert record["sid"] in {line["sid"] for line in found}
    assert {field for line in found for field in line["fields"]} == {_FIELD}
    monkeypatch.delenv("PRIVACY_KEY")
    monkeypatch.delenv("PRIVACY")
    assert _findings(to, record[_FIELD])["objects"] == []
