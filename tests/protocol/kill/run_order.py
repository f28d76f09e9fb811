from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunOrder:
    """An order to a handler process: run one invocation.

    `now` is the virtual instant; `seconds` is the remaining real time of the invocation.
    """

    now: str
    seconds: float
    lease: bool = True
