"""The oracle of the questions about Steps: expected answers, from the simulated Studio itself."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.account import Flow
from simulator.context import context_of
from simulator.definition import ENDED
from simulator.execution import Execution
from simulator.steps import steps_of
from tests.consumers.job import SINCE
from tests.consumers.oracle import Row
from tests.consumers.steps_export import StepsExport

_GREETINGS = {"greet", "welcome"}


@dataclass(frozen=True, slots=True)
class Passed:
    """An Execution with a final line, and its Steps, oldest first; None if it has none."""

    flow: Flow
    execution: Execution
    steps: list[Row] | None
    widgets: dict[str, Any] | None
    has_line: bool

    @property
    def day(self) -> str:
        return self.execution.created.date().isoformat()

    def first(self, names: set[str]) -> int | None:
        """Return the place of the first Step that leads to one of the widgets."""
        places = (n for n, step in enumerate(self.steps or ()) if step["transitioned_to"] in names)
        return next(places, None)


def passed(export: StepsExport, since: str) -> list[Passed]:
    """Return every Execution created on that day or later that has a final line."""
    found = []
    for flow, execution in export.ended():
        is_deleted = execution is export.deleted
        has_line = execution is not export.unanswered
        steps = steps_of(flow, execution, export.now, export.base_url)[::-1]
        context = context_of(flow, execution, export.now, export.base_url)["context"]
        found.append(
            Passed(
                flow,
                execution,
                steps if has_line and not is_deleted else None,
                None if is_deleted else context["widgets"],
                has_line,
            )
        )
    return [each for each in found if each.day >= since]


def steps_answers(export: StepsExport, since: str = SINCE) -> dict[str, list[Row]]:
    found = passed(export, since)
    return {
        "Where they leave": list(_ends(found)),
        "The funnel": [_funnel(found)],
        "Time in each widget": list(_times(found)),
        "Errors and time-outs": list(_errors(found)),
        "The most frequent paths": _paths(found),
        "Widgets that they came to again": list(_again(found)),
        "What they answered": list(_pressed(found)),
        "Did the new revision help": list(_revisions(found)),
        "Widgets that nobody reached": list(_unreached(export, found)),
        "Is it complete": list(_complete(found)),
    }


def _ends(found: Iterable[Passed]) -> Iterable[Row]:
    counts: Counter[tuple[str, str]] = Counter()
    for each in found:
        if each.steps is None:
            continue
        last = each.steps[-1] if each.steps else None
        if last is None:
            counts["(no Step)", "(no Step says)"] += 1
        elif last["transitioned_to"] == ENDED:
            counts[last["transitioned_from"], last["name"]] += 1
        else:
            counts[last["transitioned_to"], "(no Step says)"] += 1
    for (widget, how), executions in counts.items():
        yield {"widget": widget, "how": how, "executions": executions}


def _funnel(found: Iterable[Passed]) -> Row:
    row = {"executions": 0, "greeted": 0, "menu": 0, "queue": 0}
    for each in found:
        if each.steps is None:
            continue
        greeted, menu, queue = (each.first(names) for names in (_GREETINGS, {"menu"}, {"queue"}))
        row["executions"] += 1
        if greeted is None:
            continue
        row["greeted"] += 1
        if menu is None or menu <= greeted:
            continue
        row["menu"] += 1
        row["queue"] += queue is not None and queue > menu
    return row


def _times(found: Iterable[Passed]) -> Iterable[Row]:
    stays: defaultdict[str, list[float]] = defaultdict(list)
    for each in found:
        before = each.execution.created.replace(microsecond=0)
        for step in each.steps or ():
            at = datetime.fromisoformat(step["date_created"])
            stays[step["transitioned_from"]].append(max(0.0, (at - before).total_seconds()))
            before = at
    for widget, seconds in stays.items():
        yield {
            "widget": widget,
            "stays": len(seconds),
            "median_seconds": statistics.median(seconds),
            "p95_seconds": _p95(seconds),
        }


def _p95(seconds: Sequence[float]) -> float:
    if len(seconds) == 1:
        return seconds[0]
    return statistics.quantiles(seconds, n=100, method="inclusive")[94]


def _errors(found: Iterable[Passed]) -> Iterable[Row]:
    events: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in found:
        for step in each.steps or ():
            events[step["transitioned_from"]][step["name"]] += 1
    for widget, counts in events.items():
        yield {
            "widget": widget,
            "times": counts.total(),
            "failed": sum(n for name, n in counts.items() if "fail" in name.lower()),
            "timed_out": counts["timeout"],
        }


def _paths(found: Iterable[Passed]) -> list[Row]:
    paths = [
        " > ".join(step["transitioned_to"] for step in each.steps) for each in found if each.steps
    ]
    ranked = sorted(Counter(paths).items(), key=lambda each: (-each[1], each[0]))
    return [{"path": path, "executions": executions} for path, executions in ranked[:10]]


def _again(found: Iterable[Passed]) -> Iterable[Row]:
    times: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for each in found:
        places = ((step["transitioned_from"], step["parent_step_sid"]) for step in each.steps or ())
        for (widget, _subflow), count in Counter(places).items():
            times[widget].append((each.execution.sid, count))
    for widget, counts in times.items():
        yield {
            "widget": widget,
            "executions": len({sid for sid, _ in counts}),
            "again": sum(count > 1 for _, count in counts),
            "max_times": max(count for _, count in counts),
        }


def _pressed(found: Iterable[Passed]) -> Iterable[Row]:
    menus = [each.widgets["menu"] for each in found if each.widgets and "menu" in each.widgets]
    counts = Counter((menu.get("Digits"), menu.get("SpeechResult")) for menu in menus)
    for (digits, speech), executions in counts.items():
        yield {"digits": digits, "speech": speech, "executions": executions}


def _revisions(found: Iterable[Passed]) -> Iterable[Row]:
    groups: defaultdict[tuple[str, int], list[Passed]] = defaultdict(list)
    for each in found:
        if each.steps is not None:
            groups[each.flow.sid, each.execution.revision].append(each)
    for (flow_sid, revision), group in groups.items():
        yield {
            "flow_sid": flow_sid,
            "flow_version": revision,
            "executions": len(group),
            "to_queue": sum(each.first({"queue"}) is not None for each in group),
            "timed_out": sum(
                any(step["name"] == "timeout" for step in each.steps or ()) for each in group
            ),
        }


def _unreached(export: StepsExport, found: Iterable[Passed]) -> Iterable[Row]:
    for flow in export.flows:
        ours = [each for each in found if each.flow is flow]
        newest = max(each.execution.revision for each in ours)
        reached = {
            step["transitioned_to"]
            for each in ours
            if each.execution.revision == newest
            for step in each.steps or ()
        }
        _trigger, *widgets = flow.definition(newest).widgets
        for widget in widgets:
            if widget.name not in reached:
                yield {
                    "flow_sid": flow.sid,
                    "revision": newest,
                    "widget": widget.name,
                    "type": widget.type,
                }


def _complete(found: Iterable[Passed]) -> Iterable[Row]:
    days: defaultdict[str, list[Passed]] = defaultdict(list)
    for each in found:
        days[each.day].append(each)
    for day, group in days.items():
        lines = sum(each.has_line for each in group)
        yield {
            "dt": day,
            "ended": len(group),
            "lines": lines,
            "executions": lines,
            "no_line": len(group) - lines,
            "missing": sum(each.has_line and each.steps is None for each in group),
        }
