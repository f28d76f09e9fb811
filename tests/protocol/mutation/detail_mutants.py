"""Mistakes about Steps and Contexts: what is asked for, what is believed, what a mark says."""

from tests.protocol.mutation.mutant import Edit, Mutant, mutant

DETAILS = "tests/protocol/test_details.py"
SINGLE_FAULTS = f"{DETAILS}::test_no_single_fault_at_any_io_loses_or_doubles_a_line"
STARVATION = "tests/protocol/test_detail_starvation.py"
CHILD_LOG_PY = "studio_export/details/child_log.py"
PARENT_PY = "studio_export/details/parent_work.py"
BACKLOG_PY = "studio_export/details/backlog.py"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "the children are not read before the first append",
        CHILD_LOG_PY,
        "        self.read(store, keys.child_lengths(self.listed)[self.parent])\n",
        "        self.length = keys.child_lengths(self.listed)[self.parent]\n",
        DETAILS,
    ),
    mutant(
        "the loser of a race for a child takes the next number without reading",
        CHILD_LOG_PY,
        "                self.read(store, keys.child_lengths(store.list(prefix))[self.parent])\n",
        "                self.length = keys.child_lengths(store.list(prefix))[self.parent]\n",
        DETAILS,
    ),
    mutant(
        "what a writer committed first is written again",
        CHILD_LOG_PY,
        "if sid not in self.sids}",
        "if sid}",
        DETAILS,
    ),
    mutant(
        "the number of lines is in a child's name",
        "studio_export/log/keys.py",
        'return f"{child_prefix(folder, parent)}{number:05}{LINES}"',
        'return f"{child_prefix(folder, parent)}{number * 7:05}{LINES}"',
        f"{SINGLE_FAULTS}[several objects at once]",
    ),
    mutant(
        "the mark comes before the children",
        PARENT_PY,
        "        lines: dict[str, Fetched] = {}\n        size_bytes = 0\n",
        "        self._mark(dataset.folder, len(executions))\n"
        "        lines: dict[str, Fetched] = {}\n        size_bytes = 0\n",
        DETAILS,
    ),
    mutant(
        "one that cannot be read counts as done",
        PARENT_PY,
        "        if log.sids.issuperset(each.sid for each in executions):\n",
        "        if executions or not executions:\n",
        DETAILS,
    ),
    mutant(
        "the Steps are asked for at once",
        BACKLOG_PY,
        "SETTLED = timedelta(minutes=10)",
        "SETTLED = timedelta(minutes=0)",
        f"{DETAILS}::test_nothing_is_asked_for_before_the_ended_line_is_ten_minutes_old",
    ),
    mutant(
        "an empty list of Steps is believed at once",
        PARENT_PY,
        "EMPTY_IS_FINAL = timedelta(hours=1)",
        "EMPTY_IS_FINAL = timedelta(hours=0)",
        f"{DETAILS}::test_an_empty_list_is_believed_an_hour_after_the_ended_line",
    ),
    mutant(
        "a 404 is believed at once",
        PARENT_PY,
        "if not self._is_deleted(dataset, execution):",
        "if not execution.sid:",
        f"{DETAILS}::test_a_404_is_not_believed_while_the_list_has_the_execution_or_fails",
    ),
    mutant(
        "a 404 is believed although the list has the Execution",
        "studio_export/details/evidence.py",
        "return execution.sid not in listed",
        "return bool(listed) or True",
        f"{DETAILS}::test_a_404_is_not_believed_while_the_list_has_the_execution_or_fails",
    ),
    mutant(
        "an Execution that is missing is passed by",
        PARENT_PY,
        '            fetched = dataset.missing(execution, "deleted")\n',
        "            return None\n",
        f"{DETAILS}::test_an_execution_that_twilio_deleted_has_a_line_that_says_so",
    ),
    mutant(
        "the Steps of another Execution are believed",
        "studio_export/twilio/steps.py",
        "if any(each.execution_sid not in {None, execution_sid} for each in fields):",
        "if not execution_sid:",
        f"{DETAILS}::test_steps_of_another_execution_are_refused",
    ),
    mutant(
        "the first page of Steps counts as all",
        "studio_export/details/steps.py",
        "            url = follow(page.next_page_url)\n",
        "            url = None\n",
        DETAILS,
    ),
    mutant(
        "a Step that two pages list is written twice",
        "studio_export/details/steps.py",
        "        steps = _each_once(listed)\n",
        "        steps = list(listed)\n",
        DETAILS,
    ),
    mutant(
        "the books are never closed",
        BACKLOG_PY,
        "        return now >= midnight(self.parent.day) + _DAY + _CLOSED\n",
        "        return now >= midnight(self.parent.day) + 40 * _DAY\n",
        "tests/unit/details/test_backlog.py",
    ),
    mutant(
        "the books are closed while Twilio still has the Executions",
        BACKLOG_PY,
        "        return now >= midnight(self.parent.day) + _DAY + _CLOSED\n",
        "        return now >= midnight(self.parent.day)\n",
        "tests/unit/details/test_backlog.py",
    ),
    mutant(
        "a dataset that is refused ends all",
        "studio_export/details/detail_run.py",
        "        if isinstance(error, StoreUnusableError | ConfigurationError):\n",
        "        if error is not None:\n",
        f"{DETAILS}::test_a_dataset_that_is_refused_keeps_no_other_back",
    ),
    mutant(
        "a 404 is believed although a row of the list is unreadable",
        "studio_export/details/evidence.py",
        "if each.page.rejected:",
        "if not execution.sid:",
        STARVATION,
    ),
    mutant(
        "after a rest what has its line is asked for again",
        "studio_export/details/parent_export.py",
        "executions, logs[folder])",
        "executions, ChildLog(folder, undone.parent, logs[folder].listed))",
        STARVATION,
    ),
    mutant(
        "each run begins at the same Execution",
        PARENT_PY,
        "        return [*missing[first:], *missing[:first]]\n",
        "        return missing[:] if first >= 0 else []\n",
        STARVATION,
    ),
    mutant(
        "an object that cannot be read ends the run",
        "studio_export/details/detail_run.py",
        "min(outcome.counts.failed or 1, MAX_UNANSWERED_OF_PARENT)",
        "max(outcome.counts.failed or 1, 4 * MAX_UNANSWERED_OF_PARENT)",
        STARVATION,
    ),
    mutant(
        "a Flow that Twilio does not know is asked for again and again",
        PARENT_PY,
        "            self._unknown.add(dataset.folder)\n",
        "",
        STARVATION,
    ),
)

# It must survive: every object is read again in every run, which costs requests and no line.
NO_MARKS = Mutant(
    "every mark is ignored",
    (
        Edit(
            BACKLOG_PY,
            "store.list(keys.done_folder(folder, day))))\n",
            "store.list(keys.done_folder(folder, day))[:0]))\n",
        ),
    ),
    ("tests/unit/details/test_backlog.py",),
    bears=(f"{SINGLE_FAULTS}[steps]",),
)
