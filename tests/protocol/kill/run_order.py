from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunOrder:
    """An invocation as the handler process is told of it.

    `now` is the virtual instant; `seconds`, real ones, is the time that is left of the invocation.
    """

    now: str
    seconds: float
    lease: bool = True
