"""tap-twilio with a stream of Executions added. `URL FROM TO FLOW_SID DIRECTORY COST`."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import tap_twilio
from tap_twilio import client, schema, streams

from tools.bench.peers.cost import tell

url, start, _, flow_sid, directory, cost = sys.argv[1:]
here = Path(directory)
client.API_URL = url
streams.STREAMS["executions"] = {
    "api_url": url,
    "api_version": "v2",
    "path": f"Flows/{flow_sid}/Executions",
    "data_key": "executions",
    "key_properties": ["sid"],
    "replication_method": "INCREMENTAL",
    "replication_keys": ["date_created"],
    "bookmark_query_field_from": "DateCreatedFrom",
    "bookmark_query_field_to": "DateCreatedTo",
    "params": {"PageSize": 1000},
    "pagination": "meta",
}
_TEXT, _OBJECT = {"type": ["null", "string"]}, {"type": ["null", "object"]}
_TIME = {"type": ["null", "string"], "format": "date-time"}
_SIDS = ("sid", "account_sid", "flow_sid", "contact_sid", "contact_channel_address")
properties: dict[str, Any] = dict.fromkeys((*_SIDS, "status", "initiated_by", "url"), _TEXT)
properties |= {"date_created": _TIME, "date_updated": _TIME, "flow_version": {"type": "integer"}}
properties |= {key: {**_OBJECT, "additionalProperties": True} for key in ("context", "links")}
(here / "executions.json").write_text(json.dumps({"type": "object", "properties": properties}))
at = schema.get_abs_path
schema.get_abs_path = lambda path: (
    str(here / "executions.json") if path == "schemas/executions.json" else at(path)
)
get = client.TwilioClient.get


def get_page(self: Any, path: str, **more: Any) -> Any:
    """It looks for the next page at the top, by a path, as the older API has it."""
    page = get(self, path, **more)
    following = page.get("meta", {}).get("next_page_url")
    page["next_page_uri"] = following.removeprefix(url) if following else None
    return page


client.TwilioClient.get = get_page
config = {
    "account_sid": "AC" + "0" * 32,
    "auth_token": "token",
    "start_date": start,
    "user_agent": "peer",
    "date_window": "30",
}
(here / "config.json").write_text(json.dumps(config))
catalog = tap_twilio.discover().to_dict()
for stream in catalog["streams"]:
    selected = stream["stream"] == "executions"
    for each in stream["metadata"]:
        each["metadata"]["selected"] = selected
catalog["streams"] = [each for each in catalog["streams"] if each["stream"] == "executions"]
(here / "catalog.json").write_text(json.dumps(catalog))
sys.argv = ["tap-twilio", "--config", str(here / "config.json")]
sys.argv += ["--catalog", str(here / "catalog.json")]
with (here / "records.jsonl").open("w") as out:
    os.dup2(out.fileno(), 1)
    tap_twilio.main()
with (here / "records.jsonl").open() as lines:
    tell(cost, sum('"type": "RECORD"' in line for line in lines))
