"""`make invoke EVENT=events/schedule.json`: build the Lambda, invoke it, show the result.

It uses local servers (S3: SeaweedFS, DynamoDB: dynalite, Secrets Manager: moto) and a simulated
Studio with 1,200 Executions of the last 30 days. `sam local invoke` runs it if a Docker engine
runs; else Lambda's runtime client and emulator do.

PARAMETERS="Datasets=executions,steps ContextValues=*" sets parameters of the template. Steps,
Contexts and revisions wait until an object of `executions/` is ten minutes old, so with them the
function is invoked twice: `events/schedule.json` fills the bucket, which then looks an hour older,
and the event follows.
"""

import argparse
import gzip
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tools.devkit.repository import ROOT
from tools.devkit.servers import dynalite
from tools.devkit.servers.aged_s3 import aged_s3
from tools.local_lambda import docker
from tools.local_lambda.build import Built, build_or_exit
from tools.local_lambda.cloud import BUCKET, PREFIX, LocalCloud, local_cloud
from tools.local_lambda.runtime import Answer, LambdaRuntime

_SHOWN = 5
_FILLING_EVENT = ROOT / "events" / "schedule.json"
_AGE = timedelta(minutes=61)  # an empty list of Steps is believed after an hour

_parser = argparse.ArgumentParser(prog="python -m tools.local_lambda")
_parser.add_argument("event", type=Path)
_parser.add_argument(
    "--parameter-overrides", default="", help="such as 'Datasets=executions,steps'"
)


def main() -> None:
    asked = _parser.parse_args()
    parameters = _parsed(asked.parameter_overrides)
    built = build_or_exit()
    if reason := dynalite.missing():
        print(f"moto serves DynamoDB, not dynalite: {reason}.")
    with local_cloud(parameters=parameters) as cloud:
        answer = _answer(built, cloud, asked.event)
        _show(asked.event, answer)
        _show_bucket(cloud)
    sys.exit(1 if answer.error else 0)


def _parsed(parameters: str) -> Mapping[str, str]:
    pairs = (word.partition("=") for word in parameters.split())
    return {name: value for name, _, value in pairs}


def _answer(built: Built, cloud: LocalCloud, event: Path) -> Answer:
    """Invoke the function; with details, once before, for the objects that they wait for."""
    if cloud.environment()["DATASETS"] == "executions":
        return _invoke(built, cloud, event)
    filled = _invoke(built, cloud, _FILLING_EVENT)
    _show(_FILLING_EVENT, filled)
    print(f"\nThe bucket looks {_AGE.seconds // 60} minutes older from here on.")
    with aged_s3(cloud.s3, _AGE) as older:
        return _invoke(built, replace(cloud, s3=older), event)


def _invoke(built: Built, cloud: LocalCloud, event: Path) -> Answer:
    reason = "no Docker engine runs"
    if docker.engine_runs():
        print("Invoking with `sam local invoke`, in a container.")
        try:
            with docker.reachable(cloud) as gateway:
                environment = cloud.environment(docker.HOST)
                return docker.invoke(built, environment, gateway, event.resolve())
        except docker.SamLocalError as error:
            reason = str(error)
            cloud.studio.studio.base_url = cloud.studio.url
    print(f"Invoking with Lambda's runtime client and emulator, because {reason.rstrip('.')}.")
    return _emulated(built, cloud, event)


def _emulated(built: Built, cloud: LocalCloud, event: Path) -> Answer:
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "log"
        with LambdaRuntime(built, cloud.environment(), log) as function:
            answer = function.invoke(json.loads(event.read_text()))
            if answer.error:
                print(function.log, file=sys.stderr)
            else:
                print(f"Cold start: {function.cold_starts[0]:.0f} ms.")
    return answer


def _show(event: Path, answer: Answer) -> None:
    print(f"\nThe handler's result for {event.name}, after {answer.seconds:.1f} s:")
    print(answer.error or json.dumps(answer.value, indent=2))


def _show_bucket(cloud: LocalCloud) -> None:
    objects = cloud.objects()
    lines = sum(
        gzip.decompress(body).count(b"\n") for key, body in objects.items() if key.endswith(".gz")
    )
    size = sum(map(len, objects.values()))
    print(f"\ns3://{BUCKET} now holds {len(objects)} objects, {lines} lines, {size / 1e3:.0f} kB:")
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for key in objects:
        folders[key.removeprefix(f"{PREFIX}/").partition("/")[0]].append(key)
    for keys in folders.values():
        shown = keys[: _SHOWN if len(folders) == 1 else 1]
        for key in shown:
            print(f"  {len(objects[key]):6d}  {key}")
        if len(keys) > len(shown):
            print(f"     …    and {len(keys) - len(shown)} more")


if __name__ == "__main__":
    main()
