"""Airbyte's source-twilio, to a file. `URL FROM TO FLOW_SID DIRECTORY COST`.

The stream of Executions is its own, and knows no range. Its manifest's host is replaced, and v1 by
v2, which the stub serves.
"""

import json
import os
import sys
from importlib.resources import files
from pathlib import Path

from airbyte_cdk.entrypoint import launch
from airbyte_cdk.sources.declarative.yaml_declarative_source import YamlDeclarativeSource

from tools.bench.peers.cost import tell

url, start, _, _, directory, cost = sys.argv[1:]
here = Path(directory)
manifest = files("source_twilio").joinpath("manifest.yaml").read_text()
(here / "manifest.yaml").write_text(manifest.replace("https://studio.twilio.com/v1", f"{url}/v2"))
config = {"account_sid": "AC" + "0" * 32, "auth_token": "token", "start_date": start}
(here / "config.json").write_text(json.dumps(config))
stream = {
    "stream": {"name": "executions", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
    "sync_mode": "full_refresh",
    "destination_sync_mode": "overwrite",
}
(here / "catalog.json").write_text(json.dumps({"streams": [stream]}))
os.chdir(here)
arguments = ["read", "--config", "config.json", "--catalog", "catalog.json"]
catalog = YamlDeclarativeSource.read_catalog("catalog.json")
source = YamlDeclarativeSource("manifest.yaml", catalog=catalog, config=config, state=[])
with open("records.jsonl", "w") as out:  # noqa: PTH123  the process's own stdout
    os.dup2(out.fileno(), 1)
    launch(source, arguments)
with Path("records.jsonl").open() as lines:
    tell(cost, sum('"type":"RECORD"' in line for line in lines))
