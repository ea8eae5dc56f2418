"""Failures of commands as what a client sees of them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.domain import errors, mutation_errors
from gateway.domain.commands.naming import input_path
from gateway.domain.mutation_errors import MutationProblem
from gateway.domain.write_log import Write, WriteLog, WriteState

_SIMPLE: Mapping[type[errors.GatewayError], type[MutationProblem]] = {
    errors.InvalidInputError: mutation_errors.InvalidInputError,
    errors.NotFoundError: mutation_errors.NotFoundError,
    errors.ConflictError: mutation_errors.ConflictError,
}


def problems_of(
    error: errors.GatewayError,
    command: type[msgspec.Struct],
    supported_by: tuple[str, ...] = (),
    fields: Mapping[str, str] | None = None,
) -> tuple[MutationProblem, ...]:
    """What a definite refusal, or a failure before anything was sent, comes to.

    `fields` leads from the vendor's names to ours: if it knows one of a vendor's complaints about fields, each becomes a problem of
    its own, without a path where it is about a field that we do not have.
    """
    known = {each.message for each in error.complaints if each.field in (fields or {})}
    if fields and known and isinstance(error, errors.InvalidInputError):
        return tuple(
            mutation_errors.InvalidInputError(
                code=error.code, message=f"{each.field}: {each.message}", path=input_path(command, fields.get(each.field))
            )
            for each in error.complaints
            if each.field in fields or each.message not in known
        )
    return (_problem(error, input_path(command, error.field), supported_by),)


def _problem(error: errors.GatewayError, path: tuple[str, ...], supported_by: tuple[str, ...]) -> MutationProblem:
    told: dict[str, Any] = {"code": error.code, "message": error.message, "path": path}
    match error:
        case errors.PermissionDeniedError():
            return mutation_errors.PermissionDeniedError(missing_scope=error.missing_scope, **told)
        case errors.NotSupportedError():
            return mutation_errors.NotSupportedError(supported_by=supported_by, **told)
        case errors.RateLimitedError():
            return mutation_errors.RateLimitedError(retry_after_s=error.retry_after_s, **told)
        case errors.UpstreamError():
            provider = error.provider or ""
            return mutation_errors.ProviderError(provider=provider, retryable=error.retryable, request_id=error.request_id, **told)
    simple = next((shown for kind, shown in _SIMPLE.items() if isinstance(error, kind)), None)
    if simple is not None:
        return simple(**told)
    return mutation_errors.NotStartedError(retryable=error.retryable, retry_after_s=error.retry_after_s, **told)


def unknown_outcome(error: errors.GatewayError, provider: str, log: WriteLog) -> mutation_errors.UnknownOutcomeError:
    """For what failed after something was, or may have been, done."""
    done = [write for write in log.writes if write.state is WriteState.DONE]
    open_ones = [write for write in log.writes if write.state is WriteState.UNKNOWN]
    said = []
    if done:
        said.append(f"{provider} accepted {_listed(done)}.")
    if open_ones:
        said.append(f"Whether {_listed(open_ones)} was carried out is not known.")
    said.append(f"Then: {error.message}")
    return mutation_errors.UnknownOutcomeError(
        code="UNKNOWN_OUTCOME",
        message=" ".join(said),
        provider=provider,
        cause=error.code,
        find_out=f"Look it up at {provider}: by a query, or on its own pages. It is never sent again by the gateway.",
        request_id=error.request_id or (log.receipt.request_id if log.receipt else None),
    )


def _listed(writes: list[Write]) -> str:
    return ", ".join(f"{write.receipt.method} {write.receipt.path}" for write in writes)
