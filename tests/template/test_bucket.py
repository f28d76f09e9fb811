"""The bucket, and what its policy and lifecycle promise to consumers."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from studio_export.details.backlog import all_days
from studio_export.log.keys import CONTEXTS
from studio_export.log.part_keys import COMPACTED, Kind, copies_of, parts_folder
from tests.template.policy import Decision, decide
from tools.devkit.template.rendered import Rendered, render, transformed

LINES = "arn:aws:s3:::exportbucket/studio/executions/dt=2026-11-23/FW0-T14-00003.jsonl.gz"
ELSEWHERE = "arn:aws:s3:::exportbucket/other/object"
PUT = {"aws:SecureTransport": "true", "s3:ObjectCreationOperation": "true"}


def bucket_decision(stack: Rendered, action: str, resource: str, **context: str) -> Decision:
    policy = stack.properties("ExportBucketPolicy")["PolicyDocument"]
    return decide(policy, action, resource, {"aws:SecureTransport": "true"} | context)


def lifecycle(stack: Rendered) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = stack.properties("ExportBucket")["LifecycleConfiguration"][
        "Rules"
    ]
    return rules


def test_public_access_is_blocked(stack: Rendered) -> None:
    blocked = stack.properties("ExportBucket")["PublicAccessBlockConfiguration"]

    assert blocked == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }


def test_the_buckets_owner_owns_every_object(stack: Rendered) -> None:
    rules = stack.properties("ExportBucket")["OwnershipControls"]["Rules"]

    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_objects_are_encrypted(stack: Rendered) -> None:
    (rule,) = stack.properties("ExportBucket")["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]

    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_versions_are_kept(stack: Rendered) -> None:
    assert stack.properties("ExportBucket")["VersioningConfiguration"] == {"Status": "Enabled"}


def test_eventbridge_is_notified_of_new_objects(stack: Rendered) -> None:
    notifications = stack.properties("ExportBucket")["NotificationConfiguration"]

    assert notifications["EventBridgeConfiguration"]["EventBridgeEnabled"] is True


@pytest.mark.parametrize("name", ["ExportBucket", "ExportBucketPolicy", "Checkpoints"])
def test_what_holds_data_outlives_the_stack(stack: Rendered, name: str) -> None:
    resource = stack.resources[name]

    assert resource["DeletionPolicy"] in {"Retain", "RetainExceptOnCreate"}
    assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", ["ExportBucket", "ExportBucketPolicy"])
def test_a_first_deployment_that_fails_leaves_no_bucket_behind(stack: Rendered, name: str) -> None:
    assert stack.resources[name]["DeletionPolicy"] == "RetainExceptOnCreate"


@pytest.mark.parametrize("resource", ["arn:aws:s3:::exportbucket", LINES, ELSEWHERE])
@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:ListBucket"])
def test_without_tls_everything_is_refused(stack: Rendered, action: str, resource: str) -> None:
    plain = bucket_decision(stack, action, resource, **{"aws:SecureTransport": "false"})

    assert plain is Decision.DENIED


def test_reading_over_tls_is_not_refused(stack: Rendered) -> None:
    assert bucket_decision(stack, "s3:GetObject", LINES) is Decision.UNSAID


def test_a_put_without_if_none_match_is_refused(stack: Rendered) -> None:
    assert bucket_decision(stack, "s3:PutObject", LINES, **PUT) is Decision.DENIED


def test_a_put_that_would_replace_what_it_knows_is_refused(stack: Rendered) -> None:
    replacing = PUT | {"s3:if-match": '"an-etag"'}

    assert bucket_decision(stack, "s3:PutObject", LINES, **replacing) is Decision.DENIED


def test_a_put_with_if_none_match_is_not_refused(stack: Rendered) -> None:
    conditional = PUT | {"s3:if-none-match": "*"}

    assert bucket_decision(stack, "s3:PutObject", LINES, **conditional) is Decision.UNSAID


def test_the_parts_of_a_multipart_upload_are_not_refused_but_its_end_is(stack: Rendered) -> None:
    """Parts make no object and cannot carry the header; CompleteMultipartUpload makes one."""
    part = {"s3:ObjectCreationOperation": "false"}

    assert bucket_decision(stack, "s3:PutObject", LINES, **part) is Decision.UNSAID
    assert bucket_decision(stack, "s3:PutObject", LINES, **PUT) is Decision.DENIED


@pytest.mark.parametrize(
    "folder", ["steps", "contexts", "flow-revisions", "done", "daily-steps", "daily-contexts"]
)
def test_what_a_put_or_a_delete_may_not_do_covers_every_dataset(
    stack: Rendered, folder: str
) -> None:
    key = f"arn:aws:s3:::exportbucket/studio/{folder}/object"

    assert bucket_decision(stack, "s3:PutObject", key, **PUT) is Decision.DENIED
    assert bucket_decision(stack, "s3:DeleteObject", key) is Decision.DENIED


def test_a_put_beside_the_prefix_is_nobodys_business(stack: Rendered) -> None:
    assert bucket_decision(stack, "s3:PutObject", ELSEWHERE, **PUT) is Decision.UNSAID


@pytest.mark.parametrize(
    "action",
    ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ReplicateDelete", "s3:ReplicateObject"],
)
def test_nobody_deletes_or_replicates_under_the_prefix(stack: Rendered, action: str) -> None:
    (statement,) = (
        each
        for each in stack.properties("ExportBucketPolicy")["PolicyDocument"]["Statement"]
        if each["Sid"] == "NoDelete"
    )

    assert statement["Principal"] == "*"
    assert bucket_decision(stack, action, LINES) is Decision.DENIED
    assert bucket_decision(stack, action, ELSEWHERE) is Decision.UNSAID


def test_the_policys_prefix_is_the_exports() -> None:
    stack = render(ExportPrefix="a/b")
    moved = "arn:aws:s3:::exportbucket/a/b/executions/x"

    assert bucket_decision(stack, "s3:DeleteObject", moved) is Decision.DENIED
    assert bucket_decision(stack, "s3:DeleteObject", LINES) is Decision.UNSAID


def test_nothing_expires_by_default(stack: Rendered) -> None:
    assert not [rule for rule in lifecycle(stack) if "ExpirationInDays" in rule]


def test_expiry_is_for_the_asking_and_under_the_prefix_alone() -> None:
    (rule,) = (
        rule for rule in lifecycle(render(ExpireAfterDays=400)) if "ExpirationInDays" in rule
    )

    assert (rule["ExpirationInDays"], rule["Prefix"]) == ("400", "studio/")


def test_contexts_may_expire_by_themselves() -> None:
    rules = lifecycle(render(ContextsExpireAfterDays=90))

    assert {
        rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule
    } == {"studio/contexts/": "90", "studio/daily-contexts": "90"}


def test_every_copy_of_a_context_expires_with_it_and_nothing_else_does() -> None:
    rules = lifecycle(render(ContextsExpireAfterDays=90))
    prefixes = tuple(rule["Prefix"] for rule in rules if "ExpirationInDays" in rule)
    expiring = {
        (folder, kind)
        for folder in COMPACTED
        for kind in (Kind.LINES, *copies_of(folder))
        if f"studio/{parts_folder(folder, kind)}".startswith(prefixes)
    }

    assert expiring == {(CONTEXTS, Kind.LINES), (CONTEXTS, Kind.PARQUET)}


def test_marks_outlive_the_days_that_the_exporter_looks_at() -> None:
    """Of an Execution whose line and mark had expired, it would write the line again."""
    parameters = transformed()["Parameters"]
    soonest = dict.fromkeys(("ExpireAfterDays", "ContextsExpireAfterDays"), "35")
    expiring = {
        rule["Prefix"]: int(rule["ExpirationInDays"])
        for rule in lifecycle(render(**soonest))
        if "ExpirationInDays" in rule
    }

    assert not [name for name in soonest if re.fullmatch(parameters[name]["AllowedPattern"], "34")]
    assert expiring == {"studio/": 35, "studio/contexts/": 35, "studio/daily-contexts": 35}
    assert min(expiring.values()) > len(all_days(datetime.now(UTC)))


@pytest.mark.parametrize("name", ["ExpireAfterDays", "ContextsExpireAfterDays"])
@pytest.mark.parametrize(
    ("days", "accepted"),
    [("0", True), ("35", True), ("99", True), ("400", True), ("99999", True)]
    + [(days, False) for days in ("", "1", "7", "30", "34", "-1", "035", "35.5", "3 6")],
)
def test_no_object_may_expire_before_35_days(name: str, days: str, *, accepted: bool) -> None:
    pattern = transformed()["Parameters"][name]["AllowedPattern"]

    assert bool(re.fullmatch(pattern, days)) is accepted


def test_no_lifecycle_rule_deletes_sooner_than_35_days(stack: Rendered) -> None:
    """Noncurrent versions and upload leftovers too: a mistake can be undone for so long."""
    (clean_up,) = lifecycle(stack)

    assert clean_up["NoncurrentVersionExpiration"]["NoncurrentDays"] >= 35
    assert clean_up["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] >= 1
    assert "Prefix" not in clean_up


def test_an_existing_bucket_is_used_and_left_as_it_is() -> None:
    stack = render(ExistingBucket="ours")

    assert not {"ExportBucket", "ExportBucketPolicy"} & stack.resources.keys()
    assert stack.properties("Exporter")["Environment"]["Variables"]["EXPORT_BUCKET"] == "ours"
    assert stack.outputs["Bucket"]["Value"] == "ours"


def test_the_prefix_cannot_be_a_wild_card() -> None:
    pattern = transformed()["Parameters"]["ExportPrefix"]["AllowedPattern"]

    assert re.fullmatch(pattern, "studio/eu-1")
    assert not [
        prefix for prefix in ("*", "a*", "a/", "/a", "a//b", "") if re.fullmatch(pattern, prefix)
    ]
