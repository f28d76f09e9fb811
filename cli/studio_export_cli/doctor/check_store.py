"""The store: does a key stay written once, and is the bucket set up to keep it?"""

from collections.abc import Iterator, Mapping
from typing import Any

from studio_export.errors import AccessDeniedError, StudioExportError
from studio_export.log.keys import EXECUTIONS, PROBE
from studio_export.ports import Store
from studio_export_cli.doctor.aws_bucket import BucketInspection
from studio_export_cli.doctor.check import (
    Verdict,
    failed,
    if_allowed,
    ok,
    unknown,
    warning,
    wrong,
)

_PROBE_BODY = b"studio-export doctor wrote this once, to see that it cannot be written again.\n"
_LEAST_DAYS = 35
_ARCHIVES = {"GLACIER", "DEEP_ARCHIVE"}  # S3 refuses to read what lies there


def examine_store(store: Store, *, dry_run: bool) -> Verdict:
    """Put one fixed key twice: the second put must be refused. It stays, for the next time."""
    try:
        store.list(PROBE)
        if dry_run:
            return unknown("write once", f"not tried: it would write {PROBE}")
        store.put_if_absent(PROBE, _PROBE_BODY, {})
        again = store.put_if_absent(PROBE, _PROBE_BODY, {})
        store.get(PROBE)
    except AccessDeniedError as error:
        return failed("write once", error, "Give these credentials list, get and put there.")
    except StudioExportError as error:
        return failed("write once", error, "Is the store there, and does it know If-None-Match?")
    if again:
        do = "Use a store that honours If-None-Match: without it lines get lost."
        return wrong("write once", f"{PROBE} could be written twice", do)
    return ok("write once", "a key that is taken is refused")


def examine_bucket(bucket: BucketInspection, prefix: str) -> Iterator[Verdict]:
    yield if_allowed("versioning", lambda: _versioning(bucket))
    yield if_allowed("encryption", lambda: _encryption(bucket))
    yield if_allowed("lifecycle", lambda: _lifecycle(bucket.lifecycle(), prefix))
    yield if_allowed("public", lambda: _public(bucket))


def _versioning(bucket: BucketInspection) -> Verdict:
    status = bucket.versioning()
    if status == "Enabled":
        return ok("versioning", "enabled")
    do = "Enable versioning: what somebody deletes or replaces can then be restored."
    return warning("versioning", f"the bucket keeps no versions ({status or 'never enabled'})", do)


def _encryption(bucket: BucketInspection) -> Verdict:
    algorithm = bucket.encryption()
    if algorithm:
        return ok("encryption", f"by default, {algorithm}")
    return warning("encryption", "the bucket has no default encryption", "Set one: AES256 or KMS.")


def _public(bucket: BucketInspection) -> Verdict:
    if bucket.public_access_is_blocked():
        return ok("public", "public access is blocked")
    return warning("public", "public access is not blocked", "Block it: lines hold personal data.")


def _lifecycle(rules: list[dict[str, Any]], prefix: str) -> Verdict:
    """Nothing may go before 35 days: a log is read until its Executions are 30 days old."""
    for rule in rules:
        days = _earliest_day(rule)
        if rule.get("Status") == "Enabled" and _concerns(rule, prefix) and days < _LEAST_DAYS:
            what = f"rule {rule.get('ID', '')!r} takes objects away after {days} days"
            do = f"Let it wait {_LEAST_DAYS} days, or leave out {prefix}/: a log is read that long."
            return wrong("lifecycle", what, do)
    return ok("lifecycle", f"no rule takes an object away before {_LEAST_DAYS} days")


def _earliest_day(rule: Mapping[str, Any]) -> int:
    """When it expires or archives; a fixed date counts as at once."""
    expiry = rule.get("Expiration", {})
    moves = [each for each in rule.get("Transitions", []) if each["StorageClass"] in _ARCHIVES]
    timed = [each for each in (expiry, *moves) if "Days" in each or "Date" in each]
    return min((int(each.get("Days", 0)) for each in timed), default=_LEAST_DAYS)


def _concerns(rule: Mapping[str, Any], prefix: str) -> bool:
    """Whether it can meet an object of ours, which has no tag."""
    chosen = rule.get("Filter", {})
    both = chosen.get("And", {})
    if "Tag" in chosen or both.get("Tags"):
        return False
    start = rule.get("Prefix") or chosen.get("Prefix") or both.get("Prefix") or ""
    ours = f"{prefix}/{EXECUTIONS}"
    return bool(ours.startswith(start) or start.startswith(ours))
