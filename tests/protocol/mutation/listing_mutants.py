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
        "format_instant(span.start - TOLERANCE)",
        "format_instant(span.start + TOLERANCE)",
        MECHANISM,
    ),
    mutant(
        "no second to spare at the lower bound, if the API takes it as exclusive",
        "studio_export/twilio/listing.py",
        "format_instant(span.start - TOLERANCE)",
        "format_instant(span.start)",
        MECHANISM,
    ),
    mutant(
        "the second to spare taken for a lost filter",
        "studio_export/twilio/listing.py",
        "span.start - 2 * TOLERANCE, span.stop + TOLERANCE",
        "span.start, span.stop",
        SWEEP,
    ),
    mutant(
        "filter lost, not noticed",
        "studio_export/twilio/listing.py",
        "        _check_range(page, span)\n",
        "",
        SWEEP,
    ),
    mutant(
        "first page only",
        "studio_export/twilio/listing.py",
        "url = follow(page.next_page_url)",
        "url = follow(None)",
        MECHANISM,
        SWEEP,
    ),
    mutant(
        "first page only, of the Flows",
        "studio_export/twilio/listing.py",
        "url = follow(next_page_url)",
        "url = follow(None)",
        LISTING,
    ),
    mutant(
        "duplicate Flows: one on two pages is exported twice",
        "studio_export/twilio/listing.py",
        "return sorted(sids)",
        "return sorted([*sids, *found])",
        LISTING,
    ),
    mutant(
        "next_page_url not checked: another host, another Flow",
        "studio_export/twilio/listing.py",
        "if (parts.scheme, parts.netloc, parts.path) !=",
        "if parts.scheme and () and",
        LISTING,
    ),
    mutant(
        "next_page_url not checked: a circle",
        "studio_export/twilio/listing.py",
        "if url in seen:",
        "if url in ():",
        LISTING,
    ),
    mutant(
        "credentials to a foreign host: the adapter asks for any URL",
        "studio_export/adapters/twilio_http.py",
        "if _origin(url) != self._origin:",
        "if _origin(url) is None:",
        f"{HOSTS}::test_a_foreign_url_is_refused_before_any_request",
    ),
    mutant(
        "retry of a failed page forgotten",
        "studio_export/adapters/retry.py",
        "if self._failures >= self._policy.attempts:",
        "if self._failures:",
        f"{FAILURES}::TestFailure",
    ),
    mutant(
        "a failed page taken for the last one",
        "studio_export/twilio/listing.py",
        _GET,
        f"{_CAUGHT}            break\n",
        MECHANISM,
    ),
    mutant(
        "an unreadable page taken for an empty one",
        "studio_export/twilio/page.py",
        'raise InvalidPageError("the page is not a page of Executions") from error',
        "return Page([], [], None)",
        MECHANISM,
        ENVELOPE,
    ),
    mutant(
        "a page of another list taken for one of Executions",
        "studio_export/twilio/page.py",
        "if key != wanted:",
        "if not key:",
        ENVELOPE,
    ),
    mutant(
        "spurious 404: the first is believed",
        "studio_export/adapters/retry.py",
        "_ASKED_FOR_MISSING = 2",
        "_ASKED_FOR_MISSING = 1",
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
        "what waits in the buffer at the last page is forgotten",
        "studio_export/export/sweep.py",
        "if buffered_bytes >= sweeper.buffer_bytes or listed.last:",
        "if buffered_bytes >= sweeper.buffer_bytes:",
        SWEEP,
    ),
    mutant(
        "what waits in the buffer is forgotten if the last page is empty",
        "studio_export/export/sweep.py",
        "or listed.last:",
        "or (listed.last and page.records):",
        SWEEP,
    ),
    mutant(
        "an incomplete sweep is called complete",
        "studio_export/export/sweep.py",
        "return SweepResult(counts, complete=False)",
        "return SweepResult(counts, complete=True)",
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
        "a second that is too full is given up for ever",
        "studio_export/export/sweep.py",
        " and span.seconds > 1",
        "",
        SWEEP,
    ),
    mutant(
        "what a sweep did before it failed is not counted",
        "studio_export/export/sweep.py",
        "        error.counts += counts\n",
        "",
        SWEEP,
    ),
    mutant(
        "no deadline in mid-body",
        "studio_export/adapters/twilio_http.py",
        ">= deadline:\n                raise ReadTimeoutError",
        "< 0:\n                raise ReadTimeoutError",
        DEADLINES,
    ),
    mutant(
        "a rejected record stops the sweep",
        "studio_export/export/sweep.py",
        "counts += Counts(rejected=_reject(sweeper.store, page.rejected))",
        'if page.rejected:\n                raise InvalidPageError("rejected")',
        REJECTED,
    ),
    mutant(
        "a rejected record is dropped silently",
        "studio_export/export/sweep.py",
        "_reject(sweeper.store, page.rejected)",
        "len(page.rejected)",
        REJECTED,
    ),
    mutant(
        "verify tells the first hole of a log alone",
        "studio_export_cli/verify/log_audit.py",
        "        before = number\n",
        "        before = number if before < 0 else 99_999\n",
        "tests/unit/cli/test_log_audit.py",
    ),
    mutant(
        "ThrottledError counted as failure",
        "studio_export/export/scheduler.py",
        "            work.stop(None)\n        elif isinstance(came, UnavailableError)",
        "            work.stop(self._told(came))\n        elif isinstance(came, UnavailableError)",
        INVOCATION,
    ),
    mutant(
        "a throttled listing keeps its width, which never gets through",
        "studio_export/export/scheduler.py",
        "work.finish(task.span, SweepResult(came.counts, complete=False))"
        "\n            work.stop(None)",
        "work.fail(task.span, None, came.counts)",
        INVOCATION,
    ),
    mutant(
        "a listing that is too wide to be answered keeps its width",
        "studio_export/export/scheduler.py",
        "        elif isinstance(came, UnavailableError):",
        "        elif task is None:",
        "tests/protocol/test_mechanism_cursors.py",
    ),
    mutant(
        "every run begins with the same Flow: the last are left out for ever",
        "studio_export/export/exporter.py",
        "self.first(len(sids)) if sids else 0",
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
