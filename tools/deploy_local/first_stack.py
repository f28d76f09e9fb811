"""The stack as most have it: one parameter, all else its default; then updated."""

import json
from collections.abc import Mapping

from tools.deploy_local import parameter_changes
from tools.deploy_local.session import ANSWER, SCHEDULED, Session
from tools.deploy_local.stack import by_type
from tools.deploy_local.transcript import StepError, first_lines
from tools.devkit.template.rendered import EVERY_DATASET


def create(session: Session, secret: str) -> None:
    session.page.section("Create", "The secret exists; every other parameter has its default.")
    session.deploy(TwilioSecretArn=secret)
    not_made = session.stack.not_made
    rows = [
        ("not made" if each["ResourceType"] in not_made else "made", each)
        for each in session.stack.resources
    ]
    names = [(what, each["ResourceType"], each["LogicalResourceId"]) for what, each in rows]
    session.page.block(by_type(names))


def invoke(session: Session) -> str:
    session.page.section("Invoke", "The event is the schedule's, which never fires here.")
    answer = session.invoke("Function", SCHEDULED)
    totals = answer["totals"]
    if not (answer["complete"] and totals["lines"] > 0):
        raise StepError(f"the first run is not complete: {answer}")
    session.page.block(json.dumps(totals), "json")
    outputs = session.stack.outputs
    bucket = outputs["Bucket"]
    session.page.section("Lines")
    listing = f"aws s3 ls --recursive {outputs['Dataset']}"
    listed = session.page.run(listing, first_lines(3)).splitlines()
    if len(listed) != totals["objects"]:
        raise StepError(f"{totals['objects']} objects were written, {len(listed)} are listed")
    session.page.run(f"aws s3 cp s3://{bucket}/{listed[0].split()[-1]} - | gzip -dc | head -n 1")
    session.page.note("Each Execution of the Studio is there, and every line is sound:")
    session.verify(bucket)
    session.page.note("DynamoDB has an item for each Flow:")
    session.page.run(
        f"studio-export status --to s3://{bucket}/studio"
        f" --checkpoints dynamodb:{outputs['CheckpointTable']} --no-count"
    )
    return bucket


def fail(session: Session) -> None:
    session.page.section(
        "Fail",
        "The function refuses this event, which is sent as Scheduler sends one.\n"
        "Lambda tries twice, then puts the event and the error into the stack's queue.",
    )
    outputs = session.stack.outputs
    session.page.run(
        f"aws lambda invoke --function-name {outputs['Function']} --invocation-type Event"
        f' --payload \'{{"from": "yesterday"}}\' {ANSWER}'
    )
    body = session.page.run(
        # Version 1 of `aws` asks AWS itself for SQS, whatever the variable says.
        "aws sqs receive-message --endpoint-url $AWS_ENDPOINT_URL --wait-time-seconds 20"
        f" --queue-url {outputs['FailedInvocationsQueue']}"
        " --query 'Messages[0].Body' --output text"
    )
    if json.loads(body)["requestContext"]["approximateInvokeCount"] != 2:  # noqa: PLR2004
        raise StepError(f"the event was not tried twice: {body}")


def ask(session: Session, secret: str, existing: Mapping[str, str]) -> None:
    session.page.section(
        "What an update would touch",
        "For each parameter, a change set that gives it another value and is not executed.\n"
        "No change replaces the bucket or the table, or the run would fail.",
    )
    given = dict(each.split("=") for each in session.built.overrides)
    given["TwilioSecretArn"] = secret
    session.page.note(parameter_changes.table(session.stack, given, existing))


def update(session: Session, secret: str) -> None:
    session.page.section(
        "Update",
        "Runs every 5 minutes, more memory, expiry, every dataset, no dashboard.\nThe change set:",
    )
    outlives = session.stack.retained
    changes = session.deploy(
        TwilioSecretArn=secret,
        ScheduleMinutes="5",
        MemoryMegabytes="1024",
        ExpireAfterDays="90",
        Datasets=EVERY_DATASET,
        ContextsExpireAfterDays="60",
        MakeDashboard="false",
    )
    rows = []
    for each in changes:
        replaced = ", replaced" if each.get("Replacement") == "True" else ""
        rows.append((each["Action"] + replaced, each["ResourceType"], each["LogicalResourceId"]))
    session.page.block(by_type(rows))
    if session.stack.retained != outlives:
        raise StepError(f"the update replaced the bucket or the table: {outlives}")
    session.page.run(
        f"aws lambda get-function-configuration --function-name {session.stack.outputs['Function']}"
        " --query '[Timeout, MemorySize]' --output text"
    )
    session.page.note("A run after the update finds what the one before it left:")
    session.page.block(json.dumps(session.invoke("Function", SCHEDULED)["totals"]), "json")
    session.page.note("The compaction writes a row for each final line of the days that are due:")
    days = session.invoke("Compactor", "{}")["days"]
    if not (compacted := [each for each in days if each["rows"]]):
        raise StepError(f"nothing was compacted: {days}")
    session.page.block("\n".join(map(json.dumps, compacted[:3])), "json")
    session.verify(session.stack.outputs["Bucket"])
