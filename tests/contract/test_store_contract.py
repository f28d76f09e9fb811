import random
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import boto3
import pytest

from studio_export.errors import StoreError
from studio_export.ports import Store
from tests.contract.processes import PROCESSES
from tests.contract.stores import (
    DirectoryBench,
    MemoryBench,
    S3Bench,
    StoreBench,
    put,
    put_for_ever,
)

LOG = "executions/dt=2026-11-23/FW0-T14-"

pytestmark = pytest.mark.long


@pytest.fixture(params=["memory", "directory", "s3"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> StoreBench:
    if request.param == "memory":
        return MemoryBench()
    if request.param == "directory":
        return DirectoryBench(tmp_path / "data")
    server = request.getfixturevalue("s3_server")
    bucket = f"contract-{uuid4().hex}"
    boto3.client("s3", **server.client_options()).create_bucket(Bucket=bucket)
    return S3Bench(server, bucket, "studio")


@pytest.fixture
def store(bench: StoreBench) -> Store:
    return bench.open()


def test_an_empty_store_lists_nothing(store: Store) -> None:
    assert store.list("") == []
    assert store.list(LOG) == []


def test_what_was_put_is_there_at_once_and_whole(store: Store) -> None:
    body = random.randbytes(100_000)

    assert store.put_if_absent(LOG + "00000.jsonl.gz", body, {"lines": "3"})

    assert store.list(LOG) == [LOG + "00000.jsonl.gz"]
    assert store.get(LOG + "00000.jsonl.gz") == body


def test_an_empty_object_is_an_object(store: Store) -> None:
    assert store.put_if_absent("rejected/none.json", b"", {})
    assert store.get("rejected/none.json") == b""
    assert not store.put_if_absent("rejected/none.json", b"x", {})


def test_a_taken_key_is_refused_and_keeps_its_bytes(store: Store) -> None:
    assert store.put_if_absent("a/b", b"first", {})

    assert not store.put_if_absent("a/b", b"second", {})
    assert not store.put_if_absent("a/b", b"first", {})

    assert store.get("a/b") == b"first"


def test_a_second_opening_sees_what_the_first_put(bench: StoreBench) -> None:
    assert bench.open().put_if_absent("a/b", b"first", {})

    assert bench.open().list("") == ["a/b"]
    assert not bench.open().put_if_absent("a/b", b"second", {})


def test_a_missing_object_is_a_store_error(store: Store) -> None:
    store.put_if_absent("a/b", b"x", {})

    for key in ("a/c", "b/c", "a/b/c"):
        with pytest.raises(StoreError):
            store.get(key)


def test_a_list_is_by_prefix_of_the_key_even_in_mid_name_and_ascending(store: Store) -> None:
    keys = [
        "executions/dt=2026-11-22/FW1-T23-00000.jsonl.gz",
        "executions/dt=2026-11-23/FW1-T09-00000.jsonl.gz",
        "executions/dt=2026-11-23/FW1-T10-00000.jsonl.gz",
        "executions/dt=2026-11-23/FW1-T10-00001.jsonl.gz",
        "executions/dt=2026-11-23/FW10-T10-00000.jsonl.gz",
        "executions/dt=2026-11-23/FW2-T10-00000.jsonl.gz",
        "rejected/0.json",
    ]
    for key in random.sample(keys, len(keys)):
        assert store.put_if_absent(key, key.encode(), {})

    for prefix in (
        "",
        "executions",
        "executions/",
        "executions/dt=2026-11-2",
        "executions/dt=2026-11-23",
        "executions/dt=2026-11-23/",
        "executions/dt=2026-11-23/FW1",
        "executions/dt=2026-11-23/FW1-",
        "executions/dt=2026-11-23/FW1-T10-",
        "executions/dt=2026-11-23/FW1-T10-00001.jsonl.gz",
        "executions/dt=2026-11-23/FW1-T10-00001.jsonl.gz/",
        "executions/dt=2026-11-24/",
        "r",
        "nothing",
    ):
        assert store.list(prefix) == sorted(k for k in keys if k.startswith(prefix)), prefix


def test_a_list_goes_on_past_a_thousand_keys(store: Store) -> None:
    keys = [f"{LOG}{number:05d}" for number in range(1001)]
    with ThreadPoolExecutor(16) as threads:
        assert all(threads.map(lambda key: store.put_if_absent(key, b"x", {}), keys))

    assert store.list(LOG) == keys


def test_of_many_threads_that_put_a_key_exactly_one_wins(bench: StoreBench, store: Store) -> None:
    for turn in range(bench.rounds):
        key = f"{LOG}{turn:05d}"
        start = Barrier(16)

        def race(body: bytes, key: str = key, start: Barrier = start) -> bytes | None:
            start.wait()
            return body if store.put_if_absent(key, body, {}) else None

        with ThreadPoolExecutor(16) as threads:
            bodies = [random.randbytes(1000) for _ in range(16)]
            winners = [body for body in threads.map(race, bodies) if body is not None]

        assert len(winners) == 1
        assert store.get(key) == winners[0]


def test_of_several_processes_that_put_a_key_exactly_one_wins(
    bench: StoreBench, processes: ProcessPoolExecutor
) -> None:
    if not bench.across_processes:
        pytest.skip("it lives in one process")
    store = bench.open()
    for turn in range(10):
        key = f"{LOG}{turn:05d}"
        bodies = [f"writer {number}".encode() * 1000 for number in range(8)]
        puts = [processes.submit(put, bench, key, body) for body in bodies]
        won = [body for body, put in zip(bodies, puts, strict=True) if put.result()]

        assert len(won) == 1
        assert store.get(key) == won[0]


def test_a_process_killed_in_mid_put_leaves_whole_objects_only(bench: StoreBench) -> None:
    if not bench.across_processes:
        pytest.skip("it lives in one process")
    store = bench.open()
    body = random.randbytes(2_000_000)
    for _ in range(4):
        before = len(store.list(LOG))
        writer = PROCESSES.Process(target=put_for_ever, args=(bench, LOG, body, before))
        writer.start()
        give_up = time.monotonic() + 30
        while len(store.list(LOG)) == before and time.monotonic() < give_up:
            time.sleep(0.01)
        time.sleep(random.random() * 0.05)  # any instant of a put
        writer.kill()
        writer.join()

        keys = store.list("")
        assert len(keys) > before
        # A put that was under way at the kill may land later, on S3: it is whole then, too.
        assert keys == [f"{LOG}{number:05d}" for number in range(len(keys))]
        for key in keys[before:]:
            assert store.get(key) == key.encode() + body
