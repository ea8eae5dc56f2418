"""Queries made from the schema: everything under each root, and everything of things by their ids."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    Lexer,
    Source,
    TokenKind,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.gateway_under_test import ALL_NAMES

SCHEMA = build_schema((Path(__file__).parents[2] / "schema" / "schema.graphql").read_text())
MOST_TOKENS = 1_200
DEEPEST = 4
MOST_IDS = 4

WithFields = GraphQLObjectType | GraphQLInterfaceType


def is_object(named: GraphQLNamedType) -> bool:
    return isinstance(named, GraphQLObjectType)


def has_fields(named: GraphQLNamedType) -> bool:
    """Interfaces show their own fields; what only one of their types has is asked for under that type."""
    return isinstance(named, WithFields)


def is_frame(named: GraphQLNamedType) -> bool:
    """Pages of lists. (A DataConnection is a thing, whatever its name ends in.)"""
    return isinstance(named, GraphQLObjectType) and ("pageInfo" in named.fields or set(named.fields) == {"cursor", "node"})


def is_thing(named: GraphQLNamedType) -> bool:
    """Can be found by its id."""
    return isinstance(named, WithFields) and (named.name == "Node" or any(each.name == "Node" for each in named.interfaces))


def is_part(named: GraphQLNamedType) -> bool:
    """It is only shown with what it is a part of."""
    return isinstance(named, WithFields) and not is_thing(named) and not is_frame(named)


def needs_arguments(field: GraphQLField) -> bool:
    return any(is_required_argument(argument) for argument in field.args.values())


def everything(named: WithFields, depth: int, path: tuple[str, ...] = ()) -> str:
    """All fields of a type and its parts, down to `depth` further things; of things deeper down, or that lead in a circle, the id.

    Fields that need an argument are left out: `with_arguments` has them.
    """
    parts = ["__typename"]
    for name, field in named.fields.items():
        inner = get_named_type(field.type)
        if needs_arguments(field):
            continue
        if is_leaf_type(inner):
            parts.append(name)
        else:
            arguments = "(first: 2)" if "first" in field.args else ""
            parts.append(f"{name}{arguments} {{ {below(inner, depth, path)} }}")
    return " ".join(parts)


def below(named: WithFields, depth: int, path: tuple[str, ...]) -> str:
    """What of a type is asked for inside another one."""
    inside = named.name in path
    if is_part(named):
        return leaves(named) if inside else everything(named, depth, (*path, named.name))
    if is_frame(named):
        # A page's items are asked for once, as its nodes.
        return everything(named, depth, (*path, named.name)) if "nodes" in named.fields else "__typename cursor node { __typename }"
    return everything(named, depth - 1, (*path, named.name)) if depth > 0 and not inside else "__typename id"


def leaves(named: WithFields) -> str:
    return " ".join(["__typename", *(name for name, field in named.fields.items() if is_leaf_type(get_named_type(field.type)))])


def fitting(make: Callable[[int], str]) -> str:
    """The deepest of the queries `make(depth)` that is not too large."""
    found = make(0)
    for depth in range(1, DEEPEST + 1):
        query = make(depth)
        if not is_short(query):
            break
        found = query
    return found


def is_short(query: str) -> bool:
    lexer = Lexer(Source(query))
    return any(lexer.advance().kind is TokenKind.EOF for _ in range(MOST_TOKENS))


def roots() -> list[str]:
    """Lists and the providers: what can be asked for without naming anything."""
    return [name for name, field in SCHEMA.query_type.fields.items() if not needs_arguments(field)]


def root_query(name: str, kind: str) -> str:
    """Everything under a root, of one vendor."""
    return _root_query(name).replace("KIND", kind.upper()).replace("ACCOUNT", ALL_NAMES[kind])


@cache
def _root_query(name: str) -> str:
    field = SCHEMA.query_type.fields[name]
    if is_leaf_type(get_named_type(field.type)):
        return f"{{ {name} }}"
    by_kind, by_account = "kinds: [KIND]", 'providers: ["ACCOUNT"]'
    narrowed = by_kind
    if "first" in field.args:
        fields = get_named_type(field.args["filter"].type).fields
        chosen = by_kind if "kinds" in fields else by_account if "providers" in fields else ""
        narrowed = f"first: 3, filter: {{{chosen}}}"
    call = f"{name}({narrowed})"
    return fitting(lambda depth: f"{{ {call} {{ {everything(get_named_type(field.type), depth)} }} }}")


def support_query() -> str:
    """Which vendors have something under which lists."""
    fields = SCHEMA.query_type.fields
    lists = (name for name in roots() if "first" in fields[name].args and "outcomes" in get_named_type(fields[name].type).fields)
    return f"{{ {' '.join(f'{name}(first: 1) {{ outcomes {{ provider {{ kind }} status }} }}' for name in lists)} }}"


def id_queries(ids_by_type: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Everything of things by their ids, a type at a time."""
    for typename, ids in sorted(ids_by_type.items()):
        listed = sorted(ids)
        yield id_query(typename, listed[:: -(-len(listed) // MOST_IDS)])  # of several vendors and sorts, where there are


def id_query(typename: str, ids: list[str]) -> str:
    named = SCHEMA.type_map[typename]
    assert isinstance(named, GraphQLObjectType)
    listed = json.dumps(ids)
    return fitting(
        lambda depth: f"{{ nodes(ids: {listed}) {{ __typename ... on {typename} {{ {everything(named, depth, (typename,))} }} }} }}"
    )


def with_arguments(artifacts: Mapping[str, str], promotion_runs: Iterable[str]) -> Iterator[str]:
    """What is found only by naming it. `artifacts`: a version by id; `promotion_runs`: ids at the vendor."""
    version, execution = SCHEMA.type_map["ArtifactVersion"], SCHEMA.type_map["Execution"]
    assert isinstance(version, GraphQLObjectType)
    assert isinstance(execution, GraphQLObjectType)
    for artifact, name in artifacts.items():
        yield f'{{ node(id: "{artifact}") {{ ... on Artifact {{ version(version: {json.dumps(name)}) {{ {everything(version, 1)} }} }} }} }}'
    for run in promotion_runs:
        lookup = f'{{externalId: {{provider: "talend-eu", externalId: "{run}"}}}}'
        yield f"{{ execution(by: {lookup}) {{ {everything(execution, 0)} }} }}"
