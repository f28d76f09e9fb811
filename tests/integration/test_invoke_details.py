"""The built function exports Steps, Contexts and revisions, in Lambda's runtime."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulator.account import Flow
from simulator.execution import Execution
from simulator.steps import steps_of
from tests.protocol.revision_oracle import check_revisions
from tools.devkit.servers.aged_s3 import aged_s3
from tools.devkit.template.rendered import EVERY_DATASET
from tools.local_lambda.build import Built
from tools.local_lambda.cloud import PREFIX, LocalCloud, Servers, local_cloud
from tools.local_lambda.runtime import Answer, LambdaRuntime

_EVENT = json.loads((Path(__file__).parents[2] / "events" / "schedule.json").read_text())
_EXECUTIONS = 60
_OLD_ENOUGH = timedelta(minutes=61)  # an empty list of Steps is believed after an hour


@dataclass
class Lived:
    """What invocations of the built function returned, and the objects at the end, by name.

    Attributes:
        first: on an empty bucket.
        second: when its objects were old enough; it looks at some of the days.
        replays: of the details of all days, two.
    """

    cloud: LocalCloud
    first: Answer
    second: Answer
    replays: list[Answer]
    objects: dict[str, bytes]

    @property
    def ended(self) -> list[tuple[Flow, Execution]]:
        """The Executions with a final line, and their Flow."""
        sids = {line["sid"] for line in self.lines("executions") if line["status"] == "ended"}
        flows = self.cloud.studio.studio.account.flows
        return [(flow, each) for flow in flows for each in flow.executions if each.sid in sids]

    def lines(self, folder: str) -> list[dict[str, Any]]:
        bodies = (body for key, body in self.objects.items() if key.startswith(f"{folder}/"))
        return [json.loads(line) for body in bodies for line in gzip.decompress(body).splitlines()]


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def lived(
    built: Built, aws_servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    directory = tmp_path_factory.mktemp("details")
    parameters = {"Datasets": EVERY_DATASET}
    with local_cloud(_EXECUTIONS, parameters=parameters, shared=aws_servers) as cloud:
        with LambdaRuntime(built, cloud.environment(), directory / "first") as function:
            first = function.invoke(_EVENT)
        now = datetime.now(UTC)
        span = {"from": f"{now - timedelta(days=31):%Y-%m-%d}", "to": now.isoformat()}
        with (
            _later(cloud) as later,
            LambdaRuntime(built, later.environment(), directory / "second") as function,
        ):
            second = function.invoke(_EVENT)
            replays = [function.invoke({"details": span}) for _ in range(2)]
        objects = {key.removeprefix(f"{PREFIX}/"): body for key, body in cloud.objects().items()}
        yield Lived(cloud, first, second, replays, objects)


@contextmanager
def _later(cloud: LocalCloud) -> Iterator[LocalCloud]:
    with aged_s3(cloud.s3, _OLD_ENOUGH) as older:
        yield replace(cloud, s3=older)


def test_nothing_is_asked_for_while_the_objects_are_young(lived: Lived) -> None:
    assert lived.first.error is None
    details = lived.first.value["details"]
    assert details["lines"] == details["objects_left"] == 0
    assert details["objects_young"] > 0


def test_each_final_line_has_its_steps_as_twilio_has_them(lived: Lived) -> None:
    studio = lived.cloud.studio.studio
    lines = {line["execution_sid"]: line["steps"] for line in lived.lines("steps")}
    later = studio.clock() + timedelta(days=60)
    assert lines == {
        execution.sid: steps_of(flow, execution, later, studio.base_url)
        for flow, execution in lived.ended
    }
    assert len(lived.lines("steps")) == len(lines) > 0


def test_each_final_line_has_its_context_without_a_value(lived: Lived) -> None:
    lines = lived.lines("contexts")
    assert sorted(line["execution_sid"] for line in lines) == sorted(
        execution.sid for _, execution in lived.ended
    )
    assert {line["context"]["contact"]["channel"]["address"] for line in lines} == {"string"}


def test_each_revision_that_ran_is_kept(lived: Lived) -> None:
    check_revisions(lived.objects, lived.ended, lived.cloud.studio.studio.base_url)


def test_a_replay_exports_the_details_of_the_other_days_once(lived: Lived) -> None:
    answers = [lived.second, *lived.replays]
    assert [answer.error for answer in answers] == [None] * 3
    lines = [answer.value["details"]["lines"] for answer in answers]
    assert 0 < lines[0] < lines[0] + lines[1] == 2 * len(lived.ended)
    assert lines[2] == 0
    assert [answer.value["details"]["objects_left"] for answer in answers] == [0, 0, 0]
    assert [answer.value["kind"] for answer in answers] == ["run", "replay", "replay"]
