"""Several invocations at once: nothing of it by default, and with it exactly what it needs."""

import json
import re
from pathlib import Path

import pytest

from studio_export.accounts import account_names
from studio_export.errors import ConfigurationError
from tests.template.calls import Call, call_of
from tests.template.policy import actions, may, policy_of
from tools.devkit import node, program
from tools.devkit.repository import ROOT
from tools.devkit.template.rendered import (
    EVERY_DATASET,
    SECRET,
    Json,
    Rendered,
    render,
    transformed,
)
from tools.fleet.definition import definition

DEFINITION = (ROOT / "statemachines" / "export.asl.json").read_text()
OURS = {
    *("Fleet", "FleetRun", "FleetRole", "FleetScheduleRole", "FleetFailedAlarm"),
    *("Planner", "PlannerLogs", "PlannerRole"),
}
EVERYTHING = {"TwilioSecretArn": SECRET, "Datasets": EVERY_DATASET, "MakeDashboard": "true"}
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"


@pytest.fixture(scope="module")
def shared() -> Rendered:
    return render(Workers=4, **EVERYTHING)


@pytest.fixture(scope="module")
def alone() -> Rendered:
    return render(Workers=1, **EVERYTHING)


def states(definition: Json) -> dict[str, Json]:
    """Return every state by its name, also those within a Map."""
    found: dict[str, Json] = {}
    for name, state in definition["States"].items():
        found[name] = state
        if "ItemProcessor" in state:
            found |= states(state["ItemProcessor"])
    return found


STATES = states(json.loads(DEFINITION))


def test_one_worker_is_the_default_and_makes_nothing_more(alone: Rendered) -> None:
    assert render(**EVERYTHING) == alone
    assert not OURS & alone.resources.keys()
    assert "AWS/States" not in json.dumps(alone.resources)
    assert "Fleet" not in alone.outputs


def test_several_workers_change_nothing_else(shared: Rendered, alone: Rendered) -> None:
    changed = {name for name, found in alone.resources.items() if shared.resources[name] != found}

    assert shared.resources.keys() - alone.resources.keys() == OURS
    assert changed == {"ExporterRun", "AccessDeniedAlarm", "DetailsRefusedAlarm", "Dashboard"}


def test_the_state_machine_starts_the_runs_and_the_exporters_schedule_rests(
    shared: Rendered, alone: Rendered
) -> None:
    schedule = shared.properties("FleetRun")
    target = schedule["Target"]

    assert shared.properties("ExporterRun")["State"] == "DISABLED"
    assert "State" not in alone.properties("ExporterRun")
    assert schedule["ScheduleExpression"] == "rate(15 minutes)"
    assert "Name" not in schedule
    assert json.loads(target["Input"]) == {}
    old = alone.properties("ExporterRun")["Target"]
    for name in ("RetryPolicy", "DeadLetterConfig"):
        assert target[name] == old[name]


def test_its_schedule_may_start_it_and_report_what_it_could_not(shared: Rendered) -> None:
    target = shared.properties("FleetRun")["Target"]

    assert target["RoleArn"].endswith(":role/fleetschedulerole")
    assert actions(policy_of(shared, "FleetScheduleRole")) == {
        *("states:StartExecution", "sqs:SendMessage")
    }
    assert may(shared, "FleetScheduleRole", Call("states:StartExecution", target["Arn"]))
    queue = Call("sqs:SendMessage", target["DeadLetterConfig"]["Arn"])
    assert may(shared, "FleetScheduleRole", queue)


def test_the_machines_role_allows_exactly_the_calls_that_the_machine_makes(
    shared: Rendered,
) -> None:
    given = shared.properties("Fleet")["DefinitionSubstitutions"]
    tasks = [state for state in STATES.values() if state["Type"] == "Task"]
    invoked = {given[task["Parameters"]["FunctionName"].strip("${}")] for task in tasks}
    (statement,) = policy_of(shared, "FleetRole")["Statement"]

    assert {task["Resource"] for task in tasks} == {"arn:${Partition}:states:::lambda:invoke"}
    assert statement["Action"] == "lambda:InvokeFunction"
    assert set(statement["Resource"]) == invoked
    assert shared.properties("Fleet")["RoleArn"].endswith(":role/fleetrole")


def test_every_substitution_of_the_definition_is_given_and_no_other(shared: Rendered) -> None:
    given = shared.properties("Fleet")["DefinitionSubstitutions"].keys()

    assert given == set(re.findall(r"\$\{(\w+)\}", DEFINITION))


@pytest.mark.skipif(node.missing() != "", reason=node.missing())
def test_the_definition_is_valid_states_language(tmp_path: Path) -> None:
    validator = node.MODULES / "asl-validator" / "dist" / "bin" / "asl-validator.js"
    rendered = tmp_path / "export.asl.json"
    rendered.write_text(definition())
    checked = program.run(["node", validator, "--json-path", rendered])
    rendered.write_text(definition().replace('"Next": "Judge"', '"Next": "Nowhere"'))
    wrong = program.run(["node", validator, "--json-path", rendered])

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert wrong.returncode != 0


def test_a_standard_workflow_lasts_longer_than_five_minutes(shared: Rendered) -> None:
    assert shared.properties("Fleet")["StateMachineType"] == "STANDARD"


def test_the_planner_reads_the_secret_and_nothing_of_the_export(shared: Rendered) -> None:
    role = policy_of(shared, "PlannerRole")

    assert actions(role) == {
        *("secretsmanager:GetSecretValue", "logs:CreateLogStream", "logs:PutLogEvents")
    }
    assert may(shared, "PlannerRole", call_of("GetSecretValue", {"SecretId": SECRET}))


def test_the_planner_asks_twilio_as_the_exporter_does(shared: Rendered) -> None:
    planner = shared.properties("Planner")["Environment"]["Variables"]
    exporter = shared.properties("Exporter")["Environment"]["Variables"]

    assert planner.pop("WORKERS") == "4"
    assert planner.items() <= exporter.items()
    assert {name for name in exporter if name.startswith(("TWILIO", "STUDIO_BASE"))} <= {*planner}
    assert shared.properties("Planner")["Layers"] == shared.properties("Exporter")["Layers"]


def test_without_a_secret_the_planner_may_read_none() -> None:
    role = policy_of(render(Workers=2), "PlannerRole")

    assert actions(role) == {"logs:CreateLogStream", "logs:PutLogEvents"}


@pytest.mark.parametrize("role", ["FleetRole", "FleetScheduleRole", "PlannerRole"])
def test_a_role_bears_the_boundary_and_is_assumed_by_its_service(role: str) -> None:
    properties = render(Workers=2, PermissionsBoundaryArn=BOUNDARY).properties(role)
    (statement,) = properties["AssumeRolePolicyDocument"]["Statement"]
    services = {"FleetRole": "states", "FleetScheduleRole": "scheduler", "PlannerRole": "lambda"}

    assert properties["PermissionsBoundary"] == BOUNDARY
    assert statement["Principal"] == {"Service": f"{services[role]}.amazonaws.com"}
    assert "ManagedPolicyArns" not in properties


def test_a_refused_piece_does_not_hide_behind_one_that_is_not(
    shared: Rendered, alone: Rendered
) -> None:
    for alarm in ("AccessDeniedAlarm", "DetailsRefusedAlarm"):
        assert shared.properties(alarm)["Statistic"] == "Maximum"
        assert alone.properties(alarm)["Statistic"] == "Minimum"


def test_a_function_is_retried_where_lambda_was_busy_and_not_where_twilio_refuses() -> None:
    refused, busy, killed = STATES["Export"]["Retry"]

    assert {"AccessDeniedError", "ConfigurationError", "InvalidEventError"} <= {
        *refused["ErrorEquals"]
    }
    assert refused["MaxAttempts"] == 0
    assert "Lambda.TooManyRequestsException" in busy["ErrorEquals"]
    assert (busy["MaxAttempts"], busy["JitterStrategy"]) == (8, "FULL")
    assert (killed["ErrorEquals"], killed["MaxAttempts"]) == (["States.TaskFailed"], 2)


def test_what_still_fails_is_caught_so_that_the_other_pieces_go_on() -> None:
    (caught,) = STATES["Export"]["Catch"]

    assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], "Failed")
    assert STATES["Failed"]["Parameters"]["ok"] is False


def test_a_workers_share_of_twilios_limit_is_a_number_that_the_map_holds() -> None:
    assert STATES["Pieces"]["MaxConcurrencyPath"] == "$.at_once"


# Several accounts.

ACCOUNTS = {"Accounts": "acme,globex", "TwilioSecretPrefix": "studio-export/"}
OF_ACME = {
    "Bucket": "exportbucket",
    "Key": "studio/account=acme/executions/dt=2026-11-23/FW0-T14-00003.jsonl.gz",
}
SECRETS = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"


@pytest.fixture(scope="module")
def accounts() -> Rendered:
    return render(**ACCOUNTS, Datasets=EVERY_DATASET)


def test_accounts_are_exported_by_the_state_machine_also_with_one_worker(
    accounts: Rendered,
) -> None:
    assert accounts.resources.keys() >= OURS
    for function in ("Exporter", "Planner"):
        variables = accounts.properties(function)["Environment"]["Variables"]
        assert variables["ACCOUNTS"] == "acme,globex"
        assert variables["TWILIO_SECRET_PREFIX"] == "studio-export/"


def test_without_accounts_no_function_has_their_variables(shared: Rendered) -> None:
    for function in ("Exporter", "Planner"):
        variables = shared.properties(function)["Environment"]["Variables"]
        assert not {"ACCOUNTS", "TWILIO_SECRET_PREFIX"} & variables.keys()


@pytest.mark.parametrize("role", ["ExporterRole", "PlannerRole"])
def test_the_functions_read_the_accounts_secrets_and_no_others(
    accounts: Rendered, role: str
) -> None:
    action = "secretsmanager:GetSecretValue"

    assert may(accounts, role, Call(action, f"{SECRETS}studio-export/acme-AbCdEf"))
    assert not may(accounts, role, Call(action, f"{SECRETS}other-AbCdEf"))


@pytest.mark.parametrize(
    "folder", ["executions", "rejected", "done", "steps", "contexts", "flow-revisions"]
)
def test_the_exporter_writes_below_each_account_and_nowhere_else(
    accounts: Rendered, folder: str
) -> None:
    def put(key: str) -> Call:
        return call_of("PutObject", OF_ACME | {"Key": key, "IfNoneMatch": "*"})

    assert may(accounts, "ExporterRole", put(f"studio/account=acme/{folder}/object"))
    assert not may(accounts, "ExporterRole", put(f"studio/{folder}/object"))
    assert not may(accounts, "ExporterRole", put(f"other/account=acme/{folder}/object"))


def test_the_exporter_lists_each_accounts_logs(accounts: Rendered) -> None:
    prefix = "studio/account=acme/executions/dt=2026-11-23/"
    listing = call_of("ListObjectsV2", {"Bucket": "exportbucket", "Prefix": prefix})

    assert may(accounts, "ExporterRole", listing)


def test_the_compactor_takes_the_days_of_each_account_and_no_others(accounts: Rendered) -> None:
    def put(key: str) -> Call:
        return call_of("PutObject", OF_ACME | {"Key": key, "IfNoneMatch": "*"})

    def listing(prefix: str) -> Call:
        return call_of("ListObjectsV2", {"Bucket": "exportbucket", "Prefix": prefix})

    variables = accounts.properties("Compactor")["Environment"]["Variables"]
    assert variables["ACCOUNTS"] == "acme,globex"
    assert may(accounts, "CompactorRole", call_of("GetObject", OF_ACME))
    for folder in ("daily", "daily-steps", "daily-contexts"):
        assert may(accounts, "CompactorRole", put(f"studio/account=acme/{folder}/object"))
        assert not may(accounts, "CompactorRole", put(f"studio/{folder}/object"))
        assert may(accounts, "CompactorRole", listing(f"studio/account=acme/{folder}/dt="))
        assert not may(accounts, "CompactorRole", listing(f"studio/{folder}/dt="))
    assert not may(accounts, "CompactorRole", put("studio/account=acme/executions/object"))


def test_accounts_need_the_prefix_of_their_secrets() -> None:
    prefix, contexts = transformed()["Rules"]["AccountsHaveSecrets"]["Assertions"]

    assert prefix["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "TwilioSecretPrefix"}, ""]}]}
    assert contexts["Assert"] == {"Fn::Equals": [{"Ref": "ContextsExpireAfterDays"}, "0"]}


@pytest.mark.parametrize("text", ["acme", "acme,globex", "a b", "acme,", "a/b", "x" * 65])
def test_the_template_takes_the_names_that_the_code_takes_and_no_others(text: str) -> None:
    pattern = transformed()["Parameters"]["Accounts"]["AllowedPattern"]
    try:
        account_names({"ACCOUNTS": text})
        taken = True
    except ConfigurationError:
        taken = False

    assert bool(re.fullmatch(pattern, text)) is taken
