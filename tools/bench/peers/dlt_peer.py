"""dlt: its REST source, to files of JSON lines. `URL FROM TO FLOW_SID DIRECTORY COST`."""

import gzip
import sys
from pathlib import Path

import dlt
from dlt.sources.rest_api import rest_api_source

from tools.bench.peers.cost import tell

url, start, stop, flow_sid, directory, cost = sys.argv[1:]
source = rest_api_source(
    {
        "client": {
            "base_url": url,
            "auth": {"type": "http_basic", "username": "AC" + "0" * 32, "password": "token"},
            "paginator": {"type": "json_link", "next_url_path": "meta.next_page_url"},
        },
        "resources": [
            {
                "name": "executions",
                "max_table_nesting": 0,
                "endpoint": {
                    "path": f"v2/Flows/{flow_sid}/Executions",
                    "params": {
                        "DateCreatedFrom": start,
                        "DateCreatedTo": stop,
                        "PageSize": 1000,
                    },
                    "data_selector": "executions",
                },
            }
        ],
    }
)
pipeline = dlt.pipeline(
    "peer",
    pipelines_dir=f"{directory}/work",
    destination=dlt.destinations.filesystem(f"file://{directory}/out"),
    dataset_name="studio",
)
pipeline.run(source, loader_file_format="jsonl")
files = Path(directory, "out", "studio", "executions").glob("*.jsonl*")
tell(cost, sum(gzip.decompress(file.read_bytes()).count(b"\n") for file in files))
