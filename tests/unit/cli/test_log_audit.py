from pathlib import Path

from studio_export.log.codec import encode
from studio_export_cli.stores.directory import DirectoryStore
from studio_export_cli.verify.log_audit import DayLogs, read_day
from tests.unit.compaction.day_logs import DAY, FLOW, record


def test_every_gap_of_a_log_is_found(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    for number in (1, 2, 4, 8):
        body = encode([record(f"FN{number}")]).body
        store.put_if_absent(f"executions/dt={DAY}/{FLOW}-T00-{number:05}.jsonl.gz", body, {})

    found = list(read_day(store, FLOW, DAY, ["00"], DayLogs()))

    assert [each.kind for each in found] == ["gap"] * 3
    assert [each.message.split(" is")[0] for each in found] == [
        "00000",
        "00003",
        "00005 to 00007",
    ]
