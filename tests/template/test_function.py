"""The function, its environment, its layer and its logs."""

import re
from itertools import combinations

import pytest

from studio_export import settings
from studio_export.detail_settings import DATASETS, read_details
from studio_export.errors import ConfigurationError
from studio_export.privacy.policy import parse_policy
from tools.bench import measure
from tools.devkit.template.rendered import EVERY_DATASET, Rendered, render, transformed
from tools.local_lambda.build import LAMBDA_RUNTIME
from tools.supply.layer import SOURCE

SK, AC, FW = "SK" + "0" * 32, "AC" + "0" * 32, "FW" + "0" * 32
DAY = "2026-11-23"
# The configuration that the README documents, which `settings` and `detail_settings` read.
PARAMETERS = [
    ("ExportPrefix", "EXPORT_PREFIX", "a/b"),
    ("FlowSids", "FLOW_SIDS", FW),
    ("TwilioSecretArn", "TWILIO_SECRET_ID", "arn:secret"),
    ("TwilioApiKey", "TWILIO_API_KEY", SK),
    ("TwilioApiSecret", "TWILIO_API_SECRET", "made-up"),
    ("TwilioAccountSid", "TWILIO_ACCOUNT_SID", AC),
    ("TwilioAuthToken", "TWILIO_AUTH_TOKEN", "made-up"),
    ("StudioBaseUrl", "STUDIO_BASE_URL", "https://example.org"),
    ("TwilioEdge", "TWILIO_EDGE", "dublin"),
    ("TwilioRegion", "TWILIO_REGION", "ie1"),
    ("StudioConcurrency", "STUDIO_CONCURRENCY", "2"),
    ("SweepAges", "SWEEP_AGES", "2m,1d"),
    ("LookbackDays", "LOOKBACK_DAYS", "7"),
    ("Freshness", "FRESHNESS", "always"),
    ("Privacy", "PRIVACY", "context=drop"),
    ("PrivacyKey", "PRIVACY_KEY", "k" * 32),
    ("Datasets", "DATASETS", "executions,steps"),
    ("DetailConcurrency", "DETAIL_CONCURRENCY", "3"),
    ("DetailFlowSids", "DETAIL_FLOW_SIDS", FW),
    ("DetailsFrom", "DETAILS_FROM", DAY),
    ("ContextValues", "CONTEXT_VALUES", "widgets.menu.Digits"),
    ("ScheduleMinutes", "SCHEDULE_MINUTES", "60"),
]
OTHERS = {"EXPORT_BUCKET", "CHECKPOINT_TABLE", "POWERTOOLS_SERVICE_NAME", "MALLOC_TOP_PAD_"}


def environment(**parameters: object) -> dict[str, str]:
    variables = render(**parameters).properties("Exporter")["Environment"]["Variables"]
    return {name: str(value) for name, value in variables.items()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Runtime", "python3.13"),
        ("Architectures", ["arm64"]),
        ("Handler", "app.lambda_handler"),
        ("Timeout", 840),
        ("MemorySize", "512"),
        ("ReservedConcurrentExecutions", None),
    ],
)
def test_the_function_has_these_defaults(stack: Rendered, name: str, value: object) -> None:
    assert stack.properties("Exporter").get(name) == value


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_either_architecture_has_the_same_layer(architecture: str) -> None:
    stack = render(Architecture=architecture)

    assert stack.properties("Exporter")["Architectures"] == [architecture]
    layer = stack.one("AWS::Lambda::LayerVersion")
    assert layer["CompatibleArchitectures"] == ["arm64", "x86_64"]


def test_only_the_runtime_that_the_layer_is_made_for_is_deployed() -> None:
    (rule,) = transformed()["Rules"]["RuntimeIsTheLayers"]["Assertions"]
    assert rule["Assert"] == {"Fn::Equals": [{"Ref": "PythonRuntime"}, LAMBDA_RUNTIME]}

    makefile = (SOURCE / "Makefile").read_text()
    assert f"LAYER_PYTHON ?= {LAMBDA_RUNTIME}\n" in makefile
    assert transformed()["Parameters"]["PythonRuntime"]["Default"] == LAMBDA_RUNTIME


def test_the_function_has_one_layer_which_is_ours(stack: Rendered) -> None:
    (layer,) = stack.of_type("AWS::Lambda::LayerVersion")

    assert stack.properties("Exporter")["Layers"] == [layer.lower()]


def test_every_variable_of_the_configuration_is_declared_and_no_other(stack: Rendered) -> None:
    declared = stack.properties("Exporter")["Environment"]["Variables"].keys()

    assert declared == {variable for _, variable, _ in PARAMETERS} | OTHERS


def test_what_is_measured_gets_memory_as_the_function_does() -> None:
    assert measure.MALLOC.items() <= environment().items()


def test_the_defaults_of_the_template_are_those_of_the_code() -> None:
    given = environment(TwilioSecretArn="arn:secret")
    required = {
        name: given[name] for name in ("EXPORT_BUCKET", "CHECKPOINT_TABLE", "TWILIO_SECRET_ID")
    }

    assert settings.read(given) == settings.read(required)


@pytest.mark.parametrize("concurrency", ["1", "4"])
def test_the_defaults_of_the_details_are_those_of_the_code(concurrency: str) -> None:
    """Also where one request at a time leaves no room for the usual two."""
    given = environment(Datasets=EVERY_DATASET, StudioConcurrency=concurrency)

    assert read_details(given) == read_details(
        {"DATASETS": EVERY_DATASET, "STUDIO_CONCURRENCY": concurrency}
    )


def test_details_are_off_by_default() -> None:
    assert read_details(environment()) is None


def test_every_choice_of_datasets_is_offered() -> None:
    offered = transformed()["Parameters"]["Datasets"]["AllowedValues"]
    choices = {
        frozenset(choice) for size in range(4) for choice in combinations(DATASETS.values(), size)
    }

    found = [read_details({"DATASETS": value}) for value in offered]
    assert {frozenset(each.folders if each else ()) for each in found} == choices
    assert len(offered) == len(choices)


@pytest.mark.parametrize(("parameter", "variable", "value"), PARAMETERS)
def test_a_parameter_becomes_its_variable(parameter: str, variable: str, value: str) -> None:
    assert environment(**{parameter: value})[variable] == value


def test_what_is_secret_is_not_echoed() -> None:
    parameters = transformed()["Parameters"]

    hidden = {name for name, each in parameters.items() if each.get("NoEcho")}

    assert hidden == {
        *("TwilioApiKey", "TwilioApiSecret", "TwilioAccountSid", "TwilioAuthToken", "PrivacyKey")
    }


@pytest.mark.parametrize(
    "text",
    [
        *("", "context=drop", "contact_sid=hmac,context=string", "initiated_by=keep,context=mask"),
        *("contact_sid=string", "sid=drop", "context", "context=drop,", "Context=drop"),
    ],
)
def test_the_template_takes_a_policy_that_the_code_takes_and_no_other(text: str) -> None:
    pattern = transformed()["Parameters"]["Privacy"]["AllowedPattern"]

    try:
        parse_policy(text)
        taken = True
    except ValueError:
        taken = False

    assert bool(re.fullmatch(pattern, text)) is taken


@pytest.mark.parametrize("text", ["0", "1", "30", "999", "3599", "3600", "3601", "always", "soon"])
def test_the_template_takes_a_freshness_that_the_code_takes_and_no_other(text: str) -> None:
    pattern = transformed()["Parameters"]["Freshness"]["AllowedPattern"]
    required = {"EXPORT_BUCKET": "bucket", "CHECKPOINT_TABLE": "table", "TWILIO_SECRET_ID": "x"}

    try:
        settings.read({**required, "FRESHNESS": text})
        taken = True
    except ConfigurationError:
        taken = False

    assert bool(re.fullmatch(pattern, text)) is taken


@pytest.mark.parametrize(
    ("parameter", "variable", "text"),
    [
        *(("DetailConcurrency", "DETAIL_CONCURRENCY", text) for text in ("", "1", "64")),
        *(("DetailConcurrency", "DETAIL_CONCURRENCY", text) for text in ("0", "65", "two")),
        *(("DetailFlowSids", "DETAIL_FLOW_SIDS", text) for text in ("", FW, f"{FW},{FW}")),
        *(("DetailFlowSids", "DETAIL_FLOW_SIDS", text) for text in ("FW1", FW.lower(), f"{FW},")),
        *(("DetailsFrom", "DETAILS_FROM", text) for text in ("", DAY, f"{DAY}T14:00:00Z")),
        *(("DetailsFrom", "DETAILS_FROM", text) for text in ("now", "2026-13-01", f"{DAY}T24:00")),
        *(("ContextValues", "CONTEXT_VALUES", text) for text in ("", "*", "flow.data", "a,b.c")),
        ("ContextValues", "CONTEXT_VALUES", "widgets.menu.Digits,widgets.*.parsed.First Name"),
        *(("ContextValues", "CONTEXT_VALUES", text) for text in ("a..b", ".a", "a.", "a,", "*,a")),
        *(("ContextValues", "CONTEXT_VALUES", text) for text in ("flow.*", "widgets.*", "a.*.b")),
        ("ContextValues", "CONTEXT_VALUES", "widgets.*.*"),
    ],
)
def test_the_template_takes_for_details_what_the_code_takes(
    parameter: str, variable: str, text: str
) -> None:
    pattern = transformed()["Parameters"][parameter]["AllowedPattern"]

    try:
        read_details({"DATASETS": EVERY_DATASET, "STUDIO_CONCURRENCY": "64", variable: text})
        taken = True
    except ConfigurationError:
        taken = False

    assert bool(re.fullmatch(pattern, text)) is taken


@pytest.mark.parametrize("minutes", transformed()["Parameters"]["ScheduleMinutes"]["AllowedValues"])
def test_the_time_out_is_below_the_period_of_every_schedule(minutes: str) -> None:
    timeout = render(ScheduleMinutes=minutes).properties("Exporter")["Timeout"]

    assert 60 <= timeout < int(minutes) * 60
    assert timeout <= 900


def test_reserved_concurrency_is_there_for_the_asking() -> None:
    function = render(ReservedConcurrency=2).properties("Exporter")

    assert function["ReservedConcurrentExecutions"] == "2"


def test_logs_are_json_in_a_group_that_forgets(stack: Rendered) -> None:
    logging = stack.properties("Exporter")["LoggingConfig"]
    group = stack.properties("ExporterLogs")

    assert logging["LogFormat"] == "JSON"
    assert logging["LogGroup"] == group["LogGroupName"]
    assert group["RetentionInDays"] == "30"


def test_no_log_level_silences_the_metrics() -> None:
    assert transformed()["Parameters"]["LogLevel"]["AllowedValues"] == ["DEBUG", "INFO"]


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("ExportBucket", "Bucket"),
        ("Checkpoints", "CheckpointTable"),
        ("Exporter", "Function"),
        ("FailedInvocations", "FailedInvocationsQueue"),
        ("UndeliveredRuns", "UndeliveredRunsQueue"),
    ],
)
def test_the_outputs_name_what_was_made(stack: Rendered, name: str, output: str) -> None:
    assert stack.outputs[output]["Value"] == name.lower()


def test_the_outputs_name_layer_log_group_and_dataset(stack: Rendered) -> None:
    (layer,) = stack.of_type("AWS::Lambda::LayerVersion")

    assert stack.outputs["Layer"]["Value"] == layer.lower()
    assert stack.outputs["LogGroup"]["Value"] == stack.properties("ExporterLogs")["LogGroupName"]
    assert stack.outputs["Dataset"]["Value"] == "s3://exportbucket/studio/executions/"
