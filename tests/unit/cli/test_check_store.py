"""The doctor's probe of a store: what each kind of store makes of it."""

from collections.abc import Mapping

import pytest

from studio_export.errors import StoreUnusableError
from studio_export.log.keys import PROBE
from studio_export_cli.doctor.check import Status
from studio_export_cli.doctor.check_store import check_store
from studio_export_cli.stores.directory import DirectoryStore
from tools.devkit.fakes.store import MemoryStore


class Framing(MemoryStore):
    """It keeps the SDK's framing of a body as content."""

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        framed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        return super().put_if_absent(key, framed, metadata)


class Overwriting(MemoryStore):
    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        self.objects.pop(key, None)
        return super().put_if_absent(key, body, metadata)


class Full(MemoryStore):
    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        raise StoreUnusableError(f"cannot write {key}, {len(body)} bytes, {len(metadata)} values")


@pytest.mark.parametrize(
    ("store", "message", "remedy"),
    [
        (Framing(), "returned other bytes than were put", "AWS_REQUEST_CHECKSUM_CALCULATION"),
        (Overwriting(), f"did not refuse a second put of {PROBE}", "If-None-Match"),
        (Full(), "StoreUnusableError: cannot write", "no run can write"),
    ],
)
def test_a_store_that_no_run_can_use_fails(store: MemoryStore, message: str, remedy: str) -> None:
    check = check_store(store, dry_run=False)
    assert check.status is Status.FAIL
    assert message in check.message
    assert remedy in check.remedy


def test_lines_on_another_disk_than_their_temporaries_fail(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    class Mounted(DirectoryStore):
        def obstacle(self, folder: str) -> str | None:
            return f"{folder} is on another disk"

    check = check_store(Mounted(tmp_path_factory.mktemp("data")), dry_run=False)
    assert check.status is Status.FAIL
    assert "executions/ is on another disk" in check.message


def test_a_sound_store_is_ok_and_the_probe_is_beside_the_lines() -> None:
    store = MemoryStore()
    assert check_store(store, dry_run=False).status is Status.OK
    assert list(store.objects) == [PROBE]
    assert not PROBE.startswith("executions/")
