"""What `make fleet` runs: the same work by more and more workers, and then with faults."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from simulator.faults import Fault, Kind
from simulator.server import Limits
from studio_export.instants import format_instant
from tools.devkit.servers.lambda_service import Invocation
from tools.devkit.servers.step_functions import Execution
from tools.fleet.accounts import many_accounts
from tools.fleet.audit import audit
from tools.fleet.world import Fleet, fleet
from tools.local_lambda.build import Built
from tools.local_lambda.cloud import LocalCloud

RETENTION = timedelta(days=30)
_MAX_CAUSE = 100
_PREFIXES = count(1)


@dataclass(frozen=True, slots=True)
class Row:
    """What one execution of the machine came to, or several at once.

    Attributes:
        name: of the case.
        requests: to Twilio.
        in_flight: how many of them were in progress at once, at most.
        in_flight_of: the same for each account, by its Sid.
        budget: how many of them each account may have.
        lost: Executions without a line that must have one.
        refused: how many of these belong to a Flow or an account that Twilio refuses.
        invocations: of exporter and planner.
    """

    name: str
    status: str
    seconds: float
    requests: int
    in_flight: int
    in_flight_of: Mapping[str, int]
    budget: int
    lost: int
    doubled: int
    refused: int
    invocations: list[Invocation]

    @property
    def is_good(self) -> bool:
        """Whether nothing is doubled, nothing lost but what is refused, and no budget exceeded."""
        is_within = all(most <= self.budget for most in self.in_flight_of.values())
        return self.lost == self.refused and not self.doubled and is_within


@dataclass(slots=True)
class Bench:
    """The servers, and a dataset of its own for each case."""

    built: Built
    cloud: LocalCloud
    prefix: str = ""

    @contextmanager
    def machine(self, workers: int, **options: Any) -> Iterator[Fleet]:
        self.prefix = f"case-{next(_PREFIXES)}"
        given: dict[str, Any] = {"ExportPrefix": self.prefix, **options}
        with fleet(self.built, self.cloud, workers, **given) as made:
            made.warm_up()
            yield made

    def month(self) -> dict[str, str]:
        """Return the event that replays what Twilio has."""
        now = datetime.now(UTC)
        return {"from": format_instant(now - RETENTION), "to": format_instant(now)}

    def measure(
        self, name: str, machine: Fleet, run: Callable[[], list[Execution]], refused: str = ""
    ) -> Row:
        """Run, and count what it cost and what is in the dataset after it.

        `refused` is the Flow that Twilio refuses.
        """
        studio, began = self.cloud.studio, datetime.now(UTC)
        asked = studio.studio.requests
        studio.in_flight.restart()
        machine.service.invocations.clear()
        executions = run()
        found = audit(self.cloud, began, self.prefix)
        return Row(
            name,
            ", ".join(sorted({_status(each) for each in executions})),
            max(each.seconds for each in executions),
            studio.studio.requests - asked,
            studio.in_flight.max,
            dict(studio.in_flight.max_of),
            machine.budget * len(executions),
            found.lost.total(),
            found.doubled,
            found.lost[refused],
            list(machine.service.invocations),
        )


def _status(execution: Execution) -> str:
    """Return the status, and the beginning of the cause of a failure."""
    return " ".join([execution.status, execution.cause[:_MAX_CAUSE].replace("|", "/")]).strip()


def speed(bench: Bench, workers: int, concurrency: int = 4) -> Iterator[Row]:
    """Yield a first run, the next run and a replay of everything."""
    shape = f"{workers} x {concurrency}"
    with bench.machine(workers, StudioConcurrency=concurrency) as machine:
        yield bench.measure(f"first run, {shape}", machine, lambda: [machine.run({})])
        yield bench.measure(f"next run, {shape}", machine, lambda: [machine.run({})])
        event = bench.month()
        yield bench.measure(f"replay of 30 days, {shape}", machine, lambda: [machine.run(event)])


def flow_is_gone(bench: Bench) -> Row:
    gone = bench.cloud.studio.studio.account.flows[0].sid
    bench.cloud.studio.studio.faults.on(Fault(Kind.NOT_FOUND, flow_sid=gone))
    with bench.machine(4) as machine:
        row = bench.measure("one Flow answers 404", machine, lambda: [machine.run({})], gone)
    bench.cloud.studio.studio.faults.off()
    return row


def killed(bench: Bench, times: int = 3) -> Row:
    with bench.machine(4) as machine, machine.killing(times, every_seconds=2.0) as numbers:
        event = bench.month()
        row = bench.measure("", machine, lambda: [machine.run(event)])
    return replace(row, name=f"{len(numbers)} x SIGKILL during a replay")


def timed_out(bench: Bench, seconds: int) -> Row:
    """Let pieces go on by their rest: with one request at a time they take longer."""
    with bench.machine(4, timeout_seconds=seconds, StudioConcurrency=1) as machine:
        event = bench.month()
        row = bench.measure("", machine, lambda: [machine.run(event)])
    rests = sum("so_far" in each.event.get("piece", {}) for each in row.invocations)
    return replace(
        row, name=f"replay, 4 x 1, with a time-out of {seconds} s: goes on {rests} times"
    )


def one_account_refused(built: Built, limits: Limits) -> Row:
    """Export ten accounts, by two workers each; the secret of one is wrong."""
    names = [f"account-{number}" for number in range(10)]
    with many_accounts(names, 100, 40, limits, refused=names[3]) as accounts:
        bench = Bench(built, accounts.cloud)
        with bench.machine(2, places=20, **accounts.parameters) as machine:
            began = datetime.now(UTC)
            row = bench.measure(
                "ten accounts, one refused, 2 x 4 each", machine, lambda: [machine.run({})]
            )
            audits = {name: accounts.audit(name, began, bench.prefix) for name in names}
    return replace(
        row,
        requests=accounts.requests,
        in_flight_of={
            name: row.in_flight_of[studio.account.sid] for name, studio in accounts.studios.items()
        },
        lost=sum(found.lost.total() for found in audits.values()),
        refused=audits[names[3]].lost.total(),
        doubled=sum(found.doubled for found in audits.values()),
    )


def few_places(bench: Bench) -> Row:
    with bench.machine(4, places=2) as machine:
        row = bench.measure("", machine, lambda: [machine.run({})])
        refused = machine.service.throttled
    return replace(row, name=f"Lambda has 2 places for 4 workers: {refused} x 429 of Lambda")


def three_at_once(bench: Bench) -> Row:
    """Start two scheduled runs and a replay together: safe, and not polite."""
    with bench.machine(4, places=12) as machine:

        def run() -> list[Execution]:
            found: list[Execution] = []
            threads = [
                threading.Thread(target=lambda event=event: found.append(machine.run(event)))
                for event in ({}, {}, bench.month())
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return found

        return bench.measure("two runs and a replay at once, 4 x 4", machine, run)
