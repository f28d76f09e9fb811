"""Scenarios of details: small histories of a Flow, each of which isolates one mechanism."""

from simulator.faults import Fault, Kind
from simulator.request import Operation
from studio_export.log import keys
from tests.protocol.detail_world import DetailScenario
from tests.protocol.scenarios import HOUR, MINUTE, Life

_FEW = (
    Life(created=-1800, lasts_seconds=30),
    Life(created=200, lasts_seconds=10),
    Life(created=260, lasts_seconds=1500),
    Life(created=900, lasts_seconds=None),
    Life(created=1900, lasts_seconds=60),  # in the next hour
)
_MANY = tuple(Life(created=-2 * HOUR + each * 9 * MINUTE, lasts_seconds=30) for each in range(12))

STEPS = DetailScenario("steps", _FEW)
BOTH = DetailScenario(
    "steps, contexts and revisions",
    _FEW[:3],
    folders=(keys.STEPS, keys.CONTEXTS, keys.FLOW_REVISIONS),
)
SIDE_BY_SIDE = DetailScenario("several objects at once", _MANY, concurrency=3)
SHORT_OF_TIME = DetailScenario(
    "time for a few requests",
    _FEW,
    run_times=tuple(each * 15 * MINUTE for each in range(1, 5)),
    run_seconds=3.0,
)
IN_PAGES = DetailScenario(
    "pages of two Steps",
    _FEW,
    studio_faults=(
        Fault(Kind.PAGE_SIZE, value=2, operation=Operation.STEPS),
        Fault(Kind.REPEATED_ROWS, operation=Operation.STEPS),
    ),
)
DETAIL_SCENARIOS = (STEPS, BOTH, SIDE_BY_SIDE, SHORT_OF_TIME, IN_PAGES)
DETAILS_BY_NAME = {scenario.name: scenario for scenario in DETAIL_SCENARIOS}
