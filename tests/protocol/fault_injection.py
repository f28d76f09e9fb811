"""Fault injection: wrappers of the ports number every I/O, and a plan says which one fails.

Only ports are wrapped; nothing is patched.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from studio_export.errors import AccessDeniedError, StoreError, ThrottledError, UnavailableError
from studio_export.model import Checkpoint, Reply
from studio_export.ports import Checkpoints, DatedStore, Source
from tests.protocol.faults import APPLICABLE, DEADLY, DELAYS, Fault
from tools.devkit.fakes.clock import VirtualClock

T = TypeVar("T")
Port = TypeVar("Port")
Plan = Callable[[int, str], Fault | None]  # of the I/O's number and name

_IO_SECONDS = 0.25
_REFUSED_ANSWERS: dict[str, Any] = {
    "store.put_if_absent": False,
    "checkpoints.save": False,
    "checkpoints.acquire": None,
}


def undisturbed(_number: int, _name: str) -> None:
    """A plan without a fault."""


class Killed(BaseException):
    """The simulated process was killed."""


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the trace."""

    number: int
    process: str
    name: str
    argument: str
    fault: Fault | None
    result: str


@dataclass(frozen=True, slots=True)
class _LateEffect:
    """An effect that lands at I/O `number`; if None, before the next call of its name."""

    number: int | None
    name: str
    effect: Callable[[], object]

    def is_due(self, number: int, before: str | None) -> bool:
        if before is None:
            return True
        return before == self.name if self.number is None else self.number <= number


@dataclass(slots=True)
class FaultInjector:
    """Numbers I/Os, applies the plan's faults, and keeps the trace.

    Attributes:
        watch: called after every effect, with the name of the call.
        others: runs another invocation from start to end.
        switch: called before every I/O; a scheduler may run another process there.
    """

    clock: VirtualClock
    plan: Plan
    watch: Callable[[str], None]
    others: Callable[[], None]
    switch: Callable[[], None] = lambda: None
    number: int = 0
    trace: list[Call] = field(default_factory=list)
    _late_effects: list["_LateEffect"] = field(default_factory=list)

    def io(self, process: str, name: str, argument: str, effect: Callable[[], T]) -> T:
        """Do one I/O, with the fault that the plan has for it."""
        self.switch()
        self.number += 1
        number = self.number
        self.clock.advance(_IO_SECONDS)
        self._land(name)
        fault = self.plan(number, name)
        if fault and fault not in APPLICABLE[name]:
            fault = Fault.ERROR  # an earlier fault has put another call at this number
        try:
            result = self._faulty(fault, name, effect) if fault else effect()
        except BaseException as error:
            self._note(number, process, name, argument, fault, type(error).__name__)
            raise
        finally:
            self.watch(name)
        self._note(number, process, name, argument, fault, _short(result))
        return result

    def settle(self) -> None:
        """Apply every late effect now."""
        self._land()
        self.watch("late effects")

    def _faulty(self, fault: Fault, name: str, effect: Callable[[], T]) -> T:
        failed: Exception = (StoreError if name.startswith("store") else UnavailableError)("fault")
        if fault is Fault.OVERTAKEN:
            self.others()
            return effect()
        if fault in DELAYS:
            self._late_effects.append(_LateEffect(self.number + DELAYS[fault], name, effect))
        if fault is Fault.UNDER_A_PUT:
            self._late_effects.append(_LateEffect(None, name, effect))
        if fault in {Fault.CRASH_AFTER, Fault.LOST_ANSWER, Fault.TAKEN_BY_ITSELF}:
            effect()
        if fault in DEADLY:
            raise Killed
        if fault in {Fault.REFUSED, Fault.TAKEN_BY_ITSELF}:
            refused: T = _REFUSED_ANSWERS[name]
            return refused
        if fault is Fault.THROTTLED:
            raise ThrottledError("fault", throttles=3)
        if fault is Fault.FORBIDDEN:
            raise AccessDeniedError("fault")
        raise failed

    def _land(self, before: str | None = None) -> None:
        """Apply the late effects due before a call of this name; None applies all."""
        due = [each for each in self._late_effects if each.is_due(self.number, before)]
        self._late_effects = [each for each in self._late_effects if each not in due]
        for each in due:
            self._note(self.number, "(late)", each.name, "", None, _short(each.effect()))

    def _note(  # noqa: PLR0913, PLR0917  the columns of the trace
        self, number: int, process: str, name: str, argument: str, fault: Fault | None, result: str
    ) -> None:
        self.trace.append(Call(number, process, name, argument, fault, result))


@dataclass(frozen=True, slots=True)
class _Faulty(Generic[Port]):
    """A port whose I/Os are numbered, as those of one process."""

    injector: FaultInjector
    process: str
    inner: Port

    def _io(self, name: str, argument: str, effect: Callable[[], T]) -> T:
        return self.injector.io(self.process, name, argument, effect)


class FaultySource(_Faulty[Source]):
    @property
    def base_url(self) -> str:
        return self.inner.base_url

    def get(self, url: str, deadline: float) -> Reply:
        return self._io("source.get", _range(url), lambda: self.inner.get(url, deadline))


class FaultyStore(_Faulty[DatedStore]):
    def written(self, prefix: str) -> Sequence[tuple[str, datetime]]:
        return self._io("store.list", _tail(prefix), lambda: self.inner.written(prefix))

    def list(self, prefix: str) -> list[str]:
        return self._io("store.list", _tail(prefix), lambda: self.inner.list(prefix))

    def get(self, key: str) -> bytes:
        return self._io("store.get", _tail(key), lambda: self.inner.get(key))

    def put_if_absent(self, key: str, body: bytes, metadata: Mapping[str, str]) -> bool:
        return self._io(
            "store.put_if_absent",
            f"{_tail(key)} ({metadata.get('lines')} lines)",
            lambda: self.inner.put_if_absent(key, body, metadata),
        )


class FaultyCheckpoints(_Faulty[Checkpoints]):
    def acquire(
        self, flow_sid: str, owner: str, now: datetime, expires_at: datetime
    ) -> Checkpoint | None:
        return self._io(
            "checkpoints.acquire",
            f"until {expires_at:%d %H:%M}",
            lambda: self.inner.acquire(flow_sid, owner, now, expires_at),
        )

    def save(
        self, flow_sid: str, owner: str, checkpoint: Checkpoint, *, release: bool = False
    ) -> bool:
        return self._io(
            "checkpoints.save",
            _cursors(checkpoint) + (", release" if release else ""),
            lambda: self.inner.save(flow_sid, owner, checkpoint, release=release),
        )

    def release(self, flow_sid: str, owner: str) -> None:
        self._io("checkpoints.release", "", lambda: self.inner.release(flow_sid, owner))


@lru_cache(4096)  # the lives of a campaign ask for the same pages
def _range(url: str) -> str:
    """`01 00:29:59 to 01 01:30:00, active, page 2`"""
    asked = parse_qs(urlsplit(url).query)
    ends = [asked[name][0] for name in ("DateCreatedFrom", "DateCreatedTo") if name in asked]
    span = " to ".join(f"{end[8:10]} {end[11:19]}" for end in ends)
    span += "".join(f", {status}" for status in asked.get("status", []))
    return span + (f", page {asked['Page'][0]}" if "Page" in asked else "")


def _tail(key: str) -> str:
    return key.removeprefix("executions/dt=").replace(key[24:56], "…") if "FW" in key else key


def _cursors(checkpoint: Checkpoint) -> str:
    oldest, newest = min(checkpoint.cursors.values()), max(checkpoint.cursors.values())
    return f"cursors {oldest:%d %H:%M:%S} to {newest:%d %H:%M:%S}"


def _short(result: object) -> str:
    match result:
        case Reply(body=body):
            return f"{len(body)} bytes"
        case bytes():
            return f"{len(result)} bytes"
        case list():
            return f"{len(result)} keys"
        case Checkpoint():
            return "acquired"
    return str(result)
