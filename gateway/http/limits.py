"""Limits on documents, applied by the schema between reading a document and validating it."""

from collections.abc import Iterator

from graphql import FragmentDefinitionNode, GraphQLError, GraphQLSyntaxError, OperationDefinitionNode
from strawberry.extensions import DisableIntrospection, SchemaExtension

from gateway.http.document_size import Excess, excess, too_deep, too_long
from gateway.http.operation import note_operation
from gateway.settings import GraphQLSettings


def schema_extensions(settings: GraphQLSettings) -> list[type[SchemaExtension]]:
    """What the schema must be built with, so that every transport obeys the limits."""

    class DocumentLimits(_DocumentLimits):
        limits = settings

    return [DocumentLimits] if settings.introspection else [DocumentLimits, DisableIntrospection]


class _DocumentLimits(SchemaExtension):
    """An error that is set before validation replaces it: an oversized document is never validated."""

    limits: GraphQLSettings

    def on_parse(self) -> Iterator[None]:
        self.execution_context.parse_options["max_tokens"] = self.limits.max_tokens
        yield
        for error in self.execution_context.pre_execution_errors or ():
            _reword(error, self.limits)

    def on_validate(self) -> Iterator[None]:
        document = self.execution_context.graphql_document
        definitions = document.definitions if document else ()
        operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        note_operation(self.execution_context.operation_name, self.execution_context.operation_type.value)
        # strawberry would run the first operation; the private name is the one the request gave, if any
        if len(operations) > 1 and self.execution_context._provided_operation_name is None:
            message = "The document has several operations: say which one to run in `operationName`."
            self.execution_context.pre_execution_errors = [GraphQLError(message, extensions={"code": "BAD_REQUEST"})]
        else:
            found = (excess(operation, fragments, self.limits) for operation in operations)
            if first := next((item for item in found if item), None):
                self.execution_context.pre_execution_errors = [GraphQLError(first.message, extensions=_extensions(first))]
        yield


def _reword(error: GraphQLError, limits: GraphQLSettings) -> None:
    """The parser reports its own limits as syntax errors. It stops at 200 levels whatever `max_depth` says."""
    if not isinstance(error, GraphQLSyntaxError):
        return
    if "Document contains more than" in error.message:
        found = too_long(limits)
    elif "Document is nested too deeply" in error.message:
        found = too_deep(limits)
    else:
        return
    error.message = found.message
    error.extensions = _extensions(found)


def _extensions(found: Excess) -> dict[str, object]:
    code: dict[str, object] = {"code": "GRAPHQL_VALIDATION_FAILED"}
    return code | {"limit": found.limit} if found.limit else code
