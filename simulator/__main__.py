"""Serve a simulated Studio: `python -m simulator --flows 3 --executions 30000 --days 30`."""

import argparse
import contextlib
from datetime import UTC, datetime, timedelta

from simulator.account import Account
from simulator.clock import VirtualClock
from simulator.server import Limits, StudioServer
from simulator.studio import Studio
from simulator.traffic import Traffic, fill


def main(arguments: list[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    server = build(given)
    username, password = server.studio.account.api_key
    print(server.url, username, password, flush=True)  # noqa: T201 - how others find it
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--flows", type=int, default=3)
    parser.add_argument("--executions", type=int, default=30_000, help="over all Flows")
    parser.add_argument("--days", type=float, default=30, help="of the past that they fill")
    parser.add_argument("--future-days", type=float, default=0, help="of the future, likewise")
    parser.add_argument("--seed", default="seed")
    parser.add_argument("--now", type=_instant, help="where the virtual clock starts: ISO 8601")
    parser.add_argument("--rate", type=float, default=1, help="virtual seconds in a real one")
    parser.add_argument("--late", type=float, default=0, help="share that is visible late")
    parser.add_argument("--context-bytes", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0, help="seconds for each request")
    parser.add_argument("--concurrency", type=int, help="429 above it")
    return parser


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


if __name__ == "__main__":
    main()
