"""`sam local invoke`: the built function in a container of a Docker engine."""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network
from pathlib import Path

from tools.devkit import program
from tools.devkit.relay import relay
from tools.local_lambda.build import SAM, Built, sam_environment
from tools.local_lambda.cloud import LocalCloud
from tools.local_lambda.runtime import Answer, answer_of

# The name by which a container finds the machine that it runs on.
HOST = "host.docker.internal"
_FUNCTION = "Exporter"
_DOCKER_SECONDS = 60


class SamLocalError(RuntimeError):
    """SAM failed to start the container; the message is its last line of output."""


def engine_runs() -> bool:
    return shutil.which("docker") is not None and not _docker("info").returncode


@contextmanager
def reachable(cloud: LocalCloud) -> Iterator[str]:
    """Let containers reach the cloud's servers on the loopback; yield the address to use."""
    gateway = _gateway()
    with ExitStack() as stack:
        for port in cloud.ports:
            stack.enter_context(relay(gateway, port, ("127.0.0.1", port)))
        # A next_page_url must be on the host that was asked.
        cloud.studio.studio.base_url = cloud.studio.url.replace("127.0.0.1", HOST)
        yield gateway


def invoke(built: Built, environment: Mapping[str, str], gateway: str, event: Path) -> Answer:
    """Invoke the function once, in a new container that finds this machine at `gateway`.

    Raises:
        SamLocalError: no container started, for example because no image can be pulled.
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        variables = Path(directory) / "env.json"
        variables.write_text(json.dumps({_FUNCTION: dict(environment)}))
        command = [str(SAM), "local", "invoke", _FUNCTION, *_pulling(built)]
        command += ["--template", str(_declaring(built, environment)), "--event", str(event)]
        command += ["--env-vars", str(variables), "--add-host", f"{HOST}:{gateway}"]
        command += ["--parameter-overrides", *built.overrides]
        done = program.run(command, env=sam_environment())
    if not done.stdout.strip():
        raise SamLocalError((done.stderr.strip().splitlines() or ["it printed nothing"])[-1])
    # The answer is the last line of stdout; what the function logs goes elsewhere.
    return answer_of(done.stdout.strip().splitlines()[-1], time.monotonic() - begun)


def _declaring(built: Built, variables: Mapping[str, str]) -> Path:
    """Write the built template with these variables declared: SAM passes no others."""
    head, marker, tail = built.template.read_text().partition("        Variables:\n")
    names = [name for name in variables if f"          {name}:" not in tail]
    declared = "".join(f"          {name}: ''\n" for name in names)
    template = built.template.with_name("invoke.yaml")
    template.write_text(head + marker + declared + tail)
    return template


def _gateway() -> str:
    """Return this machine's address on Docker's default bridge."""
    wanted = "{{with index .IPAM.Config 0}}{{or .Gateway .Subnet}}{{end}}"
    address = _docker("network", "inspect", "bridge", "--format", wanted).stdout.strip()
    # Without a container Docker may return only the subnet; the bridge has its first address.
    return str(next(ip_network(address).hosts())) if "/" in address else address


def _pulling(built: Built) -> list[str]:
    """Return SAM's option to use an image that is already here."""
    tag = f"/lambda/python:{built.runtime.removeprefix('python')}-{built.architecture}"
    images = _docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
    return ["--skip-pull-image"] if any(image.endswith(tag) for image in images) else []


def _docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("docker") or "docker", *arguments]
    return program.run(command, timeout=_DOCKER_SECONDS)
