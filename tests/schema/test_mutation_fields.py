"""Mutations are commands as a client writes them: the same names, the same fields, the same freedom to leave something out."""

import re
import typing
from datetime import datetime
from enum import Enum

import msgspec
import pytest
from graphql import Undefined, is_input_object_type, is_list_type, is_non_null_type, is_object_type, is_required_input_field

from gateway.domain.commands import COMMANDS
from gateway.domain.commands.destinations import DESTINATION_COMMANDS
from gateway.domain.commands.naming import camel_case, input_name, key_types, plain
from schema import build_schema

CORE = build_schema()._schema
FIELDS = CORE.mutation_type.fields
SCALARS = {str: "String", int: "Int", float: "Float", bool: "Boolean", datetime: "DateTime", dict[str, typing.Any]: "JSON"}
NOUNS = {  # what a payload shows beside, where it is not the noun in the mutation's name
    "runPipeline": {"runs": "[Run]!"},
    "cancelRun": {"run": "Run", "parts": "[MutationPart!]!"},
    "recordPipelineRun": {"build": "Build"},
    "deleteTrigger": {"deletedId": "ID", "pipeline": "Pipeline"},
    "deleteArtifactVersion": {"artifact": "Artifact"},
    "analyzePromotion": {"promotion": "Promotion", "report": "PromotionReport"},
    "executePromotion": {"run": "Execution"},
    "assignPromotionUser": {"promotion": "Promotion"},
    "unassignPromotionUser": {"promotion": "Promotion"},
    "deleteDestination": {"destination": "Destination", "deletedId": "ID"},
    "resendDeliveries": {"destination": "Destination", "deliveries": "[Delivery]!"},
}
COMMON = {"ids": "[ID!]!", "errors": "[MutationError!]!", "receipt": "Receipt", "replayed": "Boolean!"}

ALL_COMMANDS = (*COMMANDS, *DESTINATION_COMMANDS)
WITHOUT_COMMAND = ["sendRecords", "testDestination"]

every_command = pytest.mark.parametrize("command", ALL_COMMANDS, ids=lambda command: command.mutation)


def upper(name):
    return name[0].upper() + name[1:]


def fields_of(struct):
    """Name in the schema -> field of the command."""
    return {camel_case(input_name(field.name, field.type)): field for field in msgspec.structs.fields(struct)}


def compare(shown, struct, extra=()):
    """An input type has the fields of the struct, of the same types, and the same ones may be left out."""
    wanted = fields_of(struct)
    assert is_input_object_type(shown)
    assert set(shown.fields) - set(extra) == set(wanted), shown.name
    for name, field in wanted.items():
        given = shown.fields[name]
        assert is_required_input_field(given) is field.required, f"{shown.name}.{name}"
        compare_type(given.type.of_type if is_non_null_type(given.type) else given.type, field.type, f"{shown.name}.{name}")


def compare_type(shown, hint, where):
    wanted = plain(hint)
    if typing.get_origin(wanted) is tuple:
        assert is_list_type(shown), where
        assert is_non_null_type(shown.of_type), where
        compare_type(shown.of_type.of_type, typing.get_args(wanted)[0], where)
    elif key_types(wanted):
        assert shown.name == "ID", where
    elif isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        compare(shown, wanted)
    elif isinstance(wanted, type) and issubclass(wanted, Enum):
        assert shown.name == wanted.__name__, where
        assert set(shown.values) == {word.name for word in wanted}, where
    else:
        assert shown.name == SCALARS[wanted], where


def test_there_is_a_mutation_for_every_command_in_the_same_order():
    assert list(FIELDS) == [*(command.mutation for command in ALL_COMMANDS), *WITHOUT_COMMAND]


@every_command
def test_it_is_called_with_its_own_input_and_answers_with_its_own_payload(command):
    field = FIELDS[command.mutation]
    name = upper(command.mutation)

    assert command.__name__ == name
    assert {argument: str(value.type) for argument, value in field.args.items()} == {"input": f"{name}Input!"}
    assert str(field.type) == f"{name}Payload!"


@every_command
def test_its_input_has_the_fields_of_the_command_and_what_all_have(command):
    shown = FIELDS[command.mutation].args["input"].type.of_type
    extra = {"idempotencyKey": "String"} | ({"confirmName": "String!"} if command.destroys else {})

    compare(shown, command, extra)
    assert {name: str(field.type) for name, field in shown.fields.items() if name in extra or name == "confirmName"} == extra


def test_what_may_be_left_out_has_no_default_so_that_it_is_told_from_null():
    inputs = [type_ for name, type_ in CORE.type_map.items() if is_input_object_type(type_) and name.endswith("Input")]
    defaults = {
        f"{type_.name}.{name}" for type_ in inputs for name, field in type_.fields.items() if field.default_value is not Undefined
    }

    assert defaults == {"VariableInput.encrypted"}


@every_command
def test_its_payload_shows_the_noun_and_what_all_have(command):
    shown = FIELDS[command.mutation].type.of_type
    verb, noun = re.match(r"([a-z]+)(.*)", command.mutation).groups()
    noun = {"denyRun": "Run"}.get(command.mutation, noun)
    own = {"deletedId": "ID"} if verb == "delete" else {noun[0].lower() + noun[1:]: noun}

    assert is_object_type(shown)
    assert {name: str(field.type) for name, field in shown.fields.items()} == NOUNS.get(command.mutation, own) | COMMON


@every_command
def test_nothing_that_has_to_be_read_anew_can_empty_the_payload(command):
    for name, field in FIELDS[command.mutation].type.of_type.fields.items():
        inner = field.type.of_type if is_non_null_type(field.type) else field.type
        if name not in COMMON and name != "parts":
            assert not is_non_null_type(field.type) or not is_non_null_type(inner.of_type), name


def test_ids_of_the_gateway_and_of_vendors_are_told_apart_by_their_types():
    """`...Id` is an ID where it is a key of the command, and a String where it is the vendor's own."""
    inputs = {name: type_ for name, type_ in CORE.type_map.items() if is_input_object_type(type_) and name.endswith("Input")}
    vendors = {
        f"{name}.{field}"
        for name, type_ in inputs.items()
        for field, value in type_.fields.items()
        if field.endswith("Id") and str(value.type).rstrip("!") == "String"
    }

    assert vendors == {
        "AssignPromotionUserInput.serviceAccountId", "AssignPromotionUserInput.userId", "PlanStepInput.stepId",
        "RecordPipelineRunInput.referenceId", "RuntimeInput.clusterId", "RuntimeInput.engineId", "RuntimeInput.externalId",
        "RuntimeInput.runProfileId",
        "TaskResourceInput.resourceId", "UnassignPromotionUserInput.serviceAccountId", "UnassignPromotionUserInput.userId",
    }  # fmt: skip
