r"""Words that this project gave up, what to write instead, and where they still stand.

python -m tests.architecture.words                every file
python -m tests.architecture.words cli docs       these files and folders alone

It prints `file:line: word -> what to write`, and exits with 1 if it found any. `docs/glossary.md`
has the words that stay.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

FOLDERS: tuple[str, ...] = (".ci", ".github", "cli", "docs", "events", "functions", "layers")
FOLDERS += ("make", "simulator", "tests", "tools")
SUFFIXES = {".cfg", ".html", ".in", ".md", ".mk", ".py", ".sh", ".toml", ".yaml", ".yml"}
NAMES = {"Dockerfile", "Makefile", "run"}  # read too, though they have no suffix


class Rule(NamedTuple):
    """A word that does not occur.

    Attributes:
        pattern: Searched in each line as it is, and once more with identifiers split into words:
            `\bticks?\b` finds `TickMinutes` and `last_tick`. Lower case finds either case.
        instead: What to write.
        example: A line that holds it.
        harmless: A line that does not, however near it comes.
        files: The files that it is about, as a glob of their path.
    """

    pattern: str
    instead: str
    example: str
    harmless: str = ""
    files: str = "*"


class Exception_(NamedTuple):  # noqa: N801  Python has taken the name
    """Lines in which a word may stand."""

    files: str
    line: str
    reason: str


RULES = (
    # Prose: actor, verb, object.
    Rule(r"\btold\b", "describe, report; name who acts", "what it was told", "untold"),
    Rule(r"\bsaid\b", "print, state, document; name who acts", "said_before", "aforesaid"),
    Rule(r"\bhear(s|d)?\b", "receive, learn", "nobody heard of it", "hearing"),
    Rule(r"\bspoken\b", "print, describe", "as spoken"),
    Rule(r"\bhop(e|es|ed|ing|eful|efully)\b", "assume; optimistic", "hoped_for", "hop"),
    Rule(r"\btwins?\b", "counterpart; the same test with a fault in it", "its twin"),
    Rule(r"\bmend(s|ed|ing)?\b", "fix, repair", "not ours to mend", "amend, recommended"),
    Rule(r"\bl(ie|ies|ay) there\b", "is stored", "what lies there", "it lies in S3"),
    Rule(r"\bhardly\b", "almost never, nearly; give the figure", "hardly ever"),
    Rule(r"\bwho(so)?ever\b", "anyone who; name who acts", "whoever runs it"),
    Rule(
        r"(?<!there is )(?<!there are )(?<!and )(?<!take )(?<!with )\bno more(?= *(?:[.,;:)]|$))",
        "no longer",
        "it joins no more, which",
        "no more than 5; until there is no more.",
    ),
    # One word for one thing.
    Rule(r"\bticks?\b", "run", "ScheduleTick", "ticket, xticks"),
    Rule(r"\bcrews?\b", "worker pool", "Crew(4)", "screw"),
    Rule(r"\bhir(e|es|ed|ing)\b", "worker_pool, start", "hire(", "shire"),
    Rule(r"\bkeepers?\b", "run state", "ReplayKeeper", "housekeeping"),
    Rule(r"\bnews\b", "new records, select_new", "import news", "newsletter"),
    Rule(r"\blacking\b", "select_new, missing", "lacking(log)"),
    Rule(r"\buntried\b", "is_unmeasured, not tried", "is_untried"),
    Rule(r"\bgates?\b", "concurrency limit", "gate.png", "aggregate, gateway"),
    Rule(r"\btall(y|ies)\b", "line checksum, count", "Tally()", "tall"),
    Rule(r"\bdamag(e|es|ed|ing)\b", "corrupt", "DamagedLogError"),
    # A hole is a second that the list of Twilio cannot show (glossary).
    Rule(r"\bholes? in (a|the|its) logs?\b", "gap", "a hole in a log", "a hole of the list"),
    Rule(r"\b(misplaced|altered)\b", "wrong_partition, checksum_mismatch", "an altered line"),
    Rule(r"\bgrains?\b", "min_range_seconds, width of a range", "age.grain", "fine-grained"),
    Rule(r"\bpatience\b", "grace_seconds, max_idle_runs, timeout_seconds", "--patience 25h"),
    Rule(r"\bverdicts?\b", "check", "verdict.py"),
    Rule(
        r"\b_?(MOST|LEAST|WIDEST|most|least|widest)_(?!recent|common\b)\w",
        "max_, min_",
        "_MOST_LOGS",
        "counts.most_common(3)",  # of the standard library's Counter
    ),
    Rule(r"\bjson_text\b", "lenient_json", "json_text.py", "its JSON text"),
    Rule(r"\b(TickMinutes|TicksSucceeded)\b", "ScheduleMinutes, RunsSucceeded", "TickMinutes: 15"),
    Rule(r"\b(AccessError|OutOfTimeError|PageError|EventError)\b", "errors.py", "raise PageError"),
    Rule(r"\bAccessRefused", "AccessDenied", "AccessRefusedAlarm"),
    Rule(r"\bFailingSeconds\b", "OldestFailureSeconds", "`FailingSeconds`"),
    Rule(
        r"(?:[\"'`]|MetricName: )(Unfinished|Rejected|Throttles|Pages|Conflicts)(?:[\"'`]|$)",
        "ActiveAtLastSweep, RecordsRejected, RequestsThrottled, PagesFetched, PutConflicts",
        "MetricName: Rejected",
        '"rejected": 0, Rejected records',
    ),
    Rule(
        r"\b(RetentionHeadroom|FinalHeadroom)Hours\b",
        "RetentionHeadroomSeconds, FinalHeadroomSeconds",
        "FinalHeadroomHours",
        "RetentionHeadroomAlarmHours",
    ),
    Rule(
        r"(?:class |-> |: |\[)(Appended|Swept|Compacted|Packed|FlowWork|Watch|Alone|Gate|News)\b",
        "AppendResult, SweepResult, CompactionResult, EncodedObject, FlowPlan, Watermarks, …",
        "class Swept:",
        "Compacted days",
        files="*.py",
    ),
    # The command.
    Rule(r"studio-export erase|#erase\b|[`'\"]erase[`'\"]", "find-contact", "`erase`", "to erase"),
    Rule(r"(?<!\w)--from(?![\w=-])", "--since", "--from 2026-11-01", "COPY --from=build"),
    # Tests.
    Rule(r"\bsabotag(e|es|ed|ing)\b", "mutation", "tests/protocol/sabotage"),
    Rule(r"\bnurser(y|ies)\b", "process factory", "nursery.py"),
    Rule(r"\bseams?\b", "fault injection", "seam.py", "seamless"),
    Rule(r"\b(woven|weav(e|es|ing))\b", "interleaving", "woven = …"),
    Rule(r"\btruths?\b", "oracle, expected", "truths(export)", files="t[eo][so][tl]s/*"),
    Rule(r"\b(story|stories)\b", "trace table, trace", "story(case)", "history"),
    Rule(r"\bnasty\b", "edge values", "NastyExport", "dynasty"),
    Rule(r"\bsieves?\b", "sinks", "sieve.py"),
    Rule(r"\bplant(s|ed|ing)?\b", "canary", "planted = {}", "transplant, plantain"),
    Rule(r"\bbeyond the grave\b", "late put after process death", "a put from beyond the grave"),
    Rule(r"\bamnesia\b", "table loss", "storms, amnesia"),
)

# Each with its reason. A file that is left out altogether has an empty `line`.
EXCEPTIONS = (
    Exception_("tests/architecture/words.py", "", "the table itself"),
    Exception_("CHANGELOG.md", "| `", "the list of what was renamed names the old names"),
    Exception_("simulator/openapi*", "", "Twilio's own description"),
    Exception_("*", "tick_params", "matplotlib's"),
    Exception_("*", "tick_label", "matplotlib's"),
    Exception_("docs/images/*", "", "pictures"),
)


class Finding(NamedTuple):
    path: str
    number: int
    word: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.number}: {self.word} -> {self.instead}"


def findings_in(path: str, text: str) -> Iterator[Finding]:
    """Every word of `RULES` in a text, except where `EXCEPTIONS` let it stand."""
    allowed = [each.line for each in EXCEPTIONS if fnmatch(path, each.files)]
    if "" in allowed:
        return
    whole = f"{text}\n{split_identifiers(text)}"
    rules = [rule for rule in suspects(whole) if fnmatch(path, rule.files)]
    for number, line in enumerate(text.splitlines(), start=1):
        if any(each in line for each in allowed):
            continue
        for rule in rules:
            if found := search(rule, line):
                yield Finding(path, number, found, rule.instead)


def suspects(text: str) -> Iterator[Rule]:
    """The rules that find something in a text. Nearly all find nothing in nearly every file."""
    plain = _PLAIN.search(text.lower())
    for rule in RULES:
        if (plain or not _is_plain(rule)) and re.search(
            rule.pattern, text, _flags(rule) | re.MULTILINE
        ):
            yield rule


def _is_plain(rule: Rule) -> bool:
    """Whether it begins with a word in lower case, so that one search is enough for all such."""
    return rule.pattern.startswith(r"\b") and _flags(rule) == re.IGNORECASE


def search(rule: Rule, line: str) -> str | None:
    """The word that the rule finds in a line, if any."""
    for form in (line, split_identifiers(line)):
        if found := re.search(rule.pattern, form, _flags(rule)):
            return found[0].strip()
    return None


def _flags(rule: Rule) -> int:
    return 0 if re.search("[A-Z]", rule.pattern) else re.IGNORECASE


_PLAIN = re.compile(
    rf"\b(?:{'|'.join(each.pattern[2:] for each in RULES if _is_plain(each))})", re.MULTILINE
)


def split_identifiers(line: str) -> str:
    """`NoTickForADay` and `last_tick` as words: `No Tick For ADay`, `last tick`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", line.replace("_", " "))


def files_below(*places: str) -> Iterator[Path]:
    """The files that a person reads, below the given files and folders or, without any, all."""
    roots = [ROOT / each for each in places] or [ROOT / each for each in FOLDERS]
    roots = roots if places else [*roots, *ROOT.iterdir()]
    for root in roots:
        candidates: Iterable[Path] = [root] if root.is_file() else sorted(root.rglob("*"))
        if root.is_file() or places or root.name in FOLDERS:
            yield from (each for each in candidates if _is_read(each))


def _is_read(path: Path) -> bool:
    return path.is_file() and (path.suffix in SUFFIXES or path.name in NAMES)


def findings(*places: str) -> list[Finding]:
    """The findings below files and folders of the repository; without any, everywhere."""
    paths = dict.fromkeys(files_below(*places))
    return [
        finding
        for path in paths
        for finding in findings_in(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    ]


if __name__ == "__main__":
    found = findings(*sys.argv[1:])
    sys.stdout.writelines(f"{each}\n" for each in found)
    sys.stderr.write(f"{len(found)} to replace\n")
    sys.exit(bool(found))
