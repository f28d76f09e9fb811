"""What `compact` says of the days: lines for a person, JSON for a script, and a code. Pure."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from studio_export.compaction.days import Stage, complete_from, ripe
from studio_export.function.compaction_result import day_as_json
from studio_export_cli import output
from studio_export_cli.compact.day_run import Planned, Result
from studio_export_cli.output import many

_NOTHING = "nothing is due"
_ROW = "{:<10}  {:>7}  {:>9}  {:>9}  {:>5}  {:>7}  {}"


def lines(results: Sequence[Result]) -> Iterator[str]:
    """A table, and what it comes to."""
    if not results:
        yield _NOTHING
        return
    yield _ROW.format("DAY", "OBJECTS", "ROWS", "NEW", "PARTS", "PARQUET", "").rstrip()
    for result in results:
        yield _row(result)
    done = [result.day.done for result in results if result.day.done]
    rows, added = sum(each.rows for each in done), sum(each.added for each in done)
    yield f"{many(len(results), 'day')}: {many(rows, 'row')}, {added:,} of them new"


def _row(result: Result) -> str:
    day, done = result.day, result.day.done
    if result.error or done is None:
        said = "failed" if result.error else f"too young: from {ripe(day.day):%Y-%m-%d} on"
        return _ROW.format(day.day, "-", "-", "-", "-", "-", said)
    counts = (done.objects, done.rows, done.added, done.parts, result.columns)
    return _ROW.format(day.day, *(f"{each:,}" for each in counts), _stage(day.day, day.stage))


def plan_lines(plan: Sequence[Planned]) -> Iterator[str]:
    yield from map(_plan_line, plan) if plan else (_NOTHING,)


def _plan_line(planned: Planned) -> str:
    objects = many(planned.objects, "object")
    if planned.stage is Stage.YOUNG:
        return f"{planned.day}  too young: from {ripe(planned.day):%Y-%m-%d} on"
    return f"{planned.day}  would read {objects}; {_stage(planned.day, planned.stage)}"


def json_line(result: Result) -> str:
    said = day_as_json(replace(result.day, error=result.error))
    return json.dumps(said | ({"parquet": result.columns} if result.day.done else {}))


def exit_code(results: Iterable[Result], must: Iterable[str]) -> int:
    """The worst of what the days deserve. Days that `must` be compacted may not be too young."""
    wanted = set(must)
    codes = {
        output.exit_code_of(type(result.error)) if result.error else output.TRY_AGAIN
        for result in results
        if result.error or (result.day.done is None and result.day.day in wanted)
    }
    if codes - {output.TRY_AGAIN}:
        return output.FAILED
    return output.TRY_AGAIN if codes else output.OK


def _stage(day: str, stage: Stage) -> str:
    if stage is Stage.COMPLETE:
        return "complete"
    return f"more may end until {complete_from(day):%Y-%m-%d}"
