"""What is done to the stack: create, invoke, read, update, delete, and create once more."""

from tools.deploy_local import first_stack, limits, second_stack
from tools.deploy_local.account import LocalAccount
from tools.deploy_local.session import ANSWER, Session
from tools.deploy_local.stack import DeployedStack
from tools.deploy_local.transcript import StepError, Transcript, last_line
from tools.devkit.repository import ROOT
from tools.local_lambda.build import Built
from tools.local_lambda.cloud import make_secret

_INTRODUCTION = """\
# The stack, deployed without AWS

`make deploy-local` wrote this page by running it.
`sam deploy` gives SAM's build to LocalStack's CloudFormation, which runs on this machine.
The deployed function is invoked, its lines are read, parameters are changed, the stack is deleted.
The run fails if a step does not do what this page says.

Real are SAM, the template, the uploaded code, Lambda's runtime client and emulator, the commands.
LocalStack stands in for AWS, with dynalite behind its DynamoDB.
Twilio is the simulated Studio: 600 Executions of three Flows over the last 30 days.
`aws` is version 1; version 2 takes a payload with `--cli-binary-format raw-in-base64-out`.
[The end](#what-this-does-not-show) names what LocalStack cannot do.
"""


def deploy_update_delete(account: LocalAccount, built: Built) -> str:
    """Return the page.

    Raises:
        StepError: a step did not do what the page says.
    """
    (ROOT / ANSWER).parent.mkdir(exist_ok=True)
    page = Transcript(_INTRODUCTION, ROOT, account.environment)
    session = Session(account, built, page, DeployedStack(account, "studio-export"))
    secret = make_secret(account.aws, account.studio)
    existing = second_stack.make_resources(account)
    first_stack.create(session, secret)
    bucket = first_stack.invoke(session)
    first_stack.fail(session)
    first_stack.ask(session, secret, existing)
    first_stack.update(session, secret)
    _delete(session, "Delete")
    _keeps_policy(session, bucket)
    second_stack.create(session, bucket, existing)
    _delete(session, "Delete once more")
    page.section("What this does not show", limits.text(session.stack))
    return page.page


def _delete(session: Session, title: str) -> None:
    session.page.section(title, "Bucket and table outlive the stack.")
    kept = session.stack.retained
    session.page.run(
        "sam delete --stack-name studio-export --no-prompts --region us-east-1", last_line
    )
    session.page.run("aws lambda list-functions --query 'Functions[].FunctionName' --output text")
    buckets = session.page.run("aws s3api list-buckets --query 'Buckets[].Name' --output text")
    tables = session.page.run("aws dynamodb list-tables --query TableNames --output text")
    if missing := [name for name in kept if name not in (buckets + tables).split()]:
        raise StepError(f"the deletion took {missing}")


def _keeps_policy(session: Session, bucket: str) -> None:
    session.page.note("So does the bucket's policy:")
    session.page.run(
        f"aws s3api get-bucket-policy --bucket {bucket} --query Policy --output text"
        """ | grep -o '"Sid": "[A-Za-z]*"'"""
    )
