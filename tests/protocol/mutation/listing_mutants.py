"""Mistakes about a listing: its bounds, its pages, and what is not one."""

from tests.protocol.mutation.mutant import Edit, Mutant, mutant

LISTING = "tests/unit/twilio/test_listing.py"
SWEEP = "tests/unit/export/test_sweep.py"
REJECTED = (
    f"{SWEEP}::test_a_rejected_record_is_put_aside_once_under_its_digest_and_the_sweep_goes_on"
)
ENVELOPE = "tests/unit/twilio/test_page_envelope.py"
INVOCATION = "tests/unit/export/test_scheduler.py"
MECHANISM = "tests/protocol/test_mechanism_listing.py"
HOSTS = "tests/unit/adapters/test_twilio_http_hosts.py"
FAILURES = "tests/unit/adapters/test_twilio_http_failures.py"
REFUSALS = "tests/unit/adapters/test_twilio_http_refusals.py"
DEADLINES = "tests/unit/adapters/test_twilio_http_deadlines.py"

_GET = "        reply = source.get(url, deadline)\n"
_CAUGHT = f"        try:\n    {_GET}        except Exception as error:\n"

# Not counted: `redirect=True` in the HTTP adapter, since without retries urllib3 follows none.
MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "lower bound exclusive",
        "studio_export/twilio/listing.py",
        "format_instant(span.start - tolerance)",
        "format_instant(span.start + tolerance)",
        MECHANISM,
    ),
    mutant(
        "no second of tolerance at the lower bound",
        "studio_export/twilio/listing.py",
        "format_instant(span.start - tolerance)",
        "format_instant(span.start)",
        MECHANISM,
    ),
    mutant(
        "the second of tolerance counts as a lost filter",
        "studio_export/twilio/listing.py",
        "span.start - 2 * TOLERANCE, span.stop + TOLERANCE",
        "span.start, span.stop",
        SWEEP,
    ),
    mutant(
        "a lost filter is ignored",
        "studio_export/twilio/listing.py",
        "        _check_range(page, span)\n",
        "",
        SWEEP,
    ),
    mutant(
        "only the first page of Executions is read",
        "studio_export/twilio/listing.py",
        "record in page.records), *page.rejected])\n        url = follow(page.next_page_url)",
        "record in page.records), *page.rejected])\n        url = follow(None)",
        MECHANISM,
        SWEEP,
    ),
    mutant(
        "only the first page of Flows is read",
        "studio_export/twilio/listing.py",
        "            url = follow(page.next_page_url)\n",
        "            url = follow(None)\n",
        LISTING,
    ),
    mutant(
        "a Flow on two pages is exported twice",
        "studio_export/twilio/listing.py",
        "FlowList(tuple(sorted(sids)),",
        "FlowList(tuple(sorted([*sids, *page.sids])),",
        LISTING,
    ),
    mutant(
        "next_page_url not checked: another Flow",
        "studio_export/twilio/listing.py",
        "if parts.path != first.path:",
        "if not parts.path:",
        LISTING,
    ),
    mutant(
        "next_page_url not checked: a cycle",
        "studio_export/twilio/listing.py",
        "if own in seen:",
        "if own in ():",
        LISTING,
    ),
    mutant(
        "credentials go to any host",
        "studio_export/adapters/twilio_http.py",
        "if _origin(url) != self._origin:",
        "if _origin(url) is None:",
        f"{HOSTS}::test_a_foreign_url_is_refused_before_any_request",
    ),
    mutant(
        "a failed page is not requested again",
        "studio_export/adapters/retry.py",
        "if self._failures >= self._policy.attempts:",
        "if self._failures:",
        f"{FAILURES}::TestFailure",
    ),
    mutant(
        "a failed page counts as the last",
        "studio_export/twilio/listing.py",
        _GET,
        f"{_CAUGHT}            break\n",
        MECHANISM,
    ),
    mutant(
        "an unreadable page counts as empty",
        "studio_export/twilio/page.py",
        'raise InvalidPageError("the page is not a page of Executions") from error',
        "return Page([], [], None)",
        MECHANISM,
        ENVELOPE,
    ),
    mutant(
        "a page of another list counts as one of Executions",
        "studio_export/twilio/page.py",
        "if key != expected:",
        "if not key:",
        ENVELOPE,
    ),
    mutant(
        "the first 404 is final",
        "studio_export/adapters/retry.py",
        "_MAX_NOT_FOUND = 2",
        "_MAX_NOT_FOUND = 1",
        f"{REFUSALS}::test_a_spurious_404_is_healed",
    ),
    mutant(
        "404 means no Executions",
        "studio_export/twilio/listing.py",
        _GET,
        f'{_CAUGHT}            if type(error).__name__ != "FlowNotFoundError":\n'
        "                raise\n            break\n",
        MECHANISM,
    ),
    mutant(
        "the buffer is dropped at the last page",
        "studio_export/export/sweep.py",
        "        appended.append(unknown)\n",
        "",
        SWEEP,
    ),
    mutant(
        "the buffer is dropped if the last page is empty",
        "studio_export/export/sweep.py",
        "            complete = listed.last\n",
        "            complete = listed.last\n            buffer = buffer if page.records else []\n",
        SWEEP,
    ),
    mutant(
        "the pages before a failure are dropped",
        "studio_export/export/sweep.py",
        "                failure = listed\n",
        "                failure, buffer = listed, []\n",
        SWEEP,
    ),
    mutant(
        "an endless listing is followed forever",
        "studio_export/twilio/listing.py",
        "if self._barren_pages >= MAX_BARREN_PAGES:",
        "if self._barren_pages >= 90:",
        SWEEP,
        LISTING,
    ),
    mutant(
        "one row without a Sid hides every Flow",
        "studio_export/twilio/page.py",
        "    unusable = [row for row, sid",
        '    if not all(map(is_flow_sid, sids)):\n        raise InvalidPageError("a row")\n'
        "    unusable = [row for row, sid",
        ENVELOPE,
    ),
    mutant(
        "one row that is not JSON rejects its page",
        "studio_export/twilio/page.py",
        "    except (ValueError, RecursionError):\n        return None",
        "    except (ValueError, RecursionError) as error:\n"
        '        raise InvalidPageError("a row") from error\n        return None',
        ENVELOPE,
    ),
    mutant(
        "an incomplete sweep is called complete",
        "studio_export/export/sweep.py",
        "        appended.counts, complete, filled_pages",
        "        appended.counts, True, filled_pages",
        SWEEP,
    ),
    mutant(
        "empty pages counted: a livelock at the narrowest span",
        "studio_export/export/sweep.py",
        "filled_pages += bool(page.records)",
        "filled_pages += 1",
        f"{SWEEP}::test_empty_pages_do_not_make_a_listing_too_long",
    ),
    mutant(
        "a second with too many pages is given up",
        "studio_export/export/sweep.py",
        " and span.seconds > 1",
        "",
        SWEEP,
    ),
    mutant(
        "the counts of a failed sweep are dropped",
        "studio_export/export/sweep.py",
        "        error.counts += appended.counts\n",
        "",
        SWEEP,
    ),
    mutant(
        "no deadline while a body arrives",
        "studio_export/adapters/twilio_http.py",
        ">= deadline:\n                raise ReadTimeoutError",
        "< 0:\n                raise ReadTimeoutError",
        DEADLINES,
    ),
    mutant(
        "a rejected record stops the sweep",
        "studio_export/export/sweep.py",
        "appended.reject(page.rejected)",
        'if page.rejected:\n                raise StudioExportError("rejected")',
        REJECTED,
    ),
    mutant(
        "a rejected record is dropped silently",
        "studio_export/export/sweep.py",
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
    mutant(
        "ThrottledError counted as failure",
        "studio_export/export/scheduler.py",
        "                plan.record_result(order, replace(swept, failure=None))\n"
        "                plan.stop(None)",
        "                plan.record_result(order, swept)\n"
        "                plan.stop(failure_of(swept.failure))",
        INVOCATION,
    ),
    mutant(
        "a throttled listing does not narrow",
        "studio_export/export/scheduler.py",
        "plan.record_result(order, replace(swept, failure=None))\n",
        "plan.record_failure(order, None, swept.counts)\n",
        INVOCATION,
    ),
    mutant(
        "a listing that is never answered does not narrow",
        "studio_export/export/scheduler.py",
        "                plan.record_result(order, swept)\n                silent",
        "                plan.record_failure(order, failure_of(error), swept.counts)\n"
        "                silent",
        "tests/protocol/test_mechanism_cursors.py",
        "tests/protocol/test_poison.py",
    ),
    mutant(
        "one refused Flow stops the others",
        "studio_export/export/scheduler.py",
        "stopped = self._stopped or (None if self._answered else self._refusal)",
        "stopped = self._stopped or self._refusal",
        INVOCATION,
    ),
    mutant(
        "during an outage every Flow narrows to one second",
        "studio_export/export/scheduler.py",
        "if self._fruitless >= _MAX_FRUITLESS or silent_seconds > _MAX_FRUITLESS_SECONDS:",
        "if self._fruitless >= 10_000:",
        INVOCATION,
    ),
    mutant(
        "every run begins with the same Flow",
        "studio_export/export/exporter.py",
        "self.first(len(flows.sids) or 1)",
        "0",
        "tests/unit/export/test_scheduler_limits.py",
    ),
    mutant(
        "an access error does not stop the run",
        "studio_export/export/scheduler.py",
        "if isinstance(error, AccessDeniedError | ConfigurationError):",
        "if isinstance(error, ConfigurationError):",
        INVOCATION,
    ),
    mutant(
        "a Flow that fails stops the others",
        "studio_export/export/scheduler.py",
        "if isinstance(error, AccessDeniedError | ConfigurationError):",
        "if isinstance(error, Exception):",
        INVOCATION,
    ),
    Mutant(
        "a replay moves the cursors",
        (
            Edit(
                "studio_export/export/exporter.py",
                "run_state, sids = ReplayRun(replay), replay.flow_sids",
                "run_state, sids = self._scheduled_run(owner, deadline), replay.flow_sids",
            ),
        ),
        ("tests/unit/export/test_exporter.py",),
    ),
)
