"""Where LocalStack's CloudFormation differs from AWS's on this template, it is made to agree.

Each function replaces the method of LocalStack 4.14 that its parameters name.
"""

from types import SimpleNamespace

from localstack.services.cloudformation.engine.v2.change_set_model import (
    ChangeSetModel,
    ChangeType,
    NodeIntrinsicFunction,
    NodeResource,
    is_nothing,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import (
    ChangeSetModelPreproc,
    DeletionPolicy,
    PreprocEntityDelta,
)
from localstack.services.cloudformation.engine.validations import ValidationError

_resolve_attribute = ChangeSetModelPreproc._resolve_attribute
_resolve_mapping = ChangeSetModelPreproc._resolve_mapping
_resolve_reference = ChangeSetModelPreproc._resolve_reference
_visit_node_resource = ChangeSetModelPreproc.visit_node_resource
_retrieve_or_visit_resource = ChangeSetModel._retrieve_or_visit_resource


def apply() -> None:
    ChangeSetModelPreproc._resolve_attribute = resolve_attribute
    ChangeSetModelPreproc.visit_node_intrinsic_function_fn_equals = visit_equals
    ChangeSetModelPreproc._resolve_mapping = resolve_mapping
    ChangeSetModelPreproc._resolve_reference = resolve_reference
    ChangeSetModelPreproc.visit_node_resource = visit_node_resource
    ChangeSetModel._retrieve_or_visit_resource = retrieve_or_visit_resource


def resolve_mapping(
    model: ChangeSetModelPreproc, map_name: str, top_level_key: object, second_level_key: object
) -> PreprocEntityDelta:
    """Look up strings: a parameter of type Number is one in a template."""
    return _resolve_mapping(model, map_name, str(top_level_key), str(second_level_key))


def visit_equals(
    model: ChangeSetModelPreproc, function: NodeIntrinsicFunction
) -> PreprocEntityDelta:
    """Compare texts: a default of type Number is one as soon as it is a parameter's value."""
    return model._cached_apply(
        scope=function.scope,
        arguments_delta=model.visit(function.arguments),
        resolver=lambda both: str(both[0]) == str(both[1]),
    )


def resolve_reference(model: ChangeSetModelPreproc, logical_id: str) -> PreprocEntityDelta:
    """Leave `${!name}` of Fn::Sub to be the text `${name}`."""
    if logical_id.startswith("!"):
        text = f"${{{logical_id[1:]}}}"
        return PreprocEntityDelta(before=text, after=text)
    return _resolve_reference(model, logical_id)


def resolve_attribute(
    model: ChangeSetModelPreproc, arguments: str | list[str], select_before: bool
) -> object:
    """Give an empty text for a resource that did not exist before an update.

    LocalStack asks for it, and Fn::Sub stops at a name without a value.
    """
    try:
        return _resolve_attribute(model, arguments, select_before)
    except ValidationError:
        if select_before:
            return ""
        raise


def visit_node_resource(
    model: ChangeSetModelPreproc, node_resource: NodeResource
) -> PreprocEntityDelta:
    """Keep what is RetainExceptOnCreate when its stack is deleted: LocalStack knows only Retain."""
    delta = _visit_node_resource(model, node_resource)
    before = delta.before
    if not is_nothing(before) and before.deletion_policy == DeletionPolicy.RetainExceptOnCreate:
        before.deletion_policy = DeletionPolicy.Retain
    return delta


def retrieve_or_visit_resource(model: ChangeSetModel, resource_name: str) -> object:
    """Do not recurse for ever into SAM's template, which may name resources in a circle.

    The schedule among a function's `Events` names a role, and the role names the function. SAM's
    transform makes the schedule a resource of its own, which ends the circle.
    """
    visiting = model.__dict__.setdefault("visiting", set())
    if resource_name in visiting and "Transform" in model._after_template:
        no_properties = SimpleNamespace(properties=[])
        return SimpleNamespace(change_type=ChangeType.UNCHANGED, properties=no_properties)
    visiting.add(resource_name)
    try:
        return _retrieve_or_visit_resource(model, resource_name)
    finally:
        visiting.discard(resource_name)
