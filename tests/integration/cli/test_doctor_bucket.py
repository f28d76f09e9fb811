"""`studio-export doctor` checks a bucket."""

from typing import Any
from uuid import uuid4

import boto3
import pytest

from tests.integration.cli.buckets import Bucket
from tests.integration.cli.diagnosis import diagnose, make_bucket, only_failure, select


def _check_bucket(bucket: str, code: int) -> list[dict[str, str]]:
    return diagnose("--to", f"s3://{bucket}/studio", code=code)


def test_a_bucket_as_the_template_makes_it_is_ok(aws: dict[str, Any]) -> None:
    _, bucket = make_bucket(aws)
    assert select(_check_bucket(bucket, 0), "FAIL", "WARN") == []


def test_a_bucket_without_versioning(aws: dict[str, Any]) -> None:
    s3, bucket = make_bucket(aws)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    ((subject, message),) = select(_check_bucket(bucket, 0), "WARN", "FAIL")
    assert (subject, message) == ("versioning", "versioning is suspended")


def test_a_bucket_that_was_just_made_lacks_versions_and_a_block(aws: dict[str, Any]) -> None:
    bucket = f"doctor-{uuid4().hex}"
    boto3.client("s3", **aws).create_bucket(Bucket=bucket)
    subjects = {subject for subject, _ in select(_check_bucket(bucket, 0), "WARN")}
    assert {"versioning", "public"} <= subjects


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"Filter": {"Prefix": "studio/"}, "Expiration": {"Days": 7}}, 1),
        ({"Filter": {"Prefix": ""}, "Expiration": {"Days": 34}}, 1),
        ({"Filter": {"Prefix": ""}, "Expiration": {"Days": 35}}, 0),
        ({"Filter": {"Prefix": "other/"}, "Expiration": {"Days": 7}}, 0),
        (
            {
                "Filter": {"Prefix": "studio/executions/dt="},
                "Transitions": [{"Days": 10, "StorageClass": "DEEP_ARCHIVE"}],
            },
            1,
        ),
        (
            {
                "Filter": {"Prefix": "studio/"},
                "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
            },
            0,
        ),
        ({"Filter": {"Tag": {"Key": "a", "Value": "b"}}, "Expiration": {"Days": 7}}, 0),
    ],
    ids=str,
)
def test_a_rule_that_expires_objects_too_early(
    aws: dict[str, Any], rule: dict[str, Any], code: int
) -> None:
    s3, bucket = make_bucket(aws)
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [{"ID": "tidy", "Status": "Enabled", **rule}]},
    )
    checks = _check_bucket(bucket, code)
    if code:
        assert only_failure(checks)["subject"] == "lifecycle"


def test_a_bucket_that_is_not_there(aws: dict[str, Any]) -> None:
    assert aws
    failure = only_failure(_check_bucket("nowhere-at-all", 1))
    assert failure["subject"] == "write once"
    assert "NoSuchBucket" in failure["message"]


def test_a_bucket_that_is_not_there_is_seen_by_a_dry_run_too(aws: dict[str, Any]) -> None:
    assert aws
    failure = only_failure(diagnose("--to", "s3://nowhere-at-all/studio", "--dry-run", code=1))
    assert failure["subject"] == "write once"


@pytest.mark.usefixtures("environment")
def test_the_probe_is_written_once_and_for_all(bucket: Bucket) -> None:
    for _ in range(2):
        checks = diagnose("--to", bucket.to, code=0)
        assert ("write once", "the store refuses to overwrite an object") in select(checks, "OK")
    (found,) = bucket.client.list_objects_v2(Bucket=bucket.name)["Contents"]
    assert found["Key"] == "studio/doctor/write-once.txt"
