"""`studio-export replay`: export a range again, or show what that would add."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from studio_export.detail_settings import read_details
from studio_export.errors import ConfigurationError
from studio_export.model import Replay
from studio_export.ports import Clock
from studio_export.settings import environment, flow_sids, read_concurrency
from studio_export.shard import Shard, shards_of
from studio_export.summary import Summary
from studio_export_cli import aws, exit_codes, options
from studio_export_cli.exit_codes import exit_code
from studio_export_cli.heartbeat import Heartbeat
from studio_export_cli.interrupt import InterruptedWorkError, interruptible
from studio_export_cli.options import (
    AsJson,
    BaseUrl,
    Concurrency,
    Datasets,
    Flow,
    OptionalTo,
    Proxy,
    ShardOption,
    Since,
    Until,
)
from studio_export_cli.output import complaints
from studio_export_cli.parallel import map_concurrently
from studio_export_cli.printing import print_error, print_errors, print_lines
from studio_export_cli.replay import machine_text, text
from studio_export_cli.replay.by_function import of_shard, replay_piece, total
from studio_export_cli.replay.by_machine import result_of, wait
from studio_export_cli.replay.details_by_function import replay_details
from studio_export_cli.replay.details_by_function import total as total_of_details
from studio_export_cli.replay.dry_store import DryStore
from studio_export_cli.replay.event import event_of
from studio_export_cli.session import open_session, resolve, with_options
from studio_export_cli.verify.comparison import days

_STATE_MACHINE = r"arn:aws[a-z-]*:states:[a-z0-9-]+:[0-9]{12}:stateMachine:[^:]+"


def state_machine(text: str) -> str:
    """Return the ARN of a state machine as it is."""
    if not re.fullmatch(_STATE_MACHINE, text):
        raise typer.BadParameter(
            f"{text!r} is not the ARN of a state machine. The stack's output Fleet has it."
        )
    return text


def command(  # noqa: PLR0913  each is an option
    context: typer.Context,
    since: Since,
    until: Until,
    *,
    to: OptionalTo = None,
    function: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Let this deployed function replay, instead of --to."),
    ] = None,
    machine: Annotated[
        str | None,
        typer.Option(
            parser=state_machine,
            metavar="ARN",
            help="Let this deployed state machine replay, instead of --to.",
        ),
    ] = None,
    machine_account: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Replay this one of the state machine's accounts."),
    ] = None,
    flow: Flow = None,
    shard: ShardOption = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="Replay Steps, Contexts and Flow revisions instead of Executions.",
        ),
    ] = False,
    datasets: Datasets = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count the lines to write, and write none.")
    ] = False,
    concurrency: Concurrency = None,
    base_url: BaseUrl = None,
    proxy: Proxy = None,
    as_json: AsJson = False,
) -> None:
    clock = options.clock(context)
    wanted = options.parse_listed_range(since, until, clock.now())
    if [to, function, machine].count(None) != 2:  # noqa: PLR2004  one of three is given
        raise typer.BadParameter("Give one of --to, --function and --machine.")
    if dry_run and not to:
        raise typer.BadParameter(
            f"{'--function' if function else '--machine'} has no --dry-run. Give --to"
            " s3://BUCKET/PREFIX --dry-run."
        )
    if datasets and not (to and details):
        raise typer.BadParameter(
            "--datasets is for --to with --details. A function has its own DATASETS."
        )
    if machine and (shard or concurrency):
        raise typer.BadParameter(
            "--machine has neither --shard nor --concurrency: the stack's Workers and"
            " StudioConcurrency say how many requests there are."
        )
    if machine_account and not machine:
        raise typer.BadParameter("--machine-account is for --machine.")
    chosen = options.variables(flow, concurrency, base_url, proxy) | {"DATASETS": datasets}
    with options.exit_on_error(chosen):
        wanted = replace(wanted, flow_sids=flow_sids(_given(chosen)), details=details)
        if machine:
            raise typer.Exit(_by_machine(machine, wanted, machine_account, as_json=as_json))
        if to:
            summary = _by_command(to, wanted, shard, chosen, clock, dry_run=dry_run)
        else:
            heartbeat = Heartbeat()
            work = partial(_by_function, function or "", wanted, shard, _given(chosen), heartbeat)
            summary = interruptible(work, heartbeat.beat)
    print_lines(
        text.lines(summary, dry_run=dry_run),
        text.as_json(summary, dry_run=dry_run) if as_json else None,
    )
    print_errors((*complaints(summary), *text.work_left(summary)))
    code = exit_code(summary)
    left = code == exit_codes.OK and any(text.work_left(summary))
    raise typer.Exit(exit_codes.TRY_AGAIN if left else code)


def _given(chosen: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in chosen.items() if value}


def _by_command(  # noqa: PLR0913  the options that it needs
    to: str,
    wanted: Replay,
    shard: Shard | None,
    chosen: Mapping[str, str | None],
    clock: Clock,
    *,
    dry_run: bool,
) -> Summary:
    destination, studio = resolve(to, None, chosen, environment())
    if dry_run:
        destination = replace(destination, store=DryStore(destination.store))
    details = read_details(with_options(environment(), chosen)) if wanted.details else None
    if wanted.details and not details:
        raise ConfigurationError(
            "--details needs a dataset beside executions. Give --datasets executions,steps, or set"
            " DATASETS."
        )
    return open_session(destination, studio, clock, details, shard).replay(wanted)


def _by_machine(arn: str, wanted: Replay, account: str | None, *, as_json: bool) -> int:
    """Let the state machine replay, print what it did, and return the exit code.

    A signal ends this command and not the execution.
    """
    machine, heartbeat = aws.state_machine(arn), Heartbeat()
    of_account = {"account": account} if account else {}
    execution = machine.start(event_of(wanted) | of_account)
    hint = machine_text.how_to_look(execution)
    try:
        print_error(f"started. {hint}")
        look = partial(machine.look, execution)
        ended = interruptible(lambda: wait(look, heartbeat), heartbeat.beat)
    except InterruptedWorkError as interrupted:
        print_error(f"stopped by {interrupted}. The execution goes on. {hint}")
        return interrupted.exit_code
    result = result_of(ended)
    print_lines(
        machine_text.lines(result, details=wanted.details),
        machine_text.as_json(result, details=wanted.details) if as_json else None,
    )
    print_errors(machine_text.complaints(result))
    return machine_text.exit_code(result)


def _by_function(
    name: str,
    wanted: Replay,
    shard: Shard | None,
    given: Mapping[str, str],
    heartbeat: Heartbeat,
) -> Summary:
    """Let the function replay, in one invocation at a time unless --concurrency says otherwise.

    Executions are cut by Flow: every cut of the range would cost each Flow a request. Details cost
    Twilio no listing, and are cut by day.
    """
    concurrency = read_concurrency({"STUDIO_CONCURRENCY": "1", **given})
    invoke = aws.lambda_function(name, concurrency).invoke
    if wanted.details:
        replay_day = partial(replay_details, of_shard(invoke, shard))
        replays = [replace(wanted, span=day) for day in days(wanted.span)]
        summaries = map_concurrently(replay_day, replays, concurrency, "Replay days", heartbeat)
        return total_of_details(summaries)
    shards = [shard] if shard or concurrency == 1 else shards_of(concurrency)
    pieces = map_concurrently(
        lambda each: replay_piece(of_shard(invoke, each), wanted),
        shards,
        concurrency,
        "Replay shards",
        heartbeat,
    )
    return total(list(pieces), wanted.span)
