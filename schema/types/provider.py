"""Provider: one configured account of one vendor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from gateway.domain import ledger
from gateway.domain import provider as domain
from gateway.domain.workspace import Workspace as WorkspaceValue
from schema.inputs.workspace import WorkspaceFilter
from schema.resolvers.arguments import WHICH, After, First
from schema.resolvers.batched import Call, batched
from schema.resolvers.lists import lists_below
from schema.types.connection import Connection
from schema.types.node import Node
from schema.types.outcome import ProviderFault
from schema.types.view import enum, field, view
from schema.types.workspace import Workspace

enum(
    domain.HealthStatus,
    UNKNOWN="Not called yet.",
    USABLE="The last calls were answered.",
    DEGRADED="Some of the last calls failed, or its request budget is spent.",
    DOWN="No call has been answered lately.",
)

Root = strawberry.Parent[domain.Provider]


@view(domain.ProviderHealth)
class ProviderHealth:
    """How a provider has answered lately. It is observed on real calls; reading it makes none."""

    status: domain.HealthStatus = field("In one word.")
    observed_at: datetime | None = field("When it was last called.")
    last_success_at: datetime | None = field("When it last answered as it should.")
    last_failure: ProviderFault | None = field("Its last failure.")


@view(domain.RateLimit)
class RateLimit:
    """One request window of a vendor, as its last answer told it."""

    scope: str = field("The vendor's name of the window.")
    limit: int = field("Requests allowed in it.")
    remaining: int = field("Requests left in it.")
    resets_at: datetime = field("When it starts anew.")


@view(ledger.Forwarding)
class Forwarding:
    """How runs that were reported here are passed on to another system."""

    queued: int = field("Notifications that wait to be passed on.")
    oldest_seconds: float | None = field("How long the oldest of them has waited.", lambda root: root.oldest_s)
    refused: int = field("Notifications that were turned down for good.")
    last_error: str | None = field("Why the last one was not accepted; null when all is well.")


@view(domain.Capability)
class Capability:
    """One thing a provider can give or do, or cannot."""

    name: str = field("The schema's word for it, like `Build.jobs`.")
    supported: bool = field("Whether this provider has it.")
    note: str | None = field("Limits, costs, and what the gateway does itself.")


def health(provider: Root) -> domain.ProviderHealth:
    return provider.monitor.health()


def rate_limit(provider: Root) -> list[domain.RateLimit]:
    return list(provider.monitor.rate_limits())


@batched(domain.Provider)
async def forwarding(providers: Sequence[domain.Provider], call: Call) -> Sequence[ledger.Forwarding | None]:  # noqa: ARG001
    return [None if provider.forwarding is None else await provider.forwarding() for provider in providers]


@batched(domain.Provider)
async def workspaces(
    providers: Sequence[domain.Provider],
    call: Call,
    first: First = 20,
    after: After = None,
    filter: Annotated[WorkspaceFilter | None, WHICH] = None,
) -> Sequence[object]:
    return await lists_below(call, WorkspaceValue, WorkspaceFilter(), providers, first, after, filter)


@view(domain.Provider)
class Provider(Node):
    """One configured account of one vendor."""

    name: str = field("Chosen by the operator; unique.")
    kind: domain.ProviderKind = field("The vendor.")
    url: str = field("Its page at the vendor.")
    capabilities: list[Capability] = field("What it can give and do.")
    health: ProviderHealth = field("How it has answered lately.", health)
    rate_limit: list[RateLimit] = field(
        "Its request windows; empty until it was called, or where the vendor does not tell.", rate_limit
    )
    workspaces: Connection[Workspace] | None = field("Its workspaces.", workspaces)
    forwarding: Forwarding | None = field("How runs reported here are passed on; null where nothing is passed on.", forwarding)
