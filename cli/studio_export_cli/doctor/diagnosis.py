"""Make all checks of the doctor, in the order of its output."""

from collections.abc import Iterator, Mapping

from studio_export.env_values import Environment
from studio_export.errors import ConfigurationError
from studio_export.ports import Clock
from studio_export.settings import read_studio
from studio_export_cli import aws
from studio_export_cli.destination import Destination, open_destination
from studio_export_cli.doctor import check, check_details, check_twilio
from studio_export_cli.doctor.aws_bucket import BucketInspection
from studio_export_cli.doctor.aws_stack import StackInspection
from studio_export_cli.doctor.aws_table import TableInspection
from studio_export_cli.doctor.check import Check
from studio_export_cli.doctor.check_checkpoints import check_items, check_table
from studio_export_cli.doctor.check_network import check_network
from studio_export_cli.doctor.check_stack import check_stack, skipped
from studio_export_cli.doctor.check_store import check_bucket, check_store
from studio_export_cli.doctor.check_twilio import Twilio
from studio_export_cli.output import quantity
from studio_export_cli.session import credentials


def diagnose(  # noqa: PLR0913  each is an option
    env: Environment,
    clock: Clock,
    *,
    to: str | None,
    checkpoints: str | None,
    stack: str | None,
    dry_run: bool,
) -> list[Check]:
    """Check everything; the outputs of the stack replace `to` and `checkpoints` that are None.

    Raises:
        ConfigurationError: the dataset is unknown or malformed.
        StudioExportError: the outputs of the stack could not be read.
    """
    deployed = StackInspection(aws.client, stack) if stack else None
    outputs = deployed.outputs() if deployed else {}
    dataset, table = to or _dataset(outputs), checkpoints or _table(outputs)
    destination = open_destination(dataset, table, env, concurrency=1)
    return [
        *_twilio(env, clock),
        *_store(destination, dataset, table, dry_run=dry_run),
        *(check_stack(deployed, outputs) if deployed else [skipped()]),
    ]


def _dataset(outputs: Mapping[str, str]) -> str:
    try:
        return f"s3://{outputs['Bucket']}/{outputs['Prefix']}"
    except KeyError as error:
        raise ConfigurationError(
            "the dataset is unknown. Give --to, or the --stack of this application."
        ) from error


def _table(outputs: Mapping[str, str]) -> str | None:
    table = outputs.get("CheckpointTable")
    return f"dynamodb:{table}" if table else None


def _twilio(env: Environment, clock: Clock) -> Iterator[Check]:
    try:
        settings = read_studio(env)
    except ConfigurationError as error:
        yield check.fail(
            "settings", str(error), "Set it. studio-export --help lists every variable."
        )
        return
    flows = quantity(len(settings.flow_sids), "Flow") if settings.flow_sids else "every Flow"
    ages = quantity(len(settings.scale), "age")
    yield check.ok("settings", f"{flows} at {settings.base_url}, {ages}")
    checked, details = check_details.check_settings(env)
    yield checked
    yield from check_network(env)
    base_url = settings.base_url
    yield from Twilio(
        settings,
        credentials(settings),
        clock,
        check_twilio.other_regions(base_url),
        check_twilio.api_url(base_url),
        details,
    ).checks()


def _store(
    destination: Destination, dataset: str, table: str | None, *, dry_run: bool
) -> Iterator[Check]:
    yield check_store(destination.store, dry_run=dry_run)
    if not destination.local:
        bucket, _, prefix = dataset.removeprefix("s3://").strip("/").partition("/")
        yield from check_bucket(BucketInspection(aws.client("s3"), bucket), prefix)
    if table and table.startswith("dynamodb:"):
        client = aws.client("dynamodb")
        yield from check_table(TableInspection(client, table.removeprefix("dynamodb:")))
    yield from check_items(destination.checkpoints)
