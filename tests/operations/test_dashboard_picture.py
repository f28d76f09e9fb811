"""The drawing of the dashboard keeps up with its definition."""

from pathlib import Path

from PIL import Image

from simulator.faults import Fault, Kind
from tools.dashboard.month import Month
from tools.dashboard.picture import draw
from tools.devkit.operations.operation import Operation
from tools.devkit.template.dashboard import widgets
from tools.devkit.template.rendered import render


def test_every_widget_is_drawn_after_a_day_with_a_failure(tmp_path: Path) -> None:
    operation = Operation()
    operation.traffic(1)
    operation.run(12)
    operation.studio.faults.on(Fault(Kind.NOT_FOUND, flow_sid=operation.flows[0].sid))
    operation.run(14)
    stack = render()
    states = dict.fromkeys(stack.of_type("AWS::CloudWatch::Alarm"), "OK")
    month = Month(operation.metrics, operation.told, operation.seconds, shown_from=0)

    draw(widgets(stack), states, month, tmp_path / "drawn.png")

    with Image.open(tmp_path / "drawn.png") as image:
        assert image.width > 1000
