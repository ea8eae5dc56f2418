"""Everything a client can see. This file builds the schema object; nothing else."""

from collections.abc import Iterable
from typing import Any

import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from schema.errors import present
from schema.mutation import Mutation
from schema.outcomes import OutcomesExtension
from schema.query import Query
from schema.types.annotation import Annotation
from schema.types.build import Build
from schema.types.build_artifact import BuildArtifact
from schema.types.cluster import Queue
from schema.types.execution import Execution
from schema.types.job import Job
from schema.types.mutation_error import MUTATION_ERRORS
from schema.types.scalars import config
from schema.types.trigger import Trigger


class GatewaySchema(strawberry.Schema):
    """A strawberry schema that presents every error in one place."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:  # noqa: ARG002 strawberry's hook
        for error in errors:
            present(error)


def build_schema(extensions: Iterable[type[SchemaExtension] | Any] = ()) -> GatewaySchema:
    """The schema, with further extensions (document limits, say) before our own."""
    schema = GatewaySchema(
        query=Query,
        mutation=Mutation,
        types=[Annotation, Build, BuildArtifact, Execution, Job, Queue, Trigger, *MUTATION_ERRORS],
        extensions=[*extensions, OutcomesExtension],
        config=config(),
    )
    _leave_out_null_defaults(schema._schema)
    return schema


def _leave_out_null_defaults(schema: GraphQLSchema) -> None:
    """An optional argument that defaults to null reads better without saying so, and means the same."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            arguments: list[GraphQLArgument | GraphQLInputField] = list(type_.fields.values())
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            arguments = [argument for field in type_.fields.values() for argument in field.args.values()]
        else:
            continue
        for argument in arguments:
            if argument.default_value is None:
                argument.default_value = Undefined


def schema_sdl() -> str:
    """The SDL, as committed in schema.graphql."""
    return build_schema().as_str() + "\n"
