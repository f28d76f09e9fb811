"""The path of an Execution through the widgets of its Flow."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from simulator.definition import ENDED, TRIGGER_EVENTS, Channel, Definition, Exit, Widget

MAX_STEPS = 1000  # Twilio stops an Execution here
_EMPTY_SHARE = 0.01
_LONG_SHARE = 0.002
_HANGUP_STEP_SHARE = 0.5  # of hang-ups: whether there is a Step is not known of Twilio
_LAST_SECONDS = 5
HANGUP = "hangup"


@dataclass(frozen=True, slots=True)
class Move:
    """A widget that ended, and what followed: what a Step records.

    Attributes:
        seconds: How long the widget ran, relative to the path's other widgets.
        parent: In a Subflow, the place in the path of the Run Subflow widget that runs it. That
            widget ends after the Subflow does or, if somebody hangs up in the Subflow, never.
        value: What somebody keyed, spoke or wrote.
    """

    widget: str
    type: str
    event: str
    next: str
    seconds: int = 0
    parent: int | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """The moves in the order in which their widgets ended.

    Attributes:
        last_seconds: How long the Execution is in one more widget, which has no Step.
    """

    moves: tuple[Move, ...] = ()
    last_seconds: int = 0


def along(definition: Definition, *names: str) -> Path:
    """Return the path through these widgets; the last has no Step, unless it is `Ended`.

    Every move takes the first exit to the next name. Without one, somebody hangs up: then the name
    must be `Ended`.
    """
    moves = []
    for name, following in pairwise(names):
        widget = definition.widget(name)
        exits = [each for each in widget.exits if each.next == following]
        if not exits and following != ENDED:
            raise ValueError(f"{name} does not lead to {following}")
        moves.append(_move(widget, exits[0] if exits else Exit(HANGUP), widget.seconds))
    return _path(moves)


def looping(definition: Definition, steps: int) -> Path:
    """Return a path with so many Steps: a caller goes through the loop again and again."""
    trigger = definition.widgets[0]
    names = [trigger.name, trigger.exits[0].next, *definition.loop * steps]
    return along(definition, *names[: steps + 1])


def draw(definition: Definition, channel: Channel, seed: str) -> Path:
    """Return the path that the seed determines, of at most 1,000 Steps."""
    chance = random.Random(seed)
    rare = chance.random()
    if rare < _EMPTY_SHARE:
        return _path([])
    if rare > 1 - _LONG_SHARE and channel is Channel.CALL and definition.loop:
        return looping(definition, MAX_STEPS)
    moves: list[Move] = []
    _walk(definition, channel, chance, moves)
    return _path(moves[:MAX_STEPS])


def _walk(
    definition: Definition, channel: Channel, chance: random.Random, moves: list[Move]
) -> bool:
    """Append the moves from the trigger to the end; return False if somebody hung up."""
    event = TRIGGER_EVENTS[channel]
    widget = definition.widgets[0]
    taken = next(each for each in widget.exits if each.event == event)
    moves.append(_move(widget, taken, 0))
    while taken.next != ENDED and len(moves) < MAX_STEPS:
        widget = definition.widget(taken.next)
        if widget.subflow and not _run_subflow(widget.subflow, chance, moves):
            return False
        taken = _exit(widget, chance, moves)
        if taken.event != HANGUP or chance.random() < _HANGUP_STEP_SHARE:
            moves.append(_move(widget, taken, chance.randint(0, 2 * widget.seconds)))
        if taken.event == HANGUP:
            return False
    return True


def _path(moves: Sequence[Move]) -> Path:
    ended = moves and moves[-1].next == ENDED
    return Path(tuple(moves), 0 if ended else _LAST_SECONDS)


def _run_subflow(subflow: Definition, chance: random.Random, moves: list[Move]) -> bool:
    """Append the moves of a Subflow; return False if somebody hung up in it."""
    first = len(moves)
    completed = _walk(subflow, Channel.PARENT, chance, moves)
    parent = len(moves)  # of the Run Subflow widget, whose move comes next
    moves[first:] = [
        replace(each, parent=parent) if each.parent is None else each for each in moves[first:]
    ]
    return completed


def _exit(widget: Widget, chance: random.Random, moves: Sequence[Move]) -> Exit:
    if widget.is_split:
        value = moves[-1].value
        return next(each for each in widget.exits if each.value in {value, ""})
    exits = [*widget.exits, Exit(HANGUP, weight=widget.hangup)]
    return chance.choices(exits, [each.weight for each in exits])[0]


def _move(widget: Widget, taken: Exit, seconds: int) -> Move:
    return Move(widget.name, widget.type, taken.event, taken.next, seconds, None, taken.value)
