"""Mistakes about cursors, spans, clocks and the lease."""

from tests.protocol.mutation.mutant import Edit, Mutant, Source, mutant

AGES = "tests/unit/export/test_ages.py"
WORK = "tests/unit/export/test_flow_plan.py"
POISON = "tests/protocol/test_poison.py"
HOLES = f"{POISON}::test_what_cannot_be_listed_is_reported_at_every_run_and_tried_again"
MECHANISM = "tests/protocol/test_mechanism_cursors.py"
FAULTS = "tests/protocol/test_faults.py"
OVERLAPS = "tests/protocol/test_overlaps.py"

_PASSED = "max(checkpoint.cursors[age], min(span.stop, instant_at_age(now, age)))"

FLOW_PLAN_PY = Source("studio_export/export/flow_plan.py", MECHANISM)
SCHEDULER_PY = Source("studio_export/export/scheduler.py", MECHANISM)
RUN_STATE_PY = Source("studio_export/export/run_state.py")
AGES_PY = Source("studio_export/export/ages.py", AGES)
FAILED_SPANS_PY = Source("studio_export/export/failed_spans.py", HOLES)

# Not counted: a lease that was lost while its owner goes on saving, and a lease without grace, as
# the lease carries no safety; a later span that finishes first and is forgotten (listed again).
# "now" of the event cannot be written: `Exporter.export` is given no instant but a replay's.
MUTANTS: tuple[Mutant, ...] = (
    FLOW_PLAN_PY.mutant(
        "cursor before append",
        "self._under_way.append(order)\n",
        "self._under_way.append(order)\n"
        "                early = ages.advance_cursors(self._checkpoint, order.span, self._now)\n"
        "                self._checkpoint = early\n",
    ),
    FLOW_PLAN_PY.mutant(
        "an incomplete sweep advances",
        "        if swept.complete:\n            answered",
        "        if True:\n            answered",
    ),
    SCHEDULER_PY.mutant(
        "a listing without time left counts as complete",
        "replace(swept, failure=None))\n                plan.stop(None)",
        "replace(swept, failure=None, complete=True))\n                plan.stop(None)",
    ),
    FLOW_PLAN_PY.mutant(
        "the counts of a listing that was given up are dropped",
        "        self.counts += swept.counts\n",
        "        self.counts += swept.counts if swept.complete else Counts()\n",
        WORK,
    ),
    mutant(
        "the command gives up a run that makes progress",
        "studio_export_cli/run_loop.py",
        "self._idle = self._idle + 1 if is_idle else 0",
        "self._idle += 1",
        "tests/unit/cli/test_run_loop.py",
    ),
    RUN_STATE_PY.mutant(
        "a replay begins at the full hour",
        "cursors={0: span.start}",
        "cursors={0: span.start.replace(minute=0, second=0)}",
        "tests/unit/export/test_exporter.py::test_a_replay_begins_and_ends_where_it_was_asked_to",
    ),
    FLOW_PLAN_PY.mutant(
        "a cursor passes a failed span because a later one succeeded",
        "self._under_way.remove(order)",
        "self._swept[order] = SweepResult(Counts(), complete=True)",
        WORK,
    ),
    AGES_PY.mutant(
        "a cursor moves over seconds before the span",
        "if span.start <= cursor < span.stop]",
        "if cursor < span.stop]",
    ),
    AGES_PY.mutant(
        "a cursor moves past the instants that have its age",
        _PASSED,
        "max(checkpoint.cursors[age], span.stop)",
        MECHANISM,
    ),
    AGES_PY.mutant(
        "the upper bound is now, not now - age",
        "Span(cursor, instant_at_age(now, age))",
        "Span(cursor, now)",
    ),
    AGES_PY.mutant(
        "a cursor moves back",
        _PASSED,
        "min(span.stop, instant_at_age(now, age))",
    ),
    FLOW_PLAN_PY.mutant(
        "max(date_created) as checkpoint",
        "        moved = ages.advance(checkpoint, order.span, self._now, done",
        "        newest = max(done.shown.created, default=order.span.start)\n"
        "        span = Span(order.span.start, newest)\n"
        "        moved = ages.advance(checkpoint, span, self._now, done",
        f"{MECHANISM}::test_a_cursor_advances_by_the_range_listed_and_does_not_chase_the_clock",
    ),
    AGES_PY.mutant(
        "a new Flow starts now, without its past",
        "start = instant_at_age(now, lookback)",
        "start = now",
    ),
    AGES_PY.mutant(
        "a new age starts at now - age, without what is older",
        "checkpoint.cursors.get(age, start)",
        "checkpoint.cursors.get(age, instant_at_age(now, age))",
        f"{AGES}::test_a_new_age_begins_where_the_next_larger_one_came_to",
    ),
    AGES_PY.mutant(
        "a cursor in the future is kept",
        "start = min(checkpoint.cursors.get(age, start), latest)",
        "start = checkpoint.cursors.get(age, start)",
        f"{AGES}::test_a_cursor_that_no_right_clock_can_have_written_goes_back_to_where_it_may_be",
    ),
    AGES_PY.mutant(
        "a last age at which Twilio has deleted",
        "for days in range(1, 30)",
        "for days in range(1, 31)",
    ),
    FLOW_PLAN_PY.mutant(
        "work that is still due is reported as complete",
        "still_due=len(due)",
        "still_due=len(due) if self._under_way else 0",
        f"{FAULTS}::test_no_single_fault_at_any_io_loses_or_doubles_a_line[one age only]",
    ),
    AGES_PY.mutant(
        "an old age waits for half its age, and Twilio deletes first",
        "min(age // 2, _MAX_RANGE)",
        "age // 2",
    ),
    AGES_PY.mutant(
        "the span nearest to deletion comes last",
        "else min(ranges, key=lambda age: ranges[age].start)",
        "else max(ranges, key=lambda age: ranges[age].start)",
    ),
    SCHEDULER_PY.mutant(
        "the clock is read after each listing: the end moves",
        "            self._record(plan, done.order, outcome, took_seconds)\n",
        "            plan._now = self._sweeper.clock.now().replace(microsecond=0)\n"
        "            self._record(plan, done.order, outcome, took_seconds)\n",
    ),
    RUN_STATE_PY.mutant(
        "a warm process keeps the clock of an earlier run",
        "now = self.clock.now().replace(microsecond=0)",
        'now = ages.__dict__.setdefault("NOW", self.clock.now().replace(microsecond=0))',
        "tests/unit/export/test_run_state.py::test_a_flow_under_another_lease_is_not_opened",
    ),
    AGES_PY.mutant(
        "fixed span: it never narrows (livelock)",
        "    seconds = span.seconds // 4\n",
        "    seconds = span.seconds\n",
    ),
    AGES_PY.mutant(
        "the first listing of a new Flow is an hour",
        "_NEW_AGE_SPAN if checkpoint.spans else lookback",
        "_NEW_AGE_SPAN",
        "tests/unit/export/test_first_listing.py",
    ),
    AGES_PY.mutant(
        "fixed span: it never adapts",
        "    moved = advance_cursors(checkpoint, span, now)\n"
        "    return replace(moved, spans={**checkpoint.spans, **spans})\n\n\ndef advance_cursors",
        "    return advance_cursors(checkpoint, span, now)\n\n\ndef advance_cursors",
        WORK,
    ),
    FAILED_SPANS_PY.mutant(
        "a hole is skipped and not kept",
        "kept = replace(checkpoint, holes=merged)",
        "kept = checkpoint",
    ),
    FLOW_PLAN_PY.mutant(
        "a hole is never tried again",
        "        retry = None if self._under_way else",
        "        retry = None if not self._stopped else",
        HOLES,
    ),
    mutant(
        "a wide hole is never split",
        "studio_export/export/errands.py",
        "        if span.seconds > 1:\n",
        "        if span.seconds < 1:\n",
        f"{WORK}::test_a_wide_hole_that_still_fails_is_split_down_to_the_second_that_fails",
    ),
    FAILED_SPANS_PY.mutant(
        "a hole is not skipped",
        "        if swept.failure and _is_hole(checkpoint, order):\n",
        "        if swept.failure and self.are_too_many:\n",
    ),
    FAILED_SPANS_PY.mutant(
        "the second after a hole is lost",
        "return narrowest or holes.follows_one(checkpoint.holes, span)",
        "return narrowest",
        "tests/unit/export/test_flow_plan.py",
    ),
    FLOW_PLAN_PY.mutant(
        "an expired hole is not counted",
        "Counts(holes_expired=expired_seconds)",
        "Counts()",
        f"{POISON}::test_a_hole_that_twilio_deleted_is_counted_once_and_forgotten",
    ),
    AGES_PY.mutant(
        "shared span: one dense age narrows all",
        "dict.fromkeys(covered_ages(checkpoint, span), max(1, seconds))",
        "dict.fromkeys(checkpoint.cursors, max(1, seconds))",
    ),
    AGES_PY.mutant(
        "shared span: the narrowest age narrows all",
        "fits = checkpoint.spans[seed]",
        "fits = min(checkpoint.spans.values())",
        MECHANISM,
    ),
    mutant(
        "an item of a newer version is overwritten",
        "studio_export/adapters/checkpoint_codec.py",
        '"version", version) > VERSION:',
        '"version", version) > 9 * VERSION:',
        "tests/contract/test_checkpoints_contract.py"
        "::test_an_item_of_a_newer_version_is_refused_and_left_alone[sqlite-free]",
    ),
)

# The one that must survive. Every invocation holds the same lease, which ends as it begins: each
# acquire succeeds, and each save.
NO_LEASE = Mutant(
    "the lease is ignored",
    (
        Edit(
            "studio_export/export/run_state.py",
            "self.checkpoints.acquire(flow_sid, self.owner, now, lease_end)",
            'self.checkpoints.acquire(flow_sid, "anybody", now, now)',
        ),
        Edit(
            "studio_export/export/run_state.py",
            "        return self.checkpoints.save(plan.flow_sid, self.owner,",
            "        now = self.clock.now()\n"
            '        self.checkpoints.acquire(plan.flow_sid, "anybody", now, now)\n'
            '        return self.checkpoints.save(plan.flow_sid, "anybody",',
        ),
    ),
    (f"{OVERLAPS}::test_with_the_lease_the_second_invocation_does_no_work",),
    bears=(
        f"{FAULTS}::test_without_faults_every_execution_and_every_end_is_exported",
        f"{FAULTS}::test_no_single_fault_at_any_io_loses_or_doubles_a_line[two ages]",
        f"{OVERLAPS}::test_no_meeting_of_several_invocations_loses_or_doubles_a_line",
    ),
)
