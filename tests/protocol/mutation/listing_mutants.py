"""Mistakes about a listing: its bounds, its pages, and what is not one."""

from tests.protocol.mutation.mutant import Mutant, Source, mutant

LISTING = "tests/unit/twilio/test_listing.py"
SWEEP = "tests/unit/export/test_sweep.py"
REJECTED = (
    f"{SWEEP}::test_a_rejected_record_is_put_aside_once_under_its_digest_and_the_sweep_goes_on"
)
ENVELOPE = "tests/unit/twilio/test_page_envelope.py"
MECHANISM = "tests/protocol/test_mechanism_listing.py"
HOSTS = "tests/unit/adapters/test_twilio_http_hosts.py"

_GET = "        reply = source.get(url, deadline)\n"
_CAUGHT = f"        try:\n    {_GET}        except Exception as error:\n"

LISTING_PY = Source("studio_export/twilio/listing.py", MECHANISM)
TWILIO_HTTP_PY = Source("studio_export/adapters/twilio_http.py")
RETRY_PY = Source("studio_export/adapters/retry.py")
PAGE_PY = Source("studio_export/twilio/page.py", ENVELOPE)
SWEEP_PY = Source("studio_export/export/sweep.py", SWEEP)
EXPORTER_PY = Source("studio_export/export/exporter.py")
SCHEDULER_PY = Source("studio_export/export/scheduler.py", "tests/unit/export/test_scheduler.py")

# Not counted: `redirect=True` in the HTTP adapter, since without retries urllib3 follows none.
MUTANTS: tuple[Mutant, ...] = (
    LISTING_PY.mutant(
        "lower bound exclusive",
        "format_instant(span.start - tolerance)",
        "format_instant(span.start + tolerance)",
    ),
    LISTING_PY.mutant(
        "no second of tolerance at the lower bound",
        "format_instant(span.start - tolerance)",
        "format_instant(span.start)",
    ),
    LISTING_PY.mutant(
        "the second of tolerance counts as a lost filter",
        "span.start - 2 * TOLERANCE, span.stop + TOLERANCE",
        "span.start, span.stop",
        SWEEP,
    ),
    LISTING_PY.mutant(
        "a lost filter is ignored",
        "        _check_range(page, span)\n",
        "",
        SWEEP,
    ),
    LISTING_PY.mutant(
        "only the first page of Executions is read",
        "record in page.records), *page.rejected])\n        url = follow(page.next_page_url)",
        "record in page.records), *page.rejected])\n        url = follow(None)",
        f"{SWEEP}::test_pages_are_followed_to_the_last_and_make_one_object_an_hour",
    ),
    LISTING_PY.mutant(
        "only the first page of Flows is read",
        "            url = follow(page.next_page_url)\n",
        "            url = follow(None)\n",
        LISTING,
    ),
    LISTING_PY.mutant(
        "a Flow on two pages is exported twice",
        "FlowList(tuple(sorted(sids)),",
        "FlowList(tuple(sorted([*sids, *page.sids])),",
        LISTING,
    ),
    LISTING_PY.mutant(
        "next_page_url not checked: another Flow",
        "if parts.path != first.path:",
        "if not parts.path:",
        LISTING,
    ),
    LISTING_PY.mutant(
        "next_page_url not checked: a cycle",
        "if own in seen:",
        "if own in ():",
        LISTING,
    ),
    TWILIO_HTTP_PY.mutant(
        "credentials go to any host",
        "if _origin(url) != self._origin:",
        "if _origin(url) is None:",
        f"{HOSTS}::test_a_foreign_url_is_refused_before_any_request",
    ),
    RETRY_PY.mutant(
        "a failed page is not requested again",
        "if self._failures >= self._policy.attempts:",
        "if self._failures:",
        "tests/unit/adapters/test_twilio_http_failures.py::TestFailure",
    ),
    LISTING_PY.mutant(
        "a failed page counts as the last",
        _GET,
        f"{_CAUGHT}            break\n",
        f"{SWEEP}::test_sound_pages_before_a_failure_are_appended",
    ),
    PAGE_PY.mutant(
        "an unreadable page counts as empty",
        'raise InvalidPageError("the page is not a page of Executions") from error',
        "return Page([], [], None)",
    ),
    mutant(
        "a page of another list counts as one of Executions",
        "studio_export/twilio/envelope.py",
        "if key != expected:",
        "if not key:",
        ENVELOPE,
    ),
    RETRY_PY.mutant(
        "the first 404 is final",
        "_MAX_NOT_FOUND = 2",
        "_MAX_NOT_FOUND = 1",
        "tests/unit/adapters/test_twilio_http_refusals.py::test_a_spurious_404_is_healed",
    ),
    LISTING_PY.mutant(
        "404 means no Executions",
        _GET,
        f'{_CAUGHT}            if type(error).__name__ != "FlowNotFoundError":\n'
        "                raise\n            break\n",
        "tests/unit/export/test_scheduler.py::test_a_flow_that_fails_does_not_stop_the_others",
    ),
    SWEEP_PY.mutant(
        "the buffer is dropped at the last page",
        "        appended.append(unknown)\n",
        "",
    ),
    SWEEP_PY.mutant(
        "the buffer is dropped if the last page is empty",
        "            complete = listed.last\n",
        "            complete = listed.last\n            buffer = buffer if page.records else []\n",
    ),
    SWEEP_PY.mutant(
        "the pages before a failure are dropped",
        "                failure = listed\n",
        "                failure, buffer = listed, []\n",
    ),
    LISTING_PY.mutant(
        "an endless listing is followed forever",
        "if self._barren_pages >= MAX_BARREN_PAGES:",
        "if self._barren_pages >= 90:",
        SWEEP,
    ),
    PAGE_PY.mutant(
        "one row without a Sid hides every Flow",
        "    unusable = [row for row, sid",
        '    if not all(map(is_flow_sid, sids)):\n        raise InvalidPageError("a row")\n'
        "    unusable = [row for row, sid",
    ),
    PAGE_PY.mutant(
        "one row that is not JSON rejects its page",
        "    except (ValueError, RecursionError):\n        return None",
        "    except (ValueError, RecursionError) as error:\n"
        '        raise InvalidPageError("a row") from error\n        return None',
    ),
    SWEEP_PY.mutant(
        "an incomplete sweep is called complete",
        "        appended.counts,\n        complete,",
        "        appended.counts,\n        True,",
    ),
    SWEEP_PY.mutant(
        "empty pages counted: a livelock at the narrowest span",
        "filled_pages += bool(page.records)",
        "filled_pages += 1",
        f"{SWEEP}::test_empty_pages_do_not_make_a_listing_too_long",
    ),
    SWEEP_PY.mutant(
        "a second with too many pages is given up",
        " and order.listed.seconds > 1",
        "",
    ),
    SWEEP_PY.mutant(
        "the first listing of a busy Flow goes on for sixteen pages",
        "min(order.max_pages or sweeper.max_pages, sweeper.max_pages)",
        "sweeper.max_pages",
        "tests/unit/export/test_first_listing.py",
    ),
    SWEEP_PY.mutant(
        "the counts of a failed sweep are dropped",
        "        error.counts += appended.counts\n",
        "",
    ),
    TWILIO_HTTP_PY.mutant(
        "no deadline while a body arrives",
        ">= deadline:\n                raise ReadTimeoutError",
        "< 0:\n                raise ReadTimeoutError",
        "tests/unit/adapters/test_twilio_http_deadlines.py",
    ),
    SWEEP_PY.mutant(
        "a rejected record stops the sweep",
        "appended.reject(page.rejected)",
        'if page.rejected:\n                raise StudioExportError("rejected")',
        REJECTED,
    ),
    SWEEP_PY.mutant(
        "a rejected record is dropped silently",
        "appended.reject(page.rejected)",
        "appended.counts += Counts(rejected=len(page.rejected))",
        REJECTED,
    ),
    mutant(
        "verify reports only the first gap of a log",
        "studio_export_cli/verify/log_audit.py",
        "        before = number\n",
        "        before = number if before < 0 else 99_999\n",
        "tests/unit/cli/test_log_audit.py",
    ),
    SCHEDULER_PY.mutant(
        "ThrottledError counted as failure",
        "                plan.record_result(order, replace(swept, failure=None))\n"
        "                plan.stop(None)",
        "                plan.record_result(order, swept)\n"
        "                plan.stop(failure_of(swept.failure))",
    ),
    SCHEDULER_PY.mutant(
        "a throttled listing does not narrow",
        "plan.record_result(order, replace(swept, failure=None))\n",
        "plan.record_failure(order, None, swept.counts)\n",
    ),
    SCHEDULER_PY.mutant(
        "a listing that is never answered does not narrow",
        "                plan.record_result(order, swept)\n                silent",
        "                plan.record_failure(order, failure_of(error), swept.counts)\n"
        "                silent",
        "tests/protocol/test_mechanism_cursors.py",
    ),
    SCHEDULER_PY.mutant(
        "one refused Flow stops the others",
        "stopped = self._stopped or (None if self._answered else self._refusal)",
        "stopped = self._stopped or self._refusal",
    ),
    SCHEDULER_PY.mutant(
        "during an outage every Flow narrows to one second",
        "if self._fruitless >= _MAX_FRUITLESS or silent_seconds > _MAX_FRUITLESS_SECONDS:",
        "if self._fruitless >= 10_000:",
    ),
    EXPORTER_PY.mutant(
        "every run begins with the same Flow",
        "self.first(len(sids) or 1)",
        "0",
        "tests/unit/export/test_scheduler_limits.py",
    ),
    mutant(
        "no shard has the Flows of the last one",
        "studio_export/shard.py",
        "% self.count == self.number",
        "% self.count == self.number < max(1, self.count - 1)",
        "tests/unit/test_shard.py",
    ),
    EXPORTER_PY.mutant(
        "a replay of details takes every shard",
        "self.details.export(deadline, replay, self.shard)",
        "self.details.export(deadline, replay)",
        "tests/unit/details/test_detail_replay.py",
    ),
    SCHEDULER_PY.mutant(
        "an access error does not stop the run",
        "if isinstance(error, AccessDeniedError | ConfigurationError):",
        "if isinstance(error, ConfigurationError):",
    ),
    SCHEDULER_PY.mutant(
        "a Flow that fails stops the others",
        "if isinstance(error, AccessDeniedError | ConfigurationError):",
        "if isinstance(error, Exception):",
    ),
    EXPORTER_PY.mutant(
        "a replay moves the cursors",
        "run_state, sids = ReplayRun(replay), replay.flow_sids",
        "run_state, sids = self._scheduled_run(owner, deadline), replay.flow_sids",
        "tests/unit/export/test_exporter.py",
    ),
)
