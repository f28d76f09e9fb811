import json

import pytest

from tests.unit.simulator.lab import Lab


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("Page=1", 20001),
        ("Page=x", 20001),
        ("PageSize=0", 20001),
        ("PageSize=1001", 20001),
        ("PageSize=many", 20001),
        ("status=ENDED", 20001),
        ("DateCreatedFrom=2026-11-23", 20001),
        ("DateCreatedFrom=2026-11-23T14:00:00", 20001),
        ("DateCreatedTo=2026-13-23T14:00:00Z", 20001),
        ("DateCreatedTo=2026-11-23T14:00:00+01:00", 20001),  # a plus sign is a space
        ("Page=1&PageToken=nonsense", 21481),
        ("Page=1&PageToken=bnVsbA", 21481),
    ],
)
def test_a_malformed_parameter_is_400(lab: Lab, query: str, code: int) -> None:
    response = lab.ask(f"{lab.url}?{query}")
    error = json.loads(response.body)
    assert (response.status, error["status"], error["code"]) == (400, 400, code)
    assert error["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert error["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v2/Flow",
        "/v2/Flows/FW00000000000000000000000000000000",
        "/v2/Flows/FW00000000000000000000000000000000/Executions",
        "/v2/Flows/{flow}/Executions/FN00000000000000000000000000000000",
        "/v2/Flows/{flow}/Executions/FN00000000000000000000000000000000/Context",
    ],
)
def test_an_unknown_resource_is_404(lab: Lab, path: str) -> None:
    response = lab.ask(path.format(flow=lab.flow.sid))
    assert (response.status, json.loads(response.body)["code"]) == (404, 20404)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"authorization": ""}])
def test_without_credentials_it_is_401(lab: Lab, headers: dict[str, str]) -> None:
    response = lab.studio.handle("GET", "/v2/Flows", headers)
    assert (response.status, json.loads(response.body)["code"]) == (401, 20003)


def test_only_get_is_simulated(lab: Lab) -> None:
    assert lab.ask("/v2/Flows", method="POST").status == 405
