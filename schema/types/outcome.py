"""What one provider contributed to one answer."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.domain import errors, outcome, provider
from schema.resolvers.info import Info
from schema.types.view import enum, field, view

if TYPE_CHECKING:
    from schema.types.provider import Provider

enum(
    outcome.OutcomeStatus,
    OK="Complete and fresh.",
    STALE="Served from an older value because the provider could not be asked.",
    PARTIAL="A part is missing; see `fault` and `missingBefore`.",
    FAILED="Nothing could be read; see `fault`.",
    SKIPPED="Not asked; `note` or `fault` says why.",
    NOT_SUPPORTED="The vendor has no such thing. No call was made.",
)
enum(
    outcome.Source,
    UPSTREAM="The vendor's API.",
    CACHE="The gateway's cache.",
    STORE="The gateway's own store.",
    NONE="Nothing was read.",
)

Root = strawberry.Parent[outcome.ProviderOutcome]


def provider_of(root: Root, info: Info) -> provider.Provider:
    return info.context.providers[root.provider]


def applied_locally(root: Root) -> list[str]:
    """By the names that filters have in the schema."""
    return [to_camel_case(name) for name in root.applied_locally]


@view(errors.Problem, name="ProviderFault")
class ProviderFault:
    """What went wrong at a provider."""

    code: str = field("The same words as in `extensions.code` of errors.")
    message: str = field("For people.")
    retryable: bool = field("Whether asking again later can help.")
    retry_after_seconds: float | None = field("How long to wait, if the vendor said so.", lambda root: root.retry_after_s)
    request_id: str | None = field("The vendor's id of the failed call, for its support.")
    missing_scope: str | None = field("The scope that the provider's credential lacks, if the vendor tells.")


@view(outcome.ProviderOutcome)
class ProviderOutcome:
    """What one provider contributed to one answer."""

    provider: Annotated["Provider", strawberry.lazy("schema.types.provider")] = field("Who.", provider_of)
    status: outcome.OutcomeStatus = field("How it turned out.")
    fault: ProviderFault | None = field("What went wrong; null if nothing did.")
    served_from: outcome.Source = field("Where its part was read from.")
    age_seconds: float | None = field("How old its part is, where it was not read just now.", lambda root: root.age_s)
    upstream_calls: int | None = field("Calls made to the vendor for it; null where calls were shared by several answers.")
    applied_locally: list[str] = field(
        "Filters that the vendor does not have, applied by the gateway: they cost calls.", applied_locally
    )
    truncated: bool = field("Whether the provider has more than the gateway was allowed to read.")
    missing_before: datetime | None = field("Items older than this are missing from here to the end of the list.")
    note: str | None = field("Anything else worth knowing.")
