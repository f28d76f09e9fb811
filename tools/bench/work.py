"""The works that are measured as whole processes: `python -m tools.bench.work NAME ARGUMENT…`."""

import json
import sys
import time

from tools.bench.measure import cpu_seconds, peak_bytes


def main() -> None:
    """Do the work, and print what the process cost. Each work imports only what it needs."""
    name, arguments = sys.argv[1], sys.argv[2:]
    begun_cpu, begun = cpu_seconds(), time.monotonic()
    if name == "boto3":
        import boto3  # noqa: PLC0415

        boto3.client("s3")
    elif name == "init":
        sys.path.insert(0, "functions/exporter")
        import app  # noqa: F401, PLC0415
        from studio_export import bootstrap  # noqa: PLC0415

        bootstrap.warm()
    elif name in {"export", "backfill"}:
        from tools.bench import exporter  # noqa: PLC0415

        exporter.WORKS[name](*arguments)
    else:
        from tools.bench import rivals  # noqa: PLC0415

        rivals.WORKS[name](*arguments)
    cost = {
        "cpu_seconds": cpu_seconds() - begun_cpu,
        "wall_seconds": time.monotonic() - begun,
        "peak_bytes": peak_bytes(),
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
