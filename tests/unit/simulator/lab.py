"""A simulated Studio with one Flow, on a clock that a test moves."""

from typing import Any

from simulator.clock import VirtualClock
from simulator.execution import Execution
from simulator.faults import Fault, Kind
from simulator.reader import Reader
from simulator.studio import Studio


class Lab:
    """The Studio, and a client that reads the Executions of its Flow."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.studio = Studio(clock)
        self.flow = self.studio.add_flow()
        self.reader = Reader(self.studio)
        self.ask, self.page = self.reader.ask, self.reader.page
        self.url = f"/v2/Flows/{self.flow.sid}/Executions"

    def switch_on(self, kind: Kind, value: float | str | None = None, **where: Any) -> None:
        self.studio.faults.on(Fault(kind, value, **where))

    def pages(self, **parameters: object) -> list[dict[str, Any]]:
        return self.reader.pages(self.flow, **parameters)

    def rows(self, **parameters: object) -> list[dict[str, Any]]:
        return self.reader.rows(self.flow, **parameters)

    def sids(self, **parameters: object) -> list[str]:
        return self.reader.sids(self.flow, **parameters)

    def steps(self, execution: Execution, **parameters: object) -> list[dict[str, Any]]:
        return self.reader.steps(self.flow, execution, **parameters)

    def context(self, execution: Execution) -> Any:
        return self.reader.context(self.flow, execution)
