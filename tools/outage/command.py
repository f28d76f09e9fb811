"""Run the command at a given instant: `python -m tools.outage.command INSTANT …`.

It skips waits between attempts, so that the outage of two days takes seconds.
"""

import sys
from datetime import datetime

from studio_export_cli import main
from tools.devkit.given_clock import GivenClock

if __name__ == "__main__":
    instant = sys.argv.pop(1)
    main.main(GivenClock(datetime.fromisoformat(instant), wait_share=0))
