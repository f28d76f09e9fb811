"""Mistakes about what is private: it is in the lines that the policy lets out, and nowhere else."""

from tests.protocol.mutation.mutant import Mutant, Source, mutant

LEAKS = "tests/leaks/test_command.py"
REDACTION = "tests/unit/privacy/test_redaction.py"

REDACTION_PY = Source("studio_export/privacy/redaction.py", REDACTION)
SWEEP_PY = Source(
    "studio_export/export/sweep.py",
    "tests/unit/export/test_sweep.py::test_nothing_is_kept_that_the_privacy_policy_hides",
)

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "Twilio's own message quoted in an error",
        "studio_export/adapters/twilio_response.py",
        "if isinstance(code, int) and code in _CODES:",
        'words.append(str(self._problem().get("message")))\n'
        "        if isinstance(code, int) and code in _CODES:",
        "tests/unit/adapters/test_twilio_http_refusals.py"
        "::test_every_error_names_what_support_asks_for_and_nothing_secret",
    ),
    mutant(
        "a rejected record's key contains its text",
        "studio_export/log/keys.py",
        'f"{REJECTED}{hashlib.sha256(text).hexdigest()}.json"',
        'f"{REJECTED}{text.decode()[100:300]}.json".replace("://", "")',
        LEAKS,
    ),
    REDACTION_PY.mutant(
        "a rejected record is not redacted",
        "rejected=_redact_rejected(page.rejected, rules)",
        "rejected=page.rejected",
    ),
    SWEEP_PY.mutant(
        "a rejected record is stored verbatim",
        "appended.reject(page.rejected)",
        "appended.reject(listed.page.rejected)",
    ),
    SWEEP_PY.mutant(
        "records are appended verbatim",
        "buffer += page.records",
        "buffer += listed.page.records",
    ),
    REDACTION_PY.mutant(
        "a key that occurs twice is redacted once",
        "return members if again == text else None",
        "return members",
        f"{REDACTION}::test_all_else_passes_as_its_own_bytes",
    ),
    REDACTION_PY.mutant(
        "a key is matched in Twilio's case only",
        "rules.get(name.casefold())",
        "rules.get(name)",
    ),
)
