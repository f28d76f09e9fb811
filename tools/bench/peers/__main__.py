"""`make bench-peers`: CPU and memory of dlt, Airbyte's source and the Singer tap, over ours.

python -m tools.bench.peers             200,000 Executions of 2 kB, three rounds: 20 minutes
python -m tools.bench.peers --pages 20  20,000
"""

import argparse
import json
import os
import subprocess
import sys
import venv
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from studio_export.instants import format_instant
from tools.bench.figure import Figure, table
from tools.bench.measure import child, stub
from tools.bench.pages import FLOW_SID, Dataset
from tools.devkit.repository import ROOT

# The minimum CPU of each, as a multiple of ours.
_PEERS = {
    "dlt": ("dlt==1.31.0", 15),
    "airbyte": ("airbyte-source-twilio==0.16.0", 50),
    "tap": ("tap-twilio==0.2.2", 25),
}
_TIMEOUT_SECONDS = 1200
_OURS = 5  # their one run averages over a minute, ours over seconds: so the median of some


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.peers", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--pages", type=int, default=200, help="pages of 1,000 Executions (default: 200)"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("peers", nargs="*", default=list(_PEERS), help=" ".join(_PEERS))
    given = parser.parse_args()
    pythons = {peer: _environment(peer) for peer in given.peers}
    # It ends before now: the tap lists no future.
    start = (datetime.now(UTC) - timedelta(days=5)).replace(hour=0, minute=0, second=0)
    dataset = Dataset(given.pages, 2000, start=start.replace(microsecond=0))
    figures = []
    with stub(dataset, module="tools.bench.peers.stub") as url:
        span = format_instant(dataset.start), format_instant(dataset.stop)
        child("export", url, *span)  # the stub makes its pages once
        for peer in given.peers:
            figures += _compared(peer, pythons[peer], url, span, dataset.records, given.rounds)
    print(table(figures))


def _compared(  # noqa: PLR0913, PLR0917  a peer, and what it is given
    peer: str, python: Path, url: str, span: tuple[str, str], records: int, rounds: int
) -> list[Figure]:
    package, must = _PEERS[peer]
    cpu = Figure(f"CPU of {package} over ours", must, at_least=True)
    memory = Figure(f"memory of {package} over ours", None, at_least=True)
    for _ in range(rounds):
        several = [child("export", url, *span) for _ in range(_OURS)]
        ours = sorted(several, key=attrgetter("cpu_seconds"))[_OURS // 2]
        theirs = _run(peer, python, url, span)
        if theirs["records"] != records:
            raise SystemExit(f"{peer} wrote {theirs['records']:,} of {records:,} records")
        cpu.rounds.append(theirs["cpu_seconds"] / ours.cpu_seconds)
        memory.rounds.append(theirs["peak_bytes"] / ours.peak_bytes)
        print(
            f"{package}: {theirs['cpu_seconds']:.1f} s; ours {ours.cpu_seconds:.1f} s", flush=True
        )
    return [cpu, memory]


def _run(peer: str, python: Path, url: str, span: tuple[str, str]) -> Any:
    with TemporaryDirectory(prefix=f"peer-{peer}-") as directory:
        cost, log = Path(directory, "cost.json"), Path(directory, "log")
        given = [url, *span, FLOW_SID, directory, str(cost)]
        with log.open("wb") as out:
            done = subprocess.run(
                [str(python), "-m", f"tools.bench.peers.{peer}_peer", *given],
                env={**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false", "DO_NOT_TRACK": "1"},
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
                timeout=_TIMEOUT_SECONDS,
            )
        if not cost.exists():
            tail = log.read_text(errors="replace")[-2000:]
            raise SystemExit(f"{peer} failed with exit code {done.returncode}:\n{tail}")
        return json.loads(cost.read_text())


def _environment(peer: str) -> Path:
    """Return the Python of the peer's environment. Pinned, not hashed: nothing of it ships."""
    home = ROOT / ".venv-peers" / peer
    python, ready = home / "bin" / "python", home / "ready"
    if not ready.exists():
        print(f"Installing {_PEERS[peer][0]}", file=sys.stderr, flush=True)
        venv.create(home, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, _PEERS[peer][0]], check=True)
        ready.touch()
    return python


if __name__ == "__main__":
    main()
