"""The state machine here: its definition on moto's engine, the built functions, local servers."""

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.devkit.servers.lambda_service import LambdaService, serving
from tools.devkit.servers.step_functions import Execution, StepFunctions, step_functions
from tools.fleet.definition import definition
from tools.local_lambda.build import Built
from tools.local_lambda.cloud import LocalCloud
from tools.local_lambda.environment import EmulatedEnvironment
from tools.local_lambda.runtime import LambdaRuntime


@dataclass(frozen=True, slots=True)
class Fleet:
    """A state machine whose functions run here.

    Attributes:
        budget: how many requests of an execution Twilio may see in flight for an account.
    """

    engine: StepFunctions
    machine: str
    service: LambdaService
    exporters: list[LambdaRuntime] = field(repr=False)
    budget: int

    def run(self, event: object, timeout_seconds: float = 600) -> Execution:
        """Start the machine and wait for its end."""
        return self.engine.run(self.machine, event, timeout_seconds)

    def warm_up(self) -> None:
        """Start every exporter, so that no later invocation is a cold start."""
        no_time = b'{"piece": {"shard": "0/1", "until": "2026-01-01T00:00:00Z"}}'
        environments = self.service.functions["exporter"]
        with ThreadPoolExecutor(len(environments)) as pool:
            list(pool.map(lambda each: each.invoke(no_time), environments))

    @contextmanager
    def killing(self, times: int, every_seconds: float, seed: int = 1) -> Iterator[list[int]]:
        """Kill the process of an exporter now and then; yield the numbers of those killed."""
        killed: list[int] = []
        over = threading.Event()
        chance = random.Random(seed)

        def kill() -> None:
            while len(killed) < times and not over.wait(every_seconds):
                number = chance.randrange(len(self.exporters))
                if (
                    self.service.is_busy("exporter", number)
                    and self.exporters[number].kill_function()
                ):
                    killed.append(number)

        thread = threading.Thread(target=kill)
        thread.start()
        try:
            yield killed
        finally:
            over.set()
            thread.join()


@contextmanager
def fleet(  # noqa: PLR0913  each is a part of the fleet
    built: Built,
    cloud: LocalCloud,
    workers: int,
    *,
    places: int | None = None,
    timeout_seconds: int = 840,
    planner_variables: Mapping[str, str] | None = None,
    planner_beside: Sequence[Path] = (),
    **parameters: object,
) -> Iterator[Fleet]:
    """Start the functions and the engine.

    Args:
        built: the functions, as SAM built them.
        cloud: the servers that they use.
        workers: the parameter `Workers`.
        places: how many exporters Lambda has room for; as many as `workers` by default.
        timeout_seconds: of the exporter.
        planner_variables: of the planner's environment, beside the template's.
        planner_beside: folders with modules that the planner can import: a test's instruments.
        parameters: others of the template.
    """
    given = {"Workers": workers, **parameters}
    variables = cloud.environment(parameters=given)
    with ExitStack() as stack:
        logs = Path(stack.enter_context(TemporaryDirectory(prefix="fleet-")))
        exporters = [
            stack.enter_context(
                LambdaRuntime(
                    built,
                    variables,
                    logs / f"exporter-{number}",
                    timeout_seconds=timeout_seconds,
                )
            )
            for number in range(places or workers)
        ]
        planner = stack.enter_context(
            LambdaRuntime(
                replace(built, function=built.function.with_name("Planner")),
                _planner_environment(cloud, given) | dict(planner_variables or {}),
                logs / "planner",
                timeout_seconds=60,
                beside=planner_beside,
            )
        )
        service = LambdaService(
            {
                "exporter": [EmulatedEnvironment(each) for each in exporters],
                "planner": [EmulatedEnvironment(planner)],
            }
        )
        engine = stack.enter_context(step_functions(stack.enter_context(serving(service))))
        budget = workers * int(variables["STUDIO_CONCURRENCY"])
        yield Fleet(engine, engine.create(definition()), service, exporters, budget)


def _planner_environment(cloud: LocalCloud, given: Mapping[str, object]) -> dict[str, str]:
    """Return the planner's environment; a stack with one worker has no planner."""
    shared = {**given, "Workers": 2}
    return cloud.environment(function="Planner", parameters=shared) | {
        "WORKERS": str(given["Workers"])
    }
