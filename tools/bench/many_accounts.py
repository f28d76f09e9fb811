"""Calculate a day of 10,000 Flows in 200 accounts: `python -m tools.bench.many_accounts`.

Some Flows live six hours on virtual time, with the real export on the simulated Studio; their calls
are counted. Flows and accounts share nothing, so all else is arithmetic:

    seconds of a run of an account = (requests x Twilio + calls of S3 x S3) / (workers x in flight)
                                     + writes x DynamoDB / workers
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from tools.bench import steady
from tools.bench.lives import RUN_INTERVAL, Counts
from tools.bench.prices import prices
from tools.bench.scale import bill

FLOWS, ACCOUNTS, EXECUTIONS = 10_000, 200, 10_000_000
_SAMPLE_FLOWS = 5
_PART = timedelta(hours=6)  # the widest range of an age: each is due at least once
_DAY = timedelta(days=1)
_RUN_SECONDS = 840.0
_ACCOUNTS_AT_ONCE = 10  # of statemachines/export.asl.json
# Of one run: the states before and after the maps, one an account, three a piece.
_STATES, _STATES_AN_ACCOUNT, _STATES_A_PIECE = 8, 1, 3


@dataclass(frozen=True, slots=True)
class Load:
    """What one Flow costs in a run, on average."""

    counts: Counts

    def seconds(self, flows: int, workers: int, studio_seconds: float) -> float:
        """Return how long a run of an account takes, with four requests in flight a worker."""
        assumed, runs = prices()["assumed"], _PART / RUN_INTERVAL
        share = flows / _SAMPLE_FLOWS / runs
        s3_calls = self.counts.lists + self.counts.gets + self.counts.puts
        waiting = self.counts.requests * studio_seconds + s3_calls * assumed["s3_seconds"]
        saving = self.counts.checkpoint_writes * assumed["dynamodb_seconds"]
        at_once = workers * assumed["requests_at_once"]
        return float(share * (waiting / at_once + saving / workers))

    def max_flows(self, workers: int, studio_seconds: float) -> int:
        """Return how many Flows of one account fit a run."""
        return int(_RUN_SECONDS / self.seconds(1, workers, studio_seconds))


def report() -> None:
    counts = steady.day(EXECUTIONS // FLOWS * _SAMPLE_FLOWS, _SAMPLE_FLOWS, _PART)
    for line in (*_bill(counts), "", *_speed(Load(counts))):
        print(line)


def _bill(counts: Counts) -> Iterator[str]:
    times = _DAY / _PART * FLOWS / _SAMPLE_FLOWS
    runs = _DAY / RUN_INTERVAL
    cost = prices()["dollars"]
    paid = bill(counts, runs=0)
    transitions = runs * (_STATES + ACCOUNTS * (_STATES_AN_ACCOUNT + _STATES_A_PIECE))
    rows = (
        ("Twilio: requests", counts.requests * times, 0.0),
        ("Lambda: GB s", paid.gb_seconds * times, cost["lambda_gb_second"]),
        ("Lambda: invocations", runs * (ACCOUNTS + 1), cost["lambda_invocation"]),
        ("S3: puts and lists", (counts.puts + counts.lists) * times, cost["s3_put_or_list"]),
        ("S3: gets", counts.gets * times, cost["s3_get"]),
        ("DynamoDB: writes", counts.checkpoint_writes * times, cost["dynamodb_write"]),
        ("Step Functions: transitions", transitions, cost["state_transition"]),
    )
    yield "| a day | number | $ |"
    yield "|---|---|---|"
    for name, number, price in rows:
        yield f"| {name} | {number:,.0f} | {number * price:,.2f} |"
    yield f"| all | | {sum(number * price for _, number, price in rows):,.2f} |"


def _speed(load: Load) -> Iterator[str]:
    flows = FLOWS // ACCOUNTS
    turns = ACCOUNTS / _ACCOUNTS_AT_ONCE
    yield "| workers | Twilio answers in | a run of an account | of all | Flows that fit |"
    yield "|---|---|---|---|---|"
    for workers in (1, 2, 4, 8, 16):
        for studio_seconds in (0.1, 0.3):
            seconds = load.seconds(flows, workers, studio_seconds)
            yield (
                f"| {workers} x 4 | {studio_seconds * 1000:.0f} ms | {seconds:.1f} s |"
                f" {seconds * turns:,.0f} s | {load.max_flows(workers, studio_seconds):,} |"
            )


if __name__ == "__main__":
    report()
