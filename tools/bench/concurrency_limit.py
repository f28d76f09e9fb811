"""Measure how the exporter shares an account: requests in flight at the server, over time.

python -m tools.bench.concurrency_limit      20 s; a table, and docs/images/concurrency_limit.png

Eight threads ask a simulated Studio that takes 50 ms for an answer. For a while production leaves
room for three requests, and all above it get 429.
"""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from matplotlib.figure import Figure as Canvas

from simulator.server import Limits, StudioServer
from simulator.studio import Studio
from studio_export.adapters.clock import SystemClock
from studio_export.adapters.static_credentials import StaticCredentials
from studio_export.adapters.twilio_http import TwilioHttp
from studio_export.model import Credentials
from studio_export.twilio.listing import flows_url
from tools.devkit.repository import ROOT

_PICTURE = ROOT / "docs" / "images" / "concurrency_limit.png"
_MOST, _LATENCY_SECONDS = 8, 0.05
_TIGHT_FROM, _TIGHT_UNTIL, _END, _ROOM = 4.0, 9.0, 20.0, 3
_SAMPLE_SECONDS = 0.02
_INK, _OURS, _REFUSED, _ROOM_COLOR = "#22303c", "#2a7f8e", "#c8553d", "#dfe6ea"


class Run:
    """Requests in flight, and how many 429 came before each answer, by seconds since the start."""

    def __init__(self) -> None:
        self.samples: list[tuple[float, int]] = []
        self.answers: list[tuple[float, int]] = []
        self._began = time.monotonic()

    @property
    def now(self) -> float:
        return time.monotonic() - self._began

    def ask(self, source: TwilioHttp) -> None:
        while self.now < _END:
            throttles = source.get(flows_url(source.base_url), time.monotonic() + 60).throttles
            self.answers.append((self.now, throttles))

    def watch(self, server: StudioServer) -> None:
        while self.now < _END:
            tight = _TIGHT_FROM <= self.now < _TIGHT_UNTIL
            server.limits.concurrency = _ROOM if tight else None
            self.samples.append((self.now, server.in_flight.now))
            time.sleep(_SAMPLE_SECONDS)


def measured() -> Run:
    studio = Studio(lambda: datetime.now(UTC))
    limits = Limits(latency_seconds=_LATENCY_SECONDS)
    credentials = StaticCredentials(Credentials(*studio.account.api_key))
    with StudioServer(studio, limits=limits) as server, ThreadPoolExecutor(_MOST) as threads:
        source = TwilioHttp(server.url, credentials, SystemClock(), _MOST)
        run = Run()
        watching = threading.Thread(target=run.watch, args=(server,))
        watching.start()
        asking = [threads.submit(run.ask, source) for _ in range(_MOST)]
        watching.join()
        for each in asking:
            each.result()
    return run


def table(run: Run) -> str:
    lines = ["second  room  in flight  answers  429"]
    for number in range(int(_END)):
        room = _ROOM if _TIGHT_FROM <= number < _TIGHT_UNTIL else "-"
        in_flight = mean(_between(run.samples, number, number + 1))
        throttles = _between(run.answers, number, number + 1)
        lines.append(
            f"{number:>6}  {room:>4}  {in_flight:>9.1f}  {len(throttles):>7}"
            f"  {sum(throttles) or '':>3}"
        )
    return "\n".join(lines)


def draw(run: Run, path: Path) -> None:
    canvas = Canvas(figsize=(9, 3.2), dpi=110)
    axes = canvas.add_axes((0.06, 0.15, 0.92, 0.7))
    axes.axvspan(_TIGHT_FROM, _TIGHT_UNTIL, ymax=_ROOM / (_MOST + 1), color=_ROOM_COLOR)
    axes.text(_TIGHT_FROM + 0.1, 0.25, f"room for {_ROOM}", fontsize=8.5, color=_INK)
    fine = [_mean_about(run, at / 5) for at in range(int(_END) * 5)]
    axes.plot([at / 5 for at in range(len(fine))], fine, color=_OURS, linewidth=1.6)
    for number in range(int(_END)):
        if throttles := sum(_between(run.answers, number, number + 1)):
            axes.text(number + 0.5, _MOST + 0.25, str(throttles), ha="center", color=_REFUSED)
    axes.set(xlim=(0, _END), ylim=(0, _MOST + 1))
    axes.set_xlabel("seconds", fontsize=8.5)
    axes.tick_params(labelsize=8.5)
    axes.spines[["top", "right"]].set_visible(False)
    title = "Requests in flight; in red, how many 429 came before the answers of that second"
    canvas.text(0.06, 0.91, title, fontsize=11, weight="bold", color=_INK)
    canvas.savefig(path, facecolor="white")


def _mean_about(run: Run, at: float) -> float:
    near = _between(run.samples, at - 0.2, at + 0.2)
    return mean(near) if near else 0.0


def _between(events: Sequence[tuple[float, int]], start: float, stop: float) -> list[int]:
    return [each for at, each in events if start <= at < stop]


def main() -> None:
    run = measured()
    print(table(run))
    draw(run, _PICTURE)


if __name__ == "__main__":
    main()
