"""The memory of logs between warm invocations."""

from studio_export.log.cache import LogCache


def fill(logs: LogCache, hour: str, sids: int) -> None:
    logs.get("FW1", hour).add((f"FN{hour}{n}", "active") for n in range(sids))


def test_a_log_is_kept_by_flow_and_hour() -> None:
    logs = LogCache()
    assert logs.get("FW1", "2026-11-23T14") is logs.get("FW1", "2026-11-23T14")
    assert logs.get("FW1", "2026-11-23T14") is not logs.get("FW2", "2026-11-23T14")
    assert logs.get("FW1", "2026-11-23T14") is not logs.get("FW1", "2026-11-23T15")


def test_over_the_bound_the_least_recently_used_is_forgotten() -> None:
    logs = LogCache(max_sids=25)
    for hour in ("T1", "T2", "T3"):
        fill(logs, hour, 10)
    logs.get("FW1", "T1")
    logs.trim()
    assert len(logs.get("FW1", "T1").statuses) == 10
    assert len(logs.get("FW1", "T3").statuses) == 10
    assert logs.get("FW1", "T2").length == 0


def test_the_last_log_stays_however_large() -> None:
    logs = LogCache(max_sids=5)
    fill(logs, "T1", 10)
    logs.trim()
    assert len(logs.get("FW1", "T1").statuses) == 10


def test_within_the_bound_nothing_is_forgotten() -> None:
    logs = LogCache(max_sids=20)
    fill(logs, "T1", 10)
    fill(logs, "T2", 10)
    logs.trim()
    assert [logs.get("FW1", hour).length for hour in ("T1", "T2")] == [1, 1]
