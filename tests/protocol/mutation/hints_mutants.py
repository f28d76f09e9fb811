"""Mistakes about the hints: what is watched, what is vouched for, and by what it is noticed."""

from tests.protocol.mutation.mutant import Edit, Mutant, mutant

HINTS = "tests/protocol/test_mechanism_hints.py"
FAULTS = "tests/protocol/test_faults.py"
CODEC = "tests/unit/adapters/test_hints_codec.py"
HINTS_PY = "studio_export/export/hints.py"
KNOWN_PY = "studio_export/export/known.py"
WATCHER_PY = "studio_export/export/watcher.py"
PLAN_PY = "studio_export/export/flow_plan.py"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "what is newly active is not watched",
        HINTS_PY,
        "*within(shown.active, listed), *watched[place.stop :])",
        "*within(watched, listed), *watched[place.stop :])",
        HINTS,
    ),
    mutant(
        "a vanished Execution is forgotten before it is listed",
        WATCHER_PY,
        "        return replace(spent, ignored_until=0, unanswered=unanswered)\n",
        "        kept = tuple(s for s in watching.watched if s not in differing)\n"
        "        return replace(spent, watched=kept)\n",
        f"{HINTS}::test_a_vanished_execution_stays_watched_until_an_errand_has_listed_it",
    ),
    mutant(
        "the cursors are kept where hints are lost",
        HINTS_PY,
        "{**dict.fromkeys(cursors, last), head: cursors[head]}",
        "{**dict.fromkeys(cursors, last), **cursors}",
        f"{HINTS}::test_where_hints_are_lost_all_that_they_vouched_for_is_listed_again",
    ),
    mutant(
        "what is new counts as known",
        KNOWN_PY,
        "            second >= self.head\n",
        "            second > self.head + 10**9\n",
        "tests/unit/export/test_known.py",
    ),
    mutant(
        "a second that differs from the hints counts as known",
        KNOWN_PY,
        "            or second in differing\n",
        "",
        HINTS,
    ),
    mutant(
        "the last age believes the hints",
        KNOWN_PY,
        "            or _contains(self.always, record.created)\n",
        "",
        "tests/unit/export/test_known.py",
    ),
    mutant(
        "the total of a day is not compared",
        KNOWN_PY,
        "if total == counts[day] and hints",
        "if total >= 0 and hints",
        f"{HINTS}::test_a_day_with_another_total_is_compared_with_the_logs",
    ),
    mutant(
        "a part of a day vouches for the day",
        HINTS_PY,
        "return start <= day * DAY and stop >= min((day + 1) * DAY, head)",
        "return stop >= min((day + 1) * DAY, head)",
        "tests/unit/export/test_hints.py",
        "tests/unit/export/test_known.py",
    ),
    mutant(
        "the total of a day from which one vanished goes on to vouch",
        HINTS_PY,
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
    mutant(
        "a filter that matches nothing is believed for ever",
        WATCHER_PY,
        "if vanished and vanished <= Counter(hints",
        "if vanished and not vanished <= vanished and Counter(hints",
        f"{HINTS}::test_a_filter_that_does_not_work_is_tried_once_a_day_and_all_ages_are_listed",
    ),
    mutant(
        "hints of another head cursor are believed",
        "studio_export/adapters/hints_codec.py",
        "if item.flow_sid != flow_sid or item.head != ",
        "if item.flow_sid != flow_sid or not ",
        CODEC,
    ),
    mutant(
        "hints of another Flow are believed",
        "studio_export/adapters/hints_codec.py",
        "if item.flow_sid != flow_sid or",
        "if",
        CODEC,
    ),
    mutant(
        "questions that are never answered are asked for ever",
        WATCHER_PY,
        "if failed.unanswered >= _MAX_UNANSWERED:",
        "if failed.unanswered > 10**9:",
        f"{HINTS}::test_a_filter_that_is_refused_leaves_the_ages_to_find_who_ended",
    ),
    mutant(
        "a hole is asked for like the rest",
        WATCHER_PY,
        "seconds = [second for second in group if not _in_hole(second, holes)]",
        "seconds = list(group)",
        "tests/unit/export/test_flow_plan_watch.py",
    ),
    mutant(
        "an errand that fails counts as a failure of the Flow",
        PLAN_PY,
        "        if not self.is_optional(order):\n            self._failed.note(order, swept)\n",
        "        self._failed.note(order, swept)\n",
        "tests/unit/export/test_flow_plan_watch.py",
    ),
    mutant(
        "the clock's instants are believed for ever",
        HINTS_PY,
        "ask_from=min(hints.ask_from, second + MAX_PAUSE)",
        "ask_from=hints.ask_from",
        "tests/unit/export/test_hints.py",
    ),
    mutant(
        "a wide listing counts as a comparison of all that it shows",
        PLAN_PY,
        "after, order, swept, order.span)",
        "after, order, swept, order.listed)",
        "tests/unit/export/test_flow_plan_watch.py",
    ),
    mutant(
        "an errand runs beside another sweep of its Flow",
        PLAN_PY,
        "if not (is_head or self._under_way):",
        "if not is_head:",
        "tests/unit/export/test_flow_plan_watch.py",
    ),
    mutant(
        "an errand that fails keeps the others back",
        "studio_export/export/errands.py",
        "self._waiting.extend(span.halves())",
        "self._waiting.extendleft(reversed(span.halves()))",
        "tests/unit/export/test_flow_plan_watch.py",
    ),
    mutant(
        "an errand never leaves out the second before it",
        WATCHER_PY,
        "exact = self._failed_errands > 0 or follows_one(checkpoint.holes, errand)",
        "exact = False",
        "tests/unit/export/test_flow_plan_watch.py",
    ),
    mutant(
        "a question behind a hole asks for the hole too",
        WATCHER_PY,
        "exact=follows_one(checkpoint.holes, question), asks=True",
        "asks=True",
        "tests/unit/export/test_flow_plan_watch.py",
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
NO_HINTS = Mutant(
    "every hint is dropped",
    (
        Edit(
            HINTS_PY,
            "    if hints is None or 0 < hints.dropped_until <= second:\n",
            "    if hints is None or second:\n",
        ),
    ),
    (f"{HINTS}::test_a_run_whose_hints_vouch_for_everything_reads_no_log",),
    bears=(
        f"{FAULTS}::test_without_faults_every_execution_and_every_end_is_exported",
        f"{FAULTS}::test_no_single_fault_at_any_io_loses_or_doubles_a_line[two ages]",
        f"{FAULTS}::test_no_single_fault_at_any_io_loses_or_doubles_a_line[watched Executions]",
    ),
)
