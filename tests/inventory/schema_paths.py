"""Paths into the schema: `Type`, `Type.field`, `Type.field.field` from type to type, `Enum.VALUE`, and
`Type.field(argument.member)` for an argument, or a member of an input object."""

import re

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

_PATH = re.compile(r"(?P<type>\w+)(?P<steps>(\.\w+)*)(\((?P<argument>\w+)(?P<members>(\.\w+)*)\))?")


def is_path(text: str) -> bool:
    return _PATH.fullmatch(text) is not None


def leads_somewhere(schema: GraphQLSchema, path: str) -> bool:
    """Whether the schema has what the path names."""
    match = _PATH.fullmatch(path)
    if match is None:
        return False
    steps = [step for step in match["steps"].split(".") if step]
    here = schema.get_type(match["type"])
    if match["argument"] is None:
        return _walk(here, steps) is not None
    owner = _walk(here, steps[:-1])
    if not steps or not isinstance(owner, GraphQLObjectType | GraphQLInterfaceType) or steps[-1] not in owner.fields:
        return False
    arguments = owner.fields[steps[-1]].args
    if match["argument"] not in arguments:
        return False
    members = [member for member in match["members"].split(".") if member]
    return _walk(get_named_type(arguments[match["argument"]].type), members) is not None


def _walk(here: GraphQLNamedType | None, steps: list[str]) -> GraphQLNamedType | None:
    """The type at the end, None when a step is missing. A value of an enum ends at the enum."""
    for place, step in enumerate(steps, 1):
        match here:
            case GraphQLObjectType() | GraphQLInterfaceType():
                found = here.fields.get(step)
                here = None if found is None else get_named_type(found.type)
            case GraphQLInputObjectType():
                member = here.fields.get(step)
                here = None if member is None else get_named_type(member.type)
            case GraphQLEnumType():
                if step not in here.values or place < len(steps):
                    return None
            case _:
                return None
    return here
