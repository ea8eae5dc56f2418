"""Expected failures of mutations, as values. Their names are those of the schema's types."""

import msgspec

from gateway.domain import errors


class MutationProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What they share: `path` leads to the field of the input that is at fault, empty when no single one is."""

    code: str
    message: str
    path: tuple[str, ...] = ()


class InvalidInputError(MutationProblem, frozen=True, kw_only=True):
    """What was asked for cannot be meant. Nothing was done."""


class NotSupportedError(MutationProblem, frozen=True, kw_only=True):
    """The provider has no such thing. Nothing was done, and it was not asked. `supported_by` names providers that have it."""

    supported_by: tuple[str, ...] = ()


def invalid_input(error: errors.InvalidInputError) -> InvalidInputError:
    """The same as a value; the path leads into `input`."""
    path = () if error.field is None else ("input", *error.field.split("."))
    return InvalidInputError(code=error.code, message=error.message, path=path)
