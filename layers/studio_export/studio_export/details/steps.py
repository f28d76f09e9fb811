"""The dataset `steps/`: for each Execution its Steps, as Twilio lists them, newest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio_export.details.dataset import Execution, Fetched, execution_url
from studio_export.log import keys
from studio_export.ports import Source
from studio_export.privacy.redaction import unchanged_text
from studio_export.twilio.listing import PAGE_SIZE, ProgressBound, follower
from studio_export.twilio.steps import ENDED_WIDGET, Step, parse_steps


@dataclass(frozen=True, slots=True)
class Steps:
    """The dataset; `redact` applies the privacy policy to each Step."""

    redact: Callable[[bytes], bytes] = unchanged_text
    folder: str = keys.STEPS

    def fetch(self, source: Source, execution: Execution, deadline: float) -> Fetched:
        first_url = f"{execution_url(source.base_url, execution)}/Steps?PageSize={PAGE_SIZE}"
        follow, bound = follower(first_url), ProgressBound()
        listed: list[Step] = []
        throttles = 0
        url: str | None = first_url
        while url:
            reply = source.get(url, deadline)
            throttles += reply.throttles
            page = parse_steps(reply.body, execution.sid)
            listed += page.steps
            if page.next_page_url:
                bound.check(each.sid or each.text for each in page.steps)
            url = follow(page.next_page_url)
        steps = _each_once(listed)
        return Fetched(
            _line(execution, b"[%b]" % b",".join(self.redact(step.text) for step in steps)),
            steps=len(steps),
            may_be_early=not steps,
            open_ended=bool(steps) and steps[0].transitioned_to != ENDED_WIDGET,
            throttles=throttles,
        )

    def missing(self, execution: Execution, why: str) -> Fetched:
        return Fetched(_line(execution, b'null,"missing":"%b"' % why.encode()), missing=why)


def _line(execution: Execution, steps: bytes) -> bytes:
    sids = execution.sid.encode(), execution.flow_sid.encode()
    return b'{"execution_sid":"%b","flow_sid":"%b","steps":%b}' % (*sids, steps)


def _each_once(steps: Iterable[Step]) -> list[Step]:
    """Keep the first of the Steps with one Sid: a page may repeat one of the page before."""
    once: dict[str | bytes, Step] = {}
    for step in steps:
        once.setdefault(step.sid or step.text, step)
    return list(once.values())
