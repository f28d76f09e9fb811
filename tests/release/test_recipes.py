"""The recipes parse, and keep what they promise of the container."""

import ast
import configparser
import json
import re
import subprocess
from pathlib import Path

import yaml

from simulator.sids import sid
from studio_export.function.request import parse_request
from studio_export.shard import Shard

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "recipes.md").read_text()
SCALE = (ROOT / "docs" / "scale.md").read_text()
USER = "10001"


def blocks(language: str, page: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def test_the_cron_job_runs_as_the_user_of_the_image_with_a_read_only_root() -> None:
    (text,) = blocks("yaml")
    job = yaml.safe_load(text)
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert (job["kind"], job["apiVersion"]) == ("CronJob", "batch/v1")
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert str(pod["securityContext"]["runAsUser"]) == USER
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_task_definition_has_a_read_only_root_and_no_secret_in_it() -> None:
    (text,) = blocks("json")
    (container,) = json.loads(text)["containerDefinitions"]

    assert container["readonlyRootFilesystem"] is True
    assert "environment" not in container
    assert {each["name"] for each in container["secrets"]} == {
        "TWILIO_API_KEY",
        "TWILIO_API_SECRET",
    }


def test_the_units_of_systemd_parse_and_75_is_no_failure() -> None:
    units = [configparser.ConfigParser(interpolation=None) for _ in blocks("ini")]
    for unit, text in zip(units, blocks("ini"), strict=True):
        unit.read_string(text)
    service, timer = units

    assert service["Service"]["SuccessExitStatus"] == "75"
    assert timer["Timer"]["Persistent"] == "true"


def test_the_image_runs_as_a_user_by_number() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE) == [f"{USER}:{USER}"] * 2


def test_compose_hardens_both_services() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]

    assert all(each["read_only"] and each["cap_drop"] == ["ALL"] for each in services.values())


def test_compose_exports_with_the_key_of_the_simulated_studio() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    command = services["studio"]["command"]
    seed, port = (command[command.index(name) + 1] for name in ("--seed", "--port"))

    assert services["exporter"]["environment"] == {
        "STUDIO_BASE_URL": f"http://127.0.0.1:{port}",
        "TWILIO_API_KEY": sid("SK", seed, 0),
        "TWILIO_API_SECRET": "secret",
    }


def test_the_indexed_job_starts_every_shard_with_a_read_only_root() -> None:
    (text,) = blocks("yaml", SCALE)
    job = yaml.safe_load(text)["spec"]
    (container,) = job["template"]["spec"]["containers"]

    assert job["completionMode"] == "Indexed"
    assert container["args"][-1] == f"$(SHARD)/{job['completions']}"
    assert "job-completion-index" in str(container["env"])
    assert container["securityContext"]["readOnlyRootFilesystem"] is True


def test_the_array_job_has_as_many_children_as_shards() -> None:
    _, text = blocks("json", SCALE)
    job = json.loads(text)

    assert job["containerOverrides"]["environment"] == [
        {"name": "SHARDS", "value": str(job["arrayProperties"]["size"])}
    ]


def test_the_event_of_the_page_is_what_the_function_takes() -> None:
    text, _ = blocks("json", SCALE)
    request = parse_request(json.loads(text))

    assert (request.account, request.shard) == ("acme", Shard(3, 8))
    assert request.until


def test_the_image_of_an_array_job_adds_its_shard_to_the_arguments() -> None:
    (text,) = blocks("dockerfile", SCALE)
    entrypoint = json.loads(text.partition("ENTRYPOINT ")[2])
    command = [*entrypoint, "run", "--to", "a b"]
    shown = [part.replace("exec studio-export", "printf '%s\n'") for part in command]
    environment = {"AWS_BATCH_JOB_ARRAY_INDEX": "3", "SHARDS": "8"}
    done = subprocess.run(shown, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["run", "--to", "a b", "--shard", "3/8"]


def test_the_recipes_in_python_parse_and_start_every_shard() -> None:
    airflow, dagster = blocks("python", SCALE)
    for text in (airflow, dagster):
        ast.parse(text)
        assert "SHARDS = 8" in text
        assert "range(SHARDS)" in text
