"""The results of `compact`, as lines, as JSON and as an exit code. Pure."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from studio_export.compaction.compact_day import CompactionResult
from studio_export.compaction.compactor import Day
from studio_export.compaction.days import Stage, complete_from, ripe
from studio_export.function.compaction_result import day_as_json
from studio_export_cli import exit_codes
from studio_export_cli.compact.day_run import Planned, Result
from studio_export_cli.output import quantity

_NOT_YET = {Stage.YOUNG, Stage.WAITING}
_NOTHING = "No day is due."
_ROW = "{:<10}  {:<10}  {:>7}  {:>9}  {:>9}  {:>5}  {:>7}  {}"


def lines(results: Sequence[Result]) -> Iterator[str]:
    """A table of the days, and their total."""
    if not results:
        yield _NOTHING
        return
    yield _ROW.format("DATASET", "DAY", "OBJECTS", "ROWS", "NEW", "PARTS", "PARQUET", "").rstrip()
    for result in results:
        yield _row(result)
    done = [result.day.done for result in results if result.day.done]
    rows, added = sum(each.rows for each in done), sum(each.added for each in done)
    days = len({result.day.day for result in results})
    yield f"{quantity(days, 'day')}: {quantity(rows, 'row')}, {added:,} of them new"


def _row(result: Result) -> str:
    day, done = result.day, result.day.done
    place = (day.folder.rstrip("/"), day.day)
    if result.error or done is None:
        state = "failed" if result.error else _too_young(day.day)
        return _ROW.format(*place, "-", "-", "-", "-", "-", state)
    counts = (done.objects, done.rows, done.added, done.parts, result.parquet)
    return _ROW.format(*place, *(f"{each:,}" for each in counts), _state(day, done))


def _state(day: Day, done: CompactionResult) -> str:
    executions = quantity(done.absent, "Execution")
    if day.stage is Stage.WAITING:
        return f"waits for the lines of {executions}, and nothing is written"
    state = _stage(day.day, day.stage)
    return f"{state}; {executions} never got a line" if done.absent else state


def plan_lines(plan: Sequence[Planned]) -> Iterator[str]:
    yield from map(_plan_line, plan) if plan else (_NOTHING,)


def _plan_line(planned: Planned) -> str:
    place = f"{planned.folder.rstrip('/'):<10}  {planned.day}"
    objects = quantity(planned.objects, "object")
    if planned.stage is Stage.YOUNG:
        return f"{place}  {_too_young(planned.day)}"
    return f"{place}  {objects} to read; {_stage(planned.day, planned.stage)}"


def json_line(result: Result) -> str:
    day = day_as_json(replace(result.day, error=result.error))
    return json.dumps(day | ({"parquet": result.parquet} if result.day.done else {}))


def exit_code(results: Iterable[Result], required: Iterable[str]) -> int:
    """Return the worst code of the days. A day that is `required` may neither be young nor wait."""
    wanted = set(required)
    codes = {
        exit_codes.exit_code_of(type(result.error)) if result.error else exit_codes.TRY_AGAIN
        for result in results
        if result.error or (result.day.stage in _NOT_YET and result.day.day in wanted)
    }
    if codes - {exit_codes.TRY_AGAIN}:
        return exit_codes.FAILED
    return exit_codes.TRY_AGAIN if codes else exit_codes.OK


def _too_young(day: str) -> str:
    return f"too young; compact it from {ripe(day):%Y-%m-%d} on"


def _stage(day: str, stage: Stage) -> str:
    if stage is Stage.COMPLETE:
        return "complete"
    return f"more may end until {complete_from(day):%Y-%m-%d}"
