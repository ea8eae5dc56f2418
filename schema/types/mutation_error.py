"""Expected failures of mutations, shown as data."""

from gateway.domain import mutation_errors as domain
from schema.types.view import field, interface, view


@interface
class MutationError:
    """Why a mutation did not do what was asked."""

    code: str = field("The same words as in `extensions.code` of errors.")
    message: str = field("For people.")
    path: list[str] = field("Leads to the field of the input that is at fault; empty when no single one is.")


@view(domain.InvalidInputError)
class InvalidInputError(MutationError):
    """What was asked for cannot be meant. Nothing was done."""


@view(domain.NotSupportedError)
class NotSupportedError(MutationError):
    """The provider has no such thing. Nothing was done, and it was not asked."""

    supported_by: list[str] = field("Names of the configured providers that have it.")
