"""Draw docs/images/dashboard.png: what the template's dashboard shows after a simulated month."""

import os
from pathlib import Path

from tools.dashboard.month import live
from tools.dashboard.picture import draw
from tools.devkit.operations.cloudwatch import Alarm
from tools.devkit.template.dashboard import widgets
from tools.devkit.template.rendered import render

_TO = Path(__file__).resolve().parents[2] / "docs" / "images" / "dashboard.png"


def main() -> None:
    os.environ["POWERTOOLS_SERVICE_NAME"] = "stack"  # as the rendered template names it
    stack = render()
    month = live()
    alarms = stack.of_type("AWS::CloudWatch::Alarm")
    states = {
        name: Alarm.of(each).states(month.metrics, 3600, month.seconds)[-1][1]
        for name, each in alarms.items()
    }
    draw(widgets(stack), states, month, _TO)
    print(f"{_TO}: {_TO.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
