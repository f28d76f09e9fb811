"""The kill campaign: SIGKILL handler processes at random instants, against real servers."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from studio_export.detail_settings import DATASETS
from tests.protocol.kill.life import Life
from tests.protocol.kill.process_factory import ProcessFactory
from tests.protocol.kill.report import Report
from tests.protocol.kill.targets import AwsTarget, DirectoryTarget, Target
from tests.protocol.oracle import BrokenPromiseError
from tools.devkit.servers.dynalite import dynalite
from tools.devkit.servers.seaweedfs import seaweedfs

TargetName = Literal["aws", "directory"]
EXECUTIONS = "executions"
EVERY_DATASET = ",".join((EXECUTIONS, *DATASETS))

_LIVES_AT_ONCE = 3  # much of a run is waiting: for a server's lock, a disk, a broken connection
_MIN_KILLS, _MAX_KILLS = 20, 60


def run(  # noqa: PLR0913, PLR0917  the options of the command
    kills: int,
    seed: int,
    target: TargetName,
    datasets: str = EXECUTIONS,
    life: int | None = None,
    say: Callable[[str], object] = print,
) -> Report:
    """Start the servers and run the campaign, or only the given life, to replay it."""
    with _started(target) as started, ProcessFactory() as factory:
        return campaign(
            started, factory, kills, f"{seed}/{target}", datasets=datasets, only=life, say=say
        )


def campaign(  # noqa: PLR0913  it is called by name
    target: Target,
    factory: ProcessFactory,
    kills: int,
    seed: str,
    *,
    datasets: str = EXECUTIONS,
    only: int | None = None,
    say: Callable[[str], object] = print,
) -> Report:
    """Run lives in parallel until that many processes were killed; return the report."""
    begun, total = time.monotonic(), Report()
    plans = [(f"{seed}/{number}", many) for number, many in enumerate(shares(kills, seed))]
    if only is not None:
        plans = plans[only : only + 1]
    say(f"{kills} kills in {len(plans)} lives, seed {seed}, datasets {datasets}")
    with ThreadPoolExecutor(_LIVES_AT_ONCE) as executor:
        lives = [executor.submit(_live, target, factory, datasets, *each) for each in plans]
        for life in as_completed(lives):
            report = life.result()
            total += report
            seconds = time.monotonic() - begun
            broken = f"{len(total.found)} broken promises"
            say(f"{total.kills} of {kills} kills, {seconds:.0f} s, {broken}")
            for found in report.found:
                say(found)
    total.seconds = time.monotonic() - begun
    say(str(total))
    return total


def shares(kills: int, seed: str) -> list[int]:
    """Return the kills of each life: 20 to 60, and at least as many lives as run at once."""
    most = min(_MAX_KILLS, 1 + kills // _LIVES_AT_ONCE)
    chance, lives = random.Random(seed), []
    while kills > 0:
        lives.append(min(kills, chance.randint(min(_MIN_KILLS, most), most)))
        kills -= lives[-1]
    return lives


def _live(target: Target, factory: ProcessFactory, datasets: str, seed: str, kills: int) -> Report:
    report = Report(lives=1)
    try:
        Life(seed, target.home(seed), report, datasets).run(factory, kills)
    except BrokenPromiseError as error:
        report.find(seed, "\n".join([str(error), *getattr(error, "__notes__", ())]))
    return report


@contextmanager
def _started(target: TargetName) -> Iterator[Target]:
    with ExitStack() as stack:
        if target == "directory":
            yield DirectoryTarget(Path(stack.enter_context(TemporaryDirectory(prefix="kills-"))))
            return
        servers = stack.enter_context(seaweedfs()), stack.enter_context(dynalite())
        aws = AwsTarget(*servers, bucket="kills", table="kills")
        aws.prepare()
        yield aws
