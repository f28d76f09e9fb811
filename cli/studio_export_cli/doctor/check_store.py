"""Check the store: that a key is written only once, and that the bucket keeps objects."""

from collections.abc import Iterator, Mapping
from typing import Any

from studio_export.errors import AccessDeniedError, StoreUnusableError, StudioExportError
from studio_export.log.keys import EXECUTIONS, PROBE
from studio_export.ports import Store
from studio_export_cli.doctor.aws_bucket import BucketInspection
from studio_export_cli.doctor.check import (
    Check,
    fail,
    fail_by,
    if_allowed,
    ok,
    unknown,
    warn,
)
from studio_export_cli.stores.directory import DirectoryStore

_PROBE_BODY = (
    b"studio-export doctor wrote this object once, to check that a second put is refused.\n"
)
_MIN_DAYS = 35
_ARCHIVES = {"GLACIER", "DEEP_ARCHIVE"}  # S3 cannot read them at once


def check_store(store: Store, *, dry_run: bool) -> Check:
    """Put one key twice: the store must refuse the second put, and keep the bytes of the first.

    The object stays. It has the prefix of the export, and the disk of its lines.
    """
    try:
        store.list(PROBE)
        if dry_run:
            return unknown(
                "write once", f"not checked: the check writes {PROBE}", "Omit --dry-run."
            )
        store.put_if_absent(PROBE, _PROBE_BODY, {})
        again = store.put_if_absent(PROBE, _PROBE_BODY, {})
        kept = store.get(PROBE)
    except StoreUnusableError as error:
        return fail_by("write once", error, "Correct it: no run can write there.")
    except AccessDeniedError as error:
        return fail_by("write once", error, "Allow these credentials to list, get and put objects.")
    except StudioExportError as error:
        return fail_by(
            "write once", error, "Check that the store exists and supports If-None-Match."
        )
    return _judge(store, kept, again=again)


def _judge(store: Store, kept: bytes, *, again: bool) -> Check:
    if kept != _PROBE_BODY:
        message = f"the store returned other bytes than were put: {len(kept)} of {PROBE}"
        remedy = (
            f"Set AWS_REQUEST_CHECKSUM_CALCULATION=when_required, delete {PROBE}, and check again."
        )
        return fail("write once", message, remedy)
    if isinstance(store, DirectoryStore) and (obstacle := store.obstacle(EXECUTIONS)):
        remedy = "Put all of the directory on one disk: an object is published by a hard link."
        return fail("write once", obstacle, remedy)
    if again:
        remedy = "Use a store that supports If-None-Match. Without it, lines are lost."
        return fail("write once", f"the store did not refuse a second put of {PROBE}", remedy)
    return ok("write once", "the store refuses to overwrite an object")


def check_bucket(bucket: BucketInspection, prefix: str) -> Iterator[Check]:
    yield if_allowed("versioning", lambda: _versioning(bucket))
    yield if_allowed("encryption", lambda: _encryption(bucket))
    yield if_allowed("lifecycle", lambda: _lifecycle(bucket.lifecycle(), prefix))
    yield if_allowed("public", lambda: _public(bucket))


def _versioning(bucket: BucketInspection) -> Check:
    status = bucket.versioning()
    if status == "Enabled":
        return ok("versioning", "versioning is enabled")
    remedy = "Enable it, so that deleted or replaced objects can be restored."
    return warn("versioning", f"versioning is {status.lower() or 'disabled'}", remedy)


def _encryption(bucket: BucketInspection) -> Check:
    algorithm = bucket.encryption()
    if algorithm:
        return ok("encryption", f"the default encryption is {algorithm}")
    return warn("encryption", "the bucket has no default encryption", "Set AES256 or KMS.")


def _public(bucket: BucketInspection) -> Check:
    if bucket.public_access_is_blocked():
        return ok("public", "public access is blocked")
    return warn("public", "public access is not blocked", "Block it. Lines have personal data.")


def _lifecycle(rules: list[dict[str, Any]], prefix: str) -> Check:
    """Check that no object expires before 35 days: the exporter reads its log until then."""
    for rule in rules:
        days = _earliest_day(rule)
        if rule.get("Status") == "Enabled" and _applies(rule, prefix) and days < _MIN_DAYS:
            message = f"rule {rule.get('ID', '')!r} expires or archives objects after {days} days"
            remedy = f"Set it to {_MIN_DAYS} days or more: the exporter reads a log until then."
            return fail("lifecycle", message, remedy)
    return ok("lifecycle", f"no rule expires or archives an object before {_MIN_DAYS} days")


def _earliest_day(rule: Mapping[str, Any]) -> int:
    """Return after how many days the rule expires or archives; 0 for a fixed date."""
    expiry = rule.get("Expiration", {})
    moves = [each for each in rule.get("Transitions", []) if each["StorageClass"] in _ARCHIVES]
    timed = [each for each in (expiry, *moves) if "Days" in each or "Date" in each]
    return min((int(each.get("Days", 0)) for each in timed), default=_MIN_DAYS)


def _applies(rule: Mapping[str, Any], prefix: str) -> bool:
    """Whether the rule applies to objects of the export, which have no tags."""
    chosen = rule.get("Filter", {})
    both = chosen.get("And", {})
    if "Tag" in chosen or both.get("Tags"):
        return False
    start = rule.get("Prefix") or chosen.get("Prefix") or both.get("Prefix") or ""
    ours = f"{prefix}/{EXECUTIONS}"
    return bool(ours.startswith(start) or start.startswith(ours))
