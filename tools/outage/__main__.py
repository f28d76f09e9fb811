"""`make outage`: run two days without Twilio, and write the transcript docs/outage.md.

The stack of tests/operations runs every 15 minutes of virtual time; here it asks the simulated
Studio over a socket, and writes to a directory. Each command is a process of its own, at
its virtual instant. The alarms are the template's, on the metrics that the runs wrote.
"""

import argparse
import os
import shutil
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from simulator.faults import Fault, Kind
from simulator.traffic import fill
from studio_export.export.ages import HOUR
from tools.devkit.operations.cloudwatch import Alarm, State
from tools.devkit.operations.metrics import Metric
from tools.devkit.template.rendered import render
from tools.outage.stack import SERVICE, Stack, command

HOME = Path("build/outage")
_SHOWN = ("RunsSucceeded", "FlowsFailed", "HeadLagSeconds", "RetentionHeadroomSeconds")
_HEALTHY, _DOWN, _AFTER = 26.0, 48.0, 2.0

_INTRODUCTION = """\
# Two days without Twilio

What the person on call sees, from the first failed run to the proof that nothing was lost.
`make outage` ran this and wrote this page: in virtual time, with a simulated Studio that answers
503 for 48 hours.
Two Flows are named in `FLOW_SIDS`, and a run every 15 minutes exports them into a directory.
The commands are real.
The alarms are the template's; the tests' model of CloudWatch evaluates them on the metrics that
the runs wrote.
"""


class Transcript:
    """The page, section by section."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._alarms = {
            name: Alarm.of(properties)
            for name, properties in render(ScheduleMinutes=15)
            .of_type("AWS::CloudWatch::Alarm")
            .items()
        }
        self._parts = [_INTRODUCTION]
        self._seen = stack.seconds

    def say(self, text: str) -> None:
        self._parts.append(f"\n## {self._stack.clock.now():%a %d %b, %H:%M} UTC: {text}\n")

    def note(self, text: str) -> None:
        self._parts.append(f"\n{text}\n")

    def run(self, *arguments: str) -> None:
        """Run a command, and show it as a terminal would, with its exit code if it is not 0."""
        typed = " ".join(["studio-export", *arguments])
        printed, code = command(self._stack, HOME, arguments)
        lines = [f"$ {typed}", *printed.splitlines(), *([f"(exit code {code})"] if code else [])]
        self._parts.append("\n```console\n" + "\n".join(lines) + "\n```\n")

    def alarms(self) -> None:
        """The changes of state since the last time, and what the last run measured."""
        stack, lines = self._stack, []
        for name, alarm in self._alarms.items():
            states = alarm.states(stack.metrics, 2 * HOUR, stack.seconds)
            for (_, before), (at, state) in pairwise(states):
                if at > self._seen and state != before is not State.INSUFFICIENT_DATA:
                    lines.append((at, f"{name:<24}  {before} -> {state}"))
        self._seen = stack.seconds
        changes = [f"{self._at(at)}  {line}" for at, line in sorted(lines)] or ["no change"]
        self._parts.append(
            "\n```\n" + "\n".join(["ALARMS", *changes, "", *self._measured()]) + "\n```\n"
        )

    def _measured(self) -> list[str]:
        stack = self._stack
        lines = ["METRICS of the last run"]
        for name in _SHOWN:
            metric = Metric("StudioExport", name, frozenset({("service", SERVICE)}))
            values = stack.metrics.between(metric, stack.seconds - 900, stack.seconds + 1)
            lines.append(f"{name:<24}  {f'{values[-1]:,.0f}' if values else '-':>9}")
        return lines

    def _at(self, seconds: float) -> str:
        ago = timedelta(seconds=self._stack.seconds - seconds)
        return f"{self._stack.clock.now() - ago:%a %H:%M}"

    @property
    def page(self) -> str:
        return "".join(self._parts)


def write_page() -> str:
    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "studio").mkdir(parents=True)
    stack = Stack(root=HOME / "studio")
    now = stack.clock.now()
    for flow, count in zip(stack.flows, (6000, 2500), strict=True):
        fill(flow, count, now - timedelta(days=30), now + timedelta(days=3, hours=5))
    transcript = Transcript(stack)
    stack.run(_HEALTHY)
    _before(transcript)
    began = stack.clock.now()
    stack.studio.faults.on(Fault(Kind.SERVER_ERROR))
    stack.run(3)
    _first_hours(transcript)
    stack.run(_DOWN - 3)
    _after_two_days(transcript)
    until = stack.clock.now() - timedelta(minutes=10)
    span = ("--since", f"{began:%Y-%m-%dT%H:%MZ}", "--until", f"{until:%Y-%m-%dT%H:%MZ}")
    stack.studio.faults.off()
    stack.queues["failedinvocations"] = 0
    _back(transcript, span)
    stack.run(0.02)
    _caught_up(transcript, span)
    stack.run(_AFTER)
    _proof(transcript, span)
    return transcript.page


def _before(transcript: Transcript) -> None:
    transcript.say("all is well")
    transcript.run("status", "--to", "./studio")
    transcript.alarms()


def _first_hours(transcript: Transcript) -> None:
    transcript.say("Twilio has been down for three hours")
    transcript.note("Each run asks Twilio, gets 503, and fails. What is due stays due.")
    transcript.alarms()
    transcript.run("status", "--to", "./studio", "--no-count")
    transcript.note("Is the cause on our side? The doctor checks everything that the export needs.")
    transcript.run("doctor", "--to", "./studio", "--dry-run")


def _after_two_days(transcript: Transcript) -> None:
    transcript.say("two days")
    transcript.note(
        "The alarms stay on. Twilio deletes the first Execution without a line in 28 days."
        "\nIt already deletes some that are 29 days old, and their end was not seen."
    )
    transcript.alarms()
    transcript.run("status", "--to", "./studio", "--no-count")
    transcript.note("A run by hand fails too; its exit code 75 means: try again later.")
    transcript.run("run", "--to", "./studio")


def _back(transcript: Transcript, span: tuple[str, ...]) -> None:
    transcript.say("Twilio answers again")
    transcript.note("What is missing? The next run writes it; to write it now, omit `--dry-run`.")
    transcript.run("replay", "--to", "./studio", *span, "--dry-run")


def _caught_up(transcript: Transcript, span: tuple[str, ...]) -> None:
    transcript.say("after one run")
    transcript.note("Did the run miss anything? A replay that writes nothing proves it did not:")
    transcript.run("replay", "--to", "./studio", *span)


def _proof(transcript: Transcript, span: tuple[str, ...]) -> None:
    transcript.say("two hours later")
    transcript.note("The alarms are off. Each age has listed what was due in the two days.")
    transcript.alarms()
    transcript.run("status", "--to", "./studio")
    transcript.note("Source and dataset agree, line by line:")
    transcript.run("verify", "--to", "./studio", "--since", "2026-11-22", *span[2:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, default=Path("docs/outage.md"))
    given = parser.parse_args()
    os.environ["POWERTOOLS_SERVICE_NAME"] = SERVICE
    page = write_page()
    given.page.write_text(page)
    print(page)


if __name__ == "__main__":
    main()
