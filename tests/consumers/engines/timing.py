"""Time code in the engine that this process imports: `python -m tests.consumers.engines.timing`.

On stdin is a job: the engine, where to work, the code to run first, and the code to time. On stdout
are the seconds of each time, and the rows of the last.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.consumers.engines.engine import opened

_TIMES = 3


def main() -> None:
    job: dict[str, Any] = json.load(sys.stdin)
    seconds, rows = [], None
    with opened(job["engine"], Path(job["work"])) as engine:
        for code in job["first"]:
            engine.run(code)
        for _ in range(_TIMES):
            begun = time.perf_counter()
            for code in job["timed"]:
                rows = engine.run(code)
            seconds.append(time.perf_counter() - begun)
    print(json.dumps({"seconds": seconds, "rows": rows}, default=str))


if __name__ == "__main__":
    main()
