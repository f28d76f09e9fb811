"""What the doctor told, and a bucket that it finds nothing wrong with."""

import json
from typing import Any
from uuid import uuid4

import boto3

from tests.integration.cli.running import run


def told(*arguments: object, code: int) -> list[dict[str, str]]:
    result = run("doctor", *arguments, "--json")
    assert result.exit_code == code, result.output
    said = json.loads(result.stdout)
    assert said["well"] is (code == 0)
    return list(said["verdicts"])


def by(verdicts: list[dict[str, str]], *severities: str) -> list[tuple[str, str]]:
    return [(each["subject"], each["what"]) for each in verdicts if each["severity"] in severities]


def one_wrong(verdicts: list[dict[str, str]]) -> dict[str, str]:
    (wrong,) = (each for each in verdicts if each["severity"] == "wrong")
    assert wrong["do"]
    return wrong


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
