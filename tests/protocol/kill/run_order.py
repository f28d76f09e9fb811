from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RunOrder:
    """An order to a handler process: run one invocation.

    `now` is the virtual instant; `seconds` is the remaining real time of the invocation. `written`
    has the virtual instants at which objects were first seen, by key.
    """

    now: str
    seconds: float
    lease: bool = True
    written: Mapping[str, str] = field(default_factory=dict)
