"""Serve a simulated Twilio Studio over HTTP on the loopback, until Ctrl-C.

The first line of its output is: URL, user name, password. The same --seed and --now make the same
account. POST /_simulator/... moves its clock, switches faults and adds Executions.
simulator/README.md describes both.
"""

import argparse
import contextlib
import sys
from datetime import UTC, datetime, timedelta

from simulator.account import Account
from simulator.clock import VirtualClock
from simulator.server import Limits, StudioServer
from simulator.studio import Studio
from simulator.traffic import Traffic, fill

_EXAMPLES = """\
examples:
  python -m simulator                                 30,000 Executions of the last 30 days
  python -m simulator --executions 500 --days 2       a small account
  python -m simulator --latency 0.1 --concurrency 4   a slow Studio that answers 429
  python -m simulator --rate 60 --future-days 1       a minute each second, traffic continues
"""


def main(arguments: list[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    server = build(given)
    username, password = server.studio.account.api_key
    print(server.url, username, password, flush=True)  # noqa: T201 - the interface to a parent
    if sys.stdout.isatty():
        print(_usage(server), flush=True)  # noqa: T201 - for a person
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def build(given: argparse.Namespace) -> StudioServer:
    now = given.now or datetime.now(UTC).replace(microsecond=0)
    clock = VirtualClock(now, given.rate)
    studio = Studio(clock, Account(seed=given.seed))
    traffic = Traffic(late=given.late, context_bytes=given.context_bytes)
    for number in range(given.flows):
        share = given.executions // given.flows + (number < given.executions % given.flows)
        start, stop = now - timedelta(days=given.days), now + timedelta(days=given.future_days)
        fill(studio.add_flow(), share, start, stop, traffic)
    limits = Limits(given.latency, given.concurrency)
    return StudioServer(studio, given.port, limits)


def _usage(server: StudioServer) -> str:
    exports = (f"export {name}={value}" for name, value in server.environment.items())
    return "\n".join(
        [
            "",
            "Serving until Ctrl-C. In another shell:",
            "",
            *exports,
            "studio-export run --to ./studio",
        ]
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description=__doc__,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    account = parser.add_argument_group("account")
    account.add_argument("--flows", type=int, default=3, help="number of Flows (default: 3)")
    account.add_argument(
        "--executions", type=int, default=30_000, help="Executions of all Flows (default: 30000)"
    )
    account.add_argument(
        "--days", type=float, default=30, help="days before now with Executions (default: 30)"
    )
    account.add_argument(
        "--future-days", type=float, default=0, help="days after now with Executions (default: 0)"
    )
    account.add_argument("--seed", default="seed", help="text that determines the account")
    account.add_argument(
        "--late",
        type=float,
        default=0,
        help="share of Executions that become visible late (0 to 1)",
    )
    account.add_argument(
        "--context-bytes",
        type=int,
        default=0,
        help="size of each context; Twilio's lists have none",
    )
    clock = parser.add_argument_group("clock")
    clock.add_argument("--now", type=_instant, help="start of the virtual clock, ISO 8601")
    clock.add_argument(
        "--rate", type=float, default=1, help="virtual seconds per real second (default: 1)"
    )
    server = parser.add_argument_group("server")
    server.add_argument("--port", type=int, default=0, help="port (default: any free one)")
    server.add_argument("--latency", type=float, default=0, help="seconds before each answer")
    server.add_argument("--concurrency", type=int, help="requests at once before it answers 429")
    return parser


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


if __name__ == "__main__":
    main()
