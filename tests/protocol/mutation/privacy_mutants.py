"""Mistakes about what is private: it is in the lines that the policy lets out, and nowhere else."""

from tests.protocol.mutation.mutant import Mutant, mutant

LEAKS = "tests/leaks/test_command.py"
SWEEP = "tests/unit/export/test_sweep.py::test_nothing_is_kept_that_the_privacy_policy_hides"
REDACTION = "tests/unit/privacy/test_redaction.py"

MUTANTS: tuple[Mutant, ...] = (
    mutant(
        "Twilio's own message quoted in an error",
        "studio_export/adapters/twilio_response.py",
        "if isinstance(code, int) and code in _CODES:",
        'words.append(str(self._problem().get("message")))\n'
        "        if isinstance(code, int) and code in _CODES:",
        LEAKS,
    ),
    mutant(
        "a rejected record's key contains its text",
        "studio_export/log/keys.py",
        'f"{REJECTED}{hashlib.sha256(text).hexdigest()}.json"',
        'f"{REJECTED}{text.decode()[100:300]}.json".replace("://", "")',
        LEAKS,
    ),
    mutant(
        "a rejected record is not redacted",
        "studio_export/privacy/redaction.py",
        "rejected=_redact_rejected(page.rejected, rules)",
        "rejected=page.rejected",
        REDACTION,
    ),
    mutant(
        "a rejected record is stored verbatim",
        "studio_export/export/sweep.py",
        "appended.reject(page.rejected)",
        "appended.reject(listed.page.rejected)",
        SWEEP,
    ),
    mutant(
        "records are appended verbatim",
        "studio_export/export/sweep.py",
        "buffer += page.records",
        "buffer += listed.page.records",
        SWEEP,
    ),
    mutant(
        "a key that occurs twice is redacted once",
        "studio_export/privacy/redaction.py",
        "return members if again == text else None",
        "return members",
        f"{REDACTION}::test_all_else_passes_as_its_own_bytes",
    ),
    mutant(
        "a key is matched in Twilio's case only",
        "studio_export/privacy/redaction.py",
        "rules.get(name.casefold())",
        "rules.get(name)",
        REDACTION,
    ),
)
