"""Run the doctor, select checks, and make a bucket that it finds no problem with."""

import json
from typing import Any
from uuid import uuid4

import boto3

from tests.integration.cli.running import run


def diagnose(*arguments: object, code: int) -> list[dict[str, str]]:
    diagnosis = json.loads(run("doctor", *arguments, "--json", code=code).stdout)
    assert diagnosis["ok"] is (code == 0)
    return list(diagnosis["checks"])


def select(checks: list[dict[str, str]], *statuses: str) -> list[tuple[str, str]]:
    return [(each["subject"], each["message"]) for each in checks if each["status"] in statuses]


def only_failure(checks: list[dict[str, str]]) -> dict[str, str]:
    (failure,) = (each for each in checks if each["status"] == "FAIL")
    assert failure["remedy"]
    return failure


def make_bucket(aws: dict[str, Any]) -> tuple[Any, str]:
    """A bucket as the template makes it."""
    s3, bucket = boto3.client("s3", **aws), f"doctor-{uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    return s3, bucket
