"""`make invoke EVENT=events/schedule.json`: build the Lambda, invoke it, show the result.

It uses local servers (S3: SeaweedFS, DynamoDB: dynalite, Secrets Manager: moto) and a simulated
Studio with 1,200 Executions of the last 30 days. `sam local invoke` runs it if a Docker engine
runs; else Lambda's runtime client and emulator do.
"""

import gzip
import json
import sys
import tempfile
from pathlib import Path

from tools.devkit.servers import dynalite
from tools.local_lambda import docker
from tools.local_lambda.build import Built, build_or_exit
from tools.local_lambda.cloud import BUCKET, LocalCloud, local_cloud
from tools.local_lambda.runtime import Answer, LambdaRuntime

_SHOWN = 5


def main() -> None:
    event = Path(sys.argv[1])
    built = build_or_exit()
    if reason := dynalite.missing():
        print(f"moto serves DynamoDB, not dynalite: {reason}.")
    with local_cloud() as cloud:
        answer = _invoke(built, cloud, event)
        _show(event, answer)
        _show_bucket(cloud)
    sys.exit(1 if answer.error else 0)


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
    for key in [*objects][:_SHOWN]:
        print(f"  {len(objects[key]):6d}  {key}")
    if len(objects) > _SHOWN:
        print(f"     …    and {len(objects) - _SHOWN} more")


if __name__ == "__main__":
    main()
