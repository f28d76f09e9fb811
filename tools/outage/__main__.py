"""`make outage`: docs/outage.md, a transcript of two days without Twilio, really run.

The stack of tests/operations runs every 15 minutes of virtual time; here it asks the simulated
Studio over a socket, and writes to a directory. Each command is a process of its own, at the
instant at which it is run. The alarms are the template's, on the metrics that the runs wrote.
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
from tools.devkit.operations.cloudwatch import Alarm, Metric, State
from tools.devkit.template.rendered import render
from tools.outage.stack import SERVICE, Stack, command

HOME = Path("build/outage")
_SHOWN = ("RunsSucceeded", "FlowsFailed", "HeadLagSeconds", "RetentionHeadroomHours")
_HEALTHY, _DOWN, _AFTER = 26.0, 48.0, 2.0

_INTRODUCTION = """\
# Two days without Twilio

What the person on call sees, from the first failed run to the proof that nothing was lost.
`make outage` wrote this page by running it: on virtual time, with a simulated Studio that answers
503 for 48 hours. Two Flows, named in `FLOW_SIDS`; a run every 15 minutes; into a directory. The
commands are the real ones. The alarms are those of the template, evaluated by the tests' model
of CloudWatch on the metrics that the runs really wrote.
"""


class Transcript:
    """The page, as far as it is told."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._alarms = {
            name: Alarm.of(properties)
            for name, properties in render(ScheduleMinutes=15)
            .of_type("AWS::CloudWatch::Alarm")
            .items()
        }
        self._told = [_INTRODUCTION]
        self._seen = stack.seconds

    def say(self, text: str) -> None:
        self._told.append(f"\n## {self._stack.clock.now():%a %d %b, %H:%M} UTC: {text}\n")

    def note(self, text: str) -> None:
        self._told.append(f"\n{text}\n")

    def run(self, *arguments: str) -> None:
        """Run a command, and show it as a terminal would, with its exit code if it is not 0."""
        typed = " ".join(["studio-export", *arguments])
        printed, code = command(self._stack, HOME, arguments)
        lines = [f"$ {typed}", *printed.splitlines(), *([f"(exit code {code})"] if code else [])]
        self._told.append("\n```console\n" + "\n".join(lines) + "\n```\n")

    def alarms(self) -> None:
        """The changes of state since the last time, and what the last run measured."""
        stack, lines = self._stack, []
        for name, alarm in self._alarms.items():
            said = alarm.states(stack.metrics, 2 * HOUR, stack.seconds)
            for (_, before), (at, state) in pairwise(said):
                if at > self._seen and state != before is not State.INSUFFICIENT_DATA:
                    lines.append((at, f"{name:<24}  {before} -> {state}"))
        self._seen = stack.seconds
        told = [f"{self._at(at)}  {line}" for at, line in sorted(lines)] or ["no change"]
        self._told.append(
            "\n```\n" + "\n".join(["ALARMS", *told, "", *self._measured()]) + "\n```\n"
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
        return "".join(self._told)


def tell() -> str:
    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "studio").mkdir(parents=True)
    stack = Stack(root=HOME / "studio")
    now = stack.clock.now()
    for flow, count in zip(stack.flows, (6000, 2500), strict=True):
        fill(flow, count, now - timedelta(days=30), now + timedelta(days=3, hours=5))
    told = Transcript(stack)
    stack.run(_HEALTHY)
    _before(told)
    began = stack.clock.now()
    stack.studio.faults.on(Fault(Kind.SERVER_ERROR))
    stack.run(3)
    _first_hours(told)
    stack.run(_DOWN - 3)
    _after_two_days(told)
    until = stack.clock.now() - timedelta(minutes=10)
    span = ("--from", f"{began:%Y-%m-%dT%H:%MZ}", "--until", f"{until:%Y-%m-%dT%H:%MZ}")
    stack.studio.faults.off()
    stack.queues["failedinvocations"] = 0
    _back(told, span)
    stack.run(0.02)
    _caught_up(told, span)
    stack.run(_AFTER)
    _proof(told, span)
    return told.page


def _before(told: Transcript) -> None:
    told.say("all is well")
    told.run("status", "--to", "./studio")
    told.alarms()


def _first_hours(told: Transcript) -> None:
    told.say("Twilio has been down for three hours")
    told.note("Each run asks, is refused, and ends with an error. What was due stays due.")
    told.alarms()
    told.run("status", "--to", "./studio", "--no-count")
    told.note("Is it us? The doctor looks at everything around the export.")
    told.run("doctor", "--to", "./studio", "--dry-run")


def _after_two_days(told: Transcript) -> None:
    told.say("two days")
    told.note(
        "The alarms stay on. There are 28 days until Twilio deletes an Execution that has no line;"
        "\nsome of 29 days it deletes already, and how those ended nobody saw."
    )
    told.alarms()
    told.run("status", "--to", "./studio", "--no-count")
    told.note("A run by hand can do no better, and says so: 75, try again.")
    told.run("run", "--to", "./studio")


def _back(told: Transcript, span: tuple[str, ...]) -> None:
    told.say("Twilio answers again")
    told.note("What is missing? The next run will write it; to have it at once, drop `--dry-run`.")
    told.run("replay", "--to", "./studio", *span, "--dry-run")


def _caught_up(told: Transcript, span: tuple[str, ...]) -> None:
    told.say("after one run")
    told.note("Did the run miss anything? A replay that finds nothing to write is the proof:")
    told.run("replay", "--to", "./studio", *span)


def _proof(told: Transcript, span: tuple[str, ...]) -> None:
    told.say("two hours later")
    told.note("The alarms are off. Each age has listed the two days as far as it has come to them.")
    told.alarms()
    told.run("status", "--to", "./studio")
    told.note("Source and dataset agree, line by line:")
    told.run("verify", "--to", "./studio", "--from", "2026-11-22", *span[2:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, default=Path("docs/outage.md"))
    given = parser.parse_args()
    os.environ["POWERTOOLS_SERVICE_NAME"] = SERVICE
    page = tell()
    given.page.write_text(page)
    print(page)


if __name__ == "__main__":
    main()
