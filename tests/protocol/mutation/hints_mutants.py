"""Mistakes about the hints: what is watched, what is vouched for, and by what it is noticed."""

from tests.protocol.mutation.mutant import Mutant, Source, mutant

HINTS = "tests/protocol/test_mechanism_hints.py"
FAULTS = "tests/protocol/test_faults.py"

HINTS_PY = Source("studio_export/export/hints.py")
WATCHER_PY = Source("studio_export/export/watcher.py", "tests/unit/export/test_flow_plan_watch.py")
KNOWN_PY = Source("studio_export/export/known.py", "tests/unit/export/test_known.py")
HINTS_CODEC_PY = Source(
    "studio_export/adapters/hints_codec.py", "tests/unit/adapters/test_hints_codec.py"
)
PLAN_PY = Source("studio_export/export/flow_plan.py", "tests/unit/export/test_flow_plan_watch.py")

MUTANTS: tuple[Mutant, ...] = (
    HINTS_PY.mutant(
        "what is newly active is not watched",
        "*within(shown.active, listed), *watched[place.stop :])",
        "*within(watched, listed), *watched[place.stop :])",
        HINTS,
    ),
    WATCHER_PY.mutant(
        "a vanished Execution is forgotten before it is listed",
        "        return replace(spent, ignored_until=0, unanswered=unanswered)\n",
        "        kept = tuple(s for s in watching.watched if s not in differing)\n"
        "        return replace(spent, watched=kept)\n",
        f"{HINTS}::test_a_vanished_execution_stays_watched_until_an_errand_has_listed_it",
    ),
    HINTS_PY.mutant(
        "the cursors are kept where hints are lost",
        "{**dict.fromkeys(cursors, last), head: cursors[head]}",
        "{**dict.fromkeys(cursors, last), **cursors}",
        f"{HINTS}::test_where_hints_are_lost_all_that_they_vouched_for_is_listed_again",
    ),
    KNOWN_PY.mutant(
        "what is new counts as known",
        "            second >= self.head\n",
        "            second > self.head + 10**9\n",
    ),
    KNOWN_PY.mutant(
        "a second that differs from the hints counts as known",
        "            or second in differing\n",
        "",
        HINTS,
    ),
    KNOWN_PY.mutant(
        "the last age believes the hints",
        " or _contains(self.always, record.created)",
        "",
    ),
    KNOWN_PY.mutant(
        "the total of a day is not compared",
        "if total == counts[day] and hints",
        "if total >= 0 and hints",
        "tests/unit/export/test_known.py::test_a_day_with_another_total_or_none_is_compared",
    ),
    HINTS_PY.mutant(
        "a head cursor that was moved back keeps the totals beyond it",
        "not before.cursors or begun.head >= before.head",
        "True",
        "tests/unit/export/test_run_state.py",
    ),
    HINTS_PY.mutant(
        "a part of a day vouches for the day",
        "return start <= day * DAY and stop >= min((day + 1) * DAY, head)",
        "return stop >= min((day + 1) * DAY, head)",
        "tests/unit/export/test_hints.py",
    ),
    HINTS_PY.mutant(
        "the total of a day from which one vanished goes on to vouch",
        "        totals.pop(second // DAY, None)\n",
        "        totals.pop(-1, None)\n",
        f"{HINTS}::test_a_deleted_execution_is_no_longer_watched_and_its_day_vouches_for_nothing",
    ),
    mutant(
        "an answer with an ended Execution counts as an answer",
        "studio_export/export/sweep.py",
        "complete = listed.last and not ignored",
        "complete, ignored = listed.last, False",
        f"{HINTS}::test_a_filter_that_does_not_work_is_tried_once_a_day_and_all_ages_are_listed",
    ),
    WATCHER_PY.mutant(
        "a filter that matches nothing is believed for ever",
        "if vanished and vanished <= Counter(hints",
        "if vanished and not vanished <= vanished and Counter(hints",
        f"{HINTS}::test_a_filter_that_does_not_work_is_tried_once_a_day_and_all_ages_are_listed",
    ),
    HINTS_CODEC_PY.mutant(
        "hints of another head cursor are believed",
        "if item.flow_sid != flow_sid or item.head != ",
        "if item.flow_sid != flow_sid or not ",
    ),
    HINTS_CODEC_PY.mutant(
        "hints of another Flow are believed",
        "if item.flow_sid != flow_sid or",
        "if",
    ),
    WATCHER_PY.mutant(
        "questions that are never answered are asked for ever",
        "if failed.unanswered >= _MAX_UNANSWERED:",
        "if failed.unanswered > 10**9:",
        f"{HINTS}::test_a_filter_that_is_refused_leaves_the_ages_to_find_who_ended",
    ),
    WATCHER_PY.mutant(
        "a hole is asked for like the rest",
        "seconds = [second for second in group if not _in_hole(second, holes)]",
        "seconds = list(group)",
    ),
    PLAN_PY.mutant(
        "an errand that fails counts as a failure of the Flow",
        "        if not self.is_optional(order):\n            self._failed.note(order, swept)\n",
        "        self._failed.note(order, swept)\n",
    ),
    HINTS_PY.mutant(
        "the clock's instants are believed for ever",
        "ask_from=min(hints.ask_from, second + MAX_PAUSE)",
        "ask_from=hints.ask_from",
        "tests/unit/export/test_hints.py",
    ),
    PLAN_PY.mutant(
        "a wide listing counts as a comparison of all that it shows",
        "after, order, swept, order.span)",
        "after, order, swept, order.listed)",
    ),
    PLAN_PY.mutant(
        "an errand runs beside another sweep of its Flow",
        "if not (is_head or self._under_way):",
        "if not is_head:",
    ),
    mutant(
        "an errand that fails keeps the others back",
        "studio_export/export/errands.py",
        "self._waiting.extend(span.halves())",
        "self._waiting.extendleft(reversed(span.halves()))",
        "tests/unit/export/test_flow_plan_watch.py",
    ),
    WATCHER_PY.mutant(
        "an errand never leaves out the second before it",
        "exact = self._failed_errands > 0 or follows_one(checkpoint.holes, errand)",
        "exact = False",
    ),
    WATCHER_PY.mutant(
        "a question behind a hole asks for the hole too",
        "exact=follows_one(checkpoint.holes, question), asks=True",
        "asks=True",
    ),
    mutant(
        "the head reaches back into a hole",
        "studio_export/export/wide_head.py",
        "to_epoch(hole.stop) + 1 for hole",
        "to_epoch(hole.stop) for hole",
        "tests/unit/export/test_flow_plan_watch.py",
    ),
)

# It must survive: every run finds its hints lost, which costs requests and lag, and no line.
NO_HINTS = mutant(
    "every hint is dropped",
    HINTS_PY.file,
    "    if hints is None or 0 < hints.dropped_until <= second:\n",
    "    if hints is None or second:\n",
    f"{HINTS}::test_a_run_whose_hints_vouch_for_everything_reads_no_log",
    bears=(
        f"{FAULTS}::test_without_faults_every_execution_and_every_end_is_exported",
        f"{FAULTS}::test_no_single_fault_at_any_io_loses_or_doubles_a_line[two ages]",
        f"{FAULTS}::test_no_single_fault_at_any_io_loses_or_doubles_a_line[watched Executions]",
    ),
)
