"""Errors as clients see them: one place that gives each its code and keeps causes inside."""

import logging
import re
import uuid

from graphql import GraphQLError, ValueNode

from gateway.domain.errors import DeadlineExceededError, GatewayError, InternalError, InvalidInputError

log = logging.getLogger(__name__)

_FOUND = re.compile(r"(?<=Expected value of type )(?P<said>.*?),? [Ff]ound: .*", re.DOTALL)
_GIVEN = re.compile(r"(?P<said>cannot represent [^:]*value): .*", re.DOTALL)


def present(error: GraphQLError) -> None:
    """Writes message and extensions of one error in place."""
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, TimeoutError):
        cause = DeadlineExceededError("The request reached its deadline.")
    if isinstance(cause, GraphQLError) and cause.nodes and isinstance(cause.nodes[0], ValueNode):
        cause = InvalidInputError(cause.message)  # the value of an argument or a directive, known only when the field runs
    if isinstance(cause, InternalError) and not cause.logged:
        _mask(error, cause)
    elif isinstance(cause, GatewayError):
        error.message = cause.message
        error.extensions = _extensions(cause)
    elif error.extensions and "code" in error.extensions:
        return
    elif error.path is not None:
        _mask(error, error if cause is None else cause)  # without a cause: a value that the schema cannot show
    elif isinstance(error, GraphQLError) and type(error).__name__ == "GraphQLSyntaxError":
        error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
    elif error.nodes is None and error.positions is None and cause is not None and not isinstance(cause, GraphQLError):
        _mask(error, cause)
    else:
        error.message = _without_values(error.message)
        error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}


def _without_values(message: str) -> str:
    """Of an input of the wrong form: what was typed in the wrong place may be a secret."""
    said = _GIVEN.sub(r"\g<said>.", _FOUND.sub(r"\g<said>", message))
    return said if said == message or said.endswith((".", "?")) else f"{said}."


def _extensions(error: GatewayError) -> dict[str, object]:
    extensions: dict[str, object] = {"code": error.code, "retryable": error.retryable}
    if error.provider is not None:
        extensions["provider"] = error.provider
    if error.field is not None:
        extensions["field"] = error.field
    if error.retry_after_s is not None:
        extensions["retryAfterSeconds"] = error.retry_after_s
    if error.request_id is not None:
        extensions["requestId"] = error.request_id
    if error.missing_scope is not None:
        extensions["missingScope"] = error.missing_scope
    return extensions


def _mask(error: GraphQLError, cause: BaseException) -> None:
    correlation_id = uuid.uuid4().hex
    log.error("internal error at %s", error.path, exc_info=cause, extra={"correlation_id": correlation_id})
    error.message = f"The gateway failed here. Its log has the cause under {correlation_id}."
    error.extensions = {"code": "INTERNAL", "retryable": False, "correlationId": correlation_id}
