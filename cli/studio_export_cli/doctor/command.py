"""`studio-export doctor`: is everything that an export needs there, and right?"""

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from studio_export.errors import ConfigurationError
from studio_export.ports import Clock
from studio_export.settings import Environment, environment, read_studio
from studio_export_cli import aws, options, output
from studio_export_cli.destination import Destination, open_destination
from studio_export_cli.doctor import check, check_twilio
from studio_export_cli.doctor.aws_bucket import BucketInspection
from studio_export_cli.doctor.aws_stack import StackInspection
from studio_export_cli.doctor.aws_table import TableInspection
from studio_export_cli.doctor.check import Verdict
from studio_export_cli.doctor.check_checkpoints import examine_items, examine_table
from studio_export_cli.doctor.check_stack import examine_stack, not_looked_at
from studio_export_cli.doctor.check_store import examine_bucket, examine_store
from studio_export_cli.doctor.check_twilio import Twilio
from studio_export_cli.interrupt import interruptible
from studio_export_cli.options import AsJson, BaseUrl, Checkpoints, Flow
from studio_export_cli.session import credentials


def doctor(  # noqa: PLR0913  each is an option
    context: typer.Context,
    to: Annotated[
        str | None,
        typer.Option(metavar="PLACE", help="A directory, or s3://BUCKET/PREFIX, or by --stack."),
    ] = None,
    *,
    checkpoints: Checkpoints = None,
    stack: Annotated[
        str | None, typer.Option(metavar="NAME", help="The deployed stack, looked at as well.")
    ] = None,
    flow: Flow = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Do not put the probe, which must be refused the second time."
        ),
    ] = False,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    chosen = options.variables(flow, None, base_url)
    env = {**environment(), **{name: value for name, value in chosen.items() if value}}
    with options.told(chosen):
        deployed = StackInspection(aws.client, stack) if stack else None
        outputs = deployed.outputs() if deployed else {}
        place, table = to or _dataset(outputs), checkpoints or _table(outputs)
        destination = open_destination(place, table, env, concurrency=1)
        clock = options.clock(context)
        verdicts = interruptible(
            lambda: [
                *_twilio(env, clock),
                *_place(destination, place, table, dry_run=dry_run),
                *(examine_stack(deployed, outputs) if deployed else [not_looked_at()]),
            ]
        )
    options.show(check.lines(verdicts), check.as_json(verdicts) if as_json else None)
    if check.any_wrong(verdicts):
        raise typer.Exit(output.FAILED)


def _dataset(outputs: Mapping[str, str]) -> str:
    try:
        return f"s3://{outputs['Bucket']}/{outputs['Prefix']}"
    except KeyError as error:
        raise ConfigurationError("give --to, or a --stack of this application") from error


def _table(outputs: Mapping[str, str]) -> str | None:
    table = outputs.get("CheckpointTable")
    return f"dynamodb:{table}" if table else None


def _twilio(env: Environment, clock: Clock) -> Iterator[Verdict]:
    try:
        settings = read_studio(env)
    except ConfigurationError as error:
        yield check.wrong("settings", str(error), "Set it: --help names every variable.")
        return
    flows = output.many(len(settings.flow_sids), "Flow") if settings.flow_sids else "every Flow"
    ages = output.many(len(settings.scale), "age")
    yield check.ok("settings", f"{flows} at {settings.base_url}, {ages}")
    base_url = settings.base_url
    yield from Twilio(
        settings,
        credentials(settings),
        clock,
        check_twilio.other_regions(base_url),
        check_twilio.api_url(base_url),
    ).examine()


def _place(
    destination: Destination, place: str, table: str | None, *, dry_run: bool
) -> Iterator[Verdict]:
    yield examine_store(destination.store, dry_run=dry_run)
    if not destination.local:
        bucket, _, prefix = place.removeprefix("s3://").strip("/").partition("/")
        yield from examine_bucket(BucketInspection(aws.client("s3"), bucket), prefix)
    if table and table.startswith("dynamodb:"):
        client = aws.client("dynamodb")
        yield from examine_table(TableInspection(client, table.removeprefix("dynamodb:")))
    yield from examine_items(destination.checkpoints)
