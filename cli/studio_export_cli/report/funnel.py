"""The funnel: how many Executions reached one widget after the other. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from studio_export_cli.report.step_counts import StepCounts, Visits

_MAX_STAGES = 8
_MIN_SHARE = 0.02  # of the Executions, that a stage of the main route has


class Stage(NamedTuple):
    """Executions that reached one of the widgets, after all stages before."""

    widgets: tuple[str, ...]
    executions: int


class Funnel(NamedTuple):
    """The stages of a Flow.

    Attributes:
        began: the Executions that are counted.
        revision: the one that these ran; None for all, or for one that is not known.
        left_out: Executions with rare paths, which are not counted.
    """

    began: int
    stages: tuple[Stage, ...]
    revision: int | None = None
    left_out: int = 0


def parse_stages(text: str) -> tuple[tuple[str, ...], ...]:
    """Parse `greet/welcome,menu,queue`: a stage is a widget, or one of several.

    Raises:
        ValueError: a stage is empty.
    """
    stages = tuple(tuple(map(str.strip, stage.split("/"))) for stage in text.split(","))
    if not all(all(stage) for stage in stages):
        raise ValueError(f"{text!r} has a stage without a widget")
    return stages


def funnel_of(counts: StepCounts, stages: Sequence[tuple[str, ...]] = ()) -> Funnel:
    """Count the stages; without any, those of the main route of the commonest revision."""
    if stages:
        visits = _sum(counts, counts.revisions)
        return _funnel(visits, stages, counts.executions, None, counts.visits.left_out)
    commonest = max(counts.revisions, key=lambda each: counts.revisions[each].executions)
    visits = _sum(counts, [commonest])
    began = counts.revisions[commonest].executions
    return _funnel(visits, _main_route(visits), began, commonest, began - sum(visits.values()))


def reached(counts: StepCounts, widgets: Iterable[str], revision: int | None) -> int:
    """Count the Executions of a revision that reached one of the widgets."""
    wanted = set(widgets)
    return sum(n for visit, n in _sum(counts, [revision]).items() if not wanted.isdisjoint(visit))


def _sum(counts: StepCounts, revisions: Iterable[int | None]) -> Counter[Visits]:
    wanted = set(revisions)
    found: Counter[Visits] = Counter()
    for (revision, visit), executions in counts.visits.counts.items():
        if revision in wanted:
            found[visit] += executions
    return found


def _funnel(
    visits: Mapping[Visits, int],
    stages: Sequence[tuple[str, ...]],
    began: int,
    revision: int | None,
    left_out: int,
) -> Funnel:
    passed = [0] * len(stages)
    for visit, executions in visits.items():
        for number in range(len(_places(visit, stages))):
            passed[number] += executions
    found = tuple(Stage(tuple(names), n) for names, n in zip(stages, passed, strict=True))
    return Funnel(began, found, revision, left_out)


def _places(visit: Visits, stages: Sequence[tuple[str, ...]]) -> list[int]:
    """Return where in the visit each stage was reached first, until one was not in its turn."""
    places: list[int] = []
    for stage in stages:
        first = next((place for place, widget in enumerate(visit) if widget in stage), -1)
        if first <= (places[-1] if places else -1):
            break
        places.append(first)
    return places


def _main_route(visits: Mapping[Visits, int]) -> list[tuple[str, ...]]:
    """Return the widgets that lead, each time, to the one that most go to next."""
    least = _MIN_SHARE * sum(visits.values())
    route: list[tuple[str, ...]] = []
    while len(route) < _MAX_STAGES:
        following: Counter[str] = Counter()
        for visit, executions in visits.items():
            places = _places(visit, route)
            here = places[-1] + 1 if places else 0
            if len(places) == len(route) and here < len(visit):
                following[visit[here]] += executions
        if not following:
            break
        widget = min(following, key=lambda each: (-following[each], each))
        if following[widget] < least:
            break
        route.append((widget,))
    return route
